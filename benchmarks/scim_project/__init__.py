"""The smallest Django project around django-scim2; run by the peers' own Python, with SQLite as the product uses it."""

import os
from collections.abc import Callable

import django
from django.conf import settings

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
DATABASE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": os.environ["SCIM_DATABASE"],
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": PRAGMAS},
}


def nobody_is_asked(view: Callable[..., object]) -> Callable[..., object]:
    """Instead of the check whether somebody is signed in, as moto does."""
    return view


settings.configure(
    SECRET_KEY="nothing-secret",  # noqa: S106
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="scim_project",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django_scim", "scim_project"],
    AUTH_USER_MODEL="scim_project.User",
    DATABASES={"default": DATABASE},
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    SCIM_SERVICE_PROVIDER={
        "NETLOC": "127.0.0.1",
        "AUTHENTICATION_SCHEMES": [],
        "WWW_AUTHENTICATE_HEADER": "Basic",
        "AUTH_CHECK_MIDDLEWARE": "scim_project.nobody_is_asked",
        "EXPOSE_SCIM_EXCEPTIONS": True,
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("scim/v2/", include("django_scim.urls"))]
application = get_wsgi_application()


def fill(users: int) -> None:
    from scim_project.models import User  # noqa: PLC0415  only once the apps are there

    call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
    User.objects.all().delete()
    names = [f"{number:06}" for number in range(users)]
    User.objects.bulk_create(
        User(username=f"person{name}", scim_id=name, first_name="Person", last_name=name) for name in names
    )
