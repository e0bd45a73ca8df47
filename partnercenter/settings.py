"""Every setting comes from the environment; the README lists them in a table.

The defaults serve the demo on loopback. Anything else is refused by the checks in `partnercenter.checks`
until the operator has said so in the environment.
"""

from pathlib import Path
from typing import cast

import environ
from csp.constants import NONCE, SELF
from django.contrib.messages import constants as message_levels

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEMO_MODE = env.bool("DEMO_MODE", default=True)
DEBUG = env.bool("DEBUG", default=False)
DEMO_SECRET_KEY = "demo-only-not-a-secret-demo-only-not-a-secret-0123456789"
SECRET_KEY = env.str("SECRET_KEY", default=DEMO_SECRET_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django_otp",  # first, so that its admin pages, which show secrets, can be taken away again
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "partnercenter.accounts",
    "partnercenter.audit",
    "customers",
    "licensing",
    "gdap",
    "partnercenter.wire",
    "partnercenter.portal",
    "partnercenter.emulator",
    "partnercenter.operations",
    "partnercenter.demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # so that the form renderer finds the widget templates
    "guardian",
    "rest_framework",
    "django_tasks_db",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "partnercenter.request_ids.RequestIdMiddleware",
    "partnercenter.operations.answered.AnsweredMiddleware",
    "partnercenter.wire.partner_center.paths.PathMiddleware",
    "partnercenter.wire.graph.paths.GraphPathMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "partnercenter.tenant.session.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "partnercenter.portal.second_factor.SecondFactorMiddleware",
    "partnercenter.portal.middleware.PrincipalMiddleware",
]

ROOT_URLCONF = "partnercenter.urls"
WSGI_APPLICATION = "partnercenter.wsgi.application"
FORM_RENDERER = "partnercenter.portal.forms.FluentFormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "partnercenter.portal.context.shell",
                "partnercenter.tenant.context.shell",
            ],
        },
    },
]


# How many seconds a statement, a wait for a lock and an idle transaction may take on PostgreSQL; 0 for no limit.
DATABASE_LIMITS = {
    "statement_timeout": env.int("DATABASE_STATEMENT_SECONDS", default=30),
    "lock_timeout": env.int("DATABASE_LOCK_SECONDS", default=10),
    "idle_in_transaction_session_timeout": env.int("DATABASE_IDLE_SECONDS", default=60),
}


def _database() -> dict[str, object]:
    """SQLite and PostgreSQL want different care; the reasons stand in docs/adr/0002."""
    config: dict[str, object] = env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'partnercenter.sqlite3'}")
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            # A transaction that reads and then writes would otherwise fail at the lock upgrade.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000;",
        }
        # A thread keeps its connection: opening one takes as long as answering a small request does. So its cache is
        # small (8 MB); a bulk run takes more for itself.
        config["CONN_MAX_AGE"] = None
        # Tests use a file, not shared memory: threads and processes must meet in one database. Its name follows the
        # database's own, so that two runs at once can be kept apart.
        config["TEST"] = {"NAME": _beside(str(config["NAME"]))}
    else:
        _prepare_postgres(config)
    return config


def _prepare_postgres(config: dict[str, object], *, seconds: float | None = None) -> None:
    """Nothing waits without end: not for a connection, not for a lock, not for a statement (docs/scale-out.md)."""
    options: dict[str, object] = {"connect_timeout": 5, **cast("dict[str, object]", config.get("OPTIONS", {}))}
    options["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_SIZE", default=8),
        "timeout": seconds or env.float("DATABASE_POOL_SECONDS", default=5),
    }
    if env.bool("DATABASE_BEHIND_POOLER", default=False):
        # PgBouncer hands a server connection on after each transaction, so nothing may stay behind on one. It passes no
        # start-up options on either: there the limits belong to the role.
        config["DISABLE_SERVER_SIDE_CURSORS"] = True
    else:
        options["options"] = " ".join(f"-c {name}={seconds}s" for name, seconds in DATABASE_LIMITS.items())
    config["OPTIONS"] = options
    config["CONN_MAX_AGE"] = 0
    config["CONN_HEALTH_CHECKS"] = True  # the pool hands no connection out that died while it lay there


def _beside(name: str) -> str:
    """`/data/portal.sqlite3` -> `/data/test_portal.sqlite3`."""
    path = VAR_DIR / "test.sqlite3" if name == ":memory:" else Path(name)
    return str(path.with_name(f"test_{path.name}"))


VAR_DIR.mkdir(exist_ok=True)
DATABASES = {"default": _database()}
if env.str("REPLICA_DATABASE_URL", default=""):
    DATABASES["replica"] = env.db("REPLICA_DATABASE_URL")
    _prepare_postgres(DATABASES["replica"], seconds=1)  # the primary is there instead
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
    DATABASE_ROUTERS = ["partnercenter.replicas.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where pg_dump and pg_restore are, for backups; empty: where the system looks for programs.
POSTGRESQL_PROGRAMS = env.str("POSTGRESQL_PROGRAMS", default="")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "gdap.access.backend.GdapBackend"]
# Argon2id at Django's cost; in the demo, whose passwords everybody knows, at next to none (docs/adr/0018).
_HASHER = "partnercenter.accounts.hashers.DemoPasswordHasher"
PASSWORD_HASHERS = [_HASHER if DEMO_MODE else "django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# Whom the portal and the admin let in with a second factor only: "staff", "ops" or both. The demo asks nobody.
REQUIRE_SECOND_FACTOR = env.list("REQUIRE_SECOND_FACTOR", default=[] if DEMO_MODE else ["staff", "ops"])
OTP_TOTP_ISSUER = "Partner Center"

# Guardian holds the derived index of GDAP rights and nothing else (docs/adr/0003).
ANONYMOUS_USER_NAME = None
GUARDIAN_AUTO_PREFETCH = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # GdapBackend subclasses the backend that this check looks for

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    },
}
DEFAULT_EXCEPTION_REPORTER = "partnercenter.reports.Report"
DEFAULT_EXCEPTION_REPORTER_FILTER = "partnercenter.reports.NothingSent"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "partnercenter.portal.views.not_up_to_date"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEMO_MODE
SECURE_HSTS_SECONDS = 0 if DEMO_MODE else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO_MODE
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]  # asked from within, without a proxy
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
FILE_UPLOAD_HANDLERS = [
    "partnercenter.portal.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a license step carries one field per service plan

MESSAGE_TAGS = {message_levels.ERROR: "error", message_levels.SUCCESS: "success"}

# What counts for throttles lies here: by default in each process by itself, which is right for one.
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
# Who may read /metrics outside of the demo: holders of this token, and these networks. Nobody by default.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_ADDRESSES = env.list("METRICS_ADDRESSES", default=[])
# /readyz wants this much room on the disks that are written to.
READY_FREE_MEGABYTES = env.int("READY_FREE_MEGABYTES", default=100)
# As text for people or JSON for machines; one line per request unless it is the demo, whose terminal stays quiet.
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
ACCESS_LOG = env.bool("ACCESS_LOG", default=not DEMO_MODE)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "ids": {"()": "partnercenter.operations.logs.IdsFilter"},
        "routes": {"()": "partnercenter.operations.logs.RouteFilter"},
    },
    "formatters": {
        "text": {"()": "partnercenter.operations.logs.TextFormatter"},
        "json": {"()": "partnercenter.operations.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["ids", "routes"], "formatter": LOG_FORMAT},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "partnercenter.access": {"level": "INFO" if ACCESS_LOG else "WARNING"},
        "django.request": {"level": "ERROR"},  # refusals are in the access log
    },
}

# Work in the background is queued in the database; `manage.py work`, which `serve` starts, takes it from there.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# How long an unfinished wizard may be taken up again.
WIZARD_LIFETIME_HOURS = env.int("WIZARD_LIFETIME_HOURS", default=24)
# How long a link to a temporary password works, unless it was opened before.
PASSWORD_LINK_HOURS = env.int("PASSWORD_LINK_HOURS", default=72)
# Rows on a page of a portal list.
PAGE_SIZE = env.int("PAGE_SIZE", default=50)

# Partner Center API: success bodies begin with a byte order mark, as the real ones do. Some clients cut it off unseen.
PARTNER_CENTER_BOM = env.bool("PARTNER_CENTER_BOM", default=True)
# Partner Center API: list every assignable directory role, not just the five that the real API is known to list.
PARTNER_CENTER_ALL_ROLES = env.bool("PARTNER_CENTER_ALL_ROLES", default=False)
# Partner Center API: requests per minute and partner on throttled resources.
PARTNER_CENTER_REQUESTS_PER_MINUTE = env.int("PARTNER_CENTER_REQUESTS_PER_MINUTE", default=500)
# Graph: refuse a write without If-Match, as documented; some clients never send it.
GRAPH_STRICT_IF_MATCH = env.bool("GRAPH_STRICT_IF_MATCH", default=True)
# Graph: requests per minute of one app for one tenant; a test suite sets it low to meet the 429.
GRAPH_REQUESTS_PER_MINUTE = env.int("GRAPH_REQUESTS_PER_MINUTE", default=6000)
# Graph: the service principal of GDAP is there in the partner's tenant. Without it apps on their own get a 500.
GRAPH_GDAP_SERVICE_PRINCIPAL = env.bool("GRAPH_GDAP_SERVICE_PRINCIPAL", default=True)
SPECTACULAR_SETTINGS = {
    "POSTPROCESSING_HOOKS": [],  # its own hook names enums; here each stands where it is meant
    "OAS_VERSION": "3.1.0",  # its schemas are JSON Schema, so that a body can be checked by them as they stand
    "TITLE": "Partner Center v1",
    "VERSION": "v1",
    "DESCRIPTION": "Customers, users, roles, licenses and subscriptions, as clients of Partner Center know them. "
    "Names in bodies, paths and queries are read in any case; null in a body means that a member is not supplied.",
}
# An integration sandbox: customers can be deleted, and these are the most that there can be of each.
SANDBOX_MODE = env.bool("SANDBOX_MODE", default=False)
SANDBOX_CUSTOMERS = env.int("SANDBOX_CUSTOMERS", default=75)
SANDBOX_SUBSCRIPTIONS = env.int("SANDBOX_SUBSCRIPTIONS", default=5)  # per customer
SANDBOX_LICENSES = env.int("SANDBOX_LICENSES", default=25)  # per subscription
# Tokens: how long an access token counts, and whether Partner Center calls refuse tokens for Azure AD Graph, as the
# real service does since August 2025.
ACCESS_TOKEN_MINUTES = env.int("ACCESS_TOKEN_MINUTES", default=60)
STRICT_AUDIENCE = env.bool("STRICT_AUDIENCE", default=False)

# How long the states of GDAP last that only pass (gdap.lifecycle.Timing), say "activating=30,assignment_pending=10".
GDAP_STEP_SECONDS = env.dict("GDAP_STEP_SECONDS", cast={"value": int}, default={})

# Mails. The demo keeps them in a mailbox of its own unless EMAIL_URL names a server, say "smtp+tls://user:secret@host:587".
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    globals().update(env.email("EMAIL_URL"))
elif DEMO_MODE:
    EMAIL_BACKEND = "partnercenter.emulator.mailbox.MailboxBackend"
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Partner Center <no-reply@partnercenter.example>")
# Where people reach this server, for links in mails.
_LISTENS_AT = f"http://{env.str('HOST', default='127.0.0.1')}:{env.str('PORT', default='8000')}"
PUBLIC_URL = env.str(
    "PUBLIC_URL", default=_LISTENS_AT if DEMO_MODE else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
).rstrip("/")
