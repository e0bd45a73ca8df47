"""Settings that differ under test. The fixtures stand in tests/plugins."""

import pytest
from django.conf import settings
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Model
from django.test import override_settings
from hypothesis import settings as hypothesis_settings
from zeal.constants import initialize_app_registry
from zeal.listeners import n_plus_one_listener
from zeal.patch import get_instance_key
from zeal.patch import patch as watch_relations

from partnercenter import clock
from partnercenter.audit.services import removal
from partnercenter.prepared import Prepared
from tests.cast import kept_world

__all__ = ["kept_world"]

# In the order in which they import each other; pytest wants to be the first to import a plugin.
pytest_plugins = ["tests.plugins.no_skips", "tests.plugins.portal", "tests.plugins.browser", "tests.plugins.race"]

# A shared machine is slow at times, and a failure must be repeatable from what was printed.
hypothesis_settings.register_profile("partnercenter", deadline=None, print_blob=True)
hypothesis_settings.load_profile("partnercenter")

initialize_app_registry()
watch_relations()


def _let_zeal_know(first):
    """One row read by itself, as `.first()` of a query is; zeal only knows those of Django's."""

    def told(self, **values):
        row = first(self, **values)
        n_plus_one_listener.ignore(get_instance_key(row) if isinstance(row, Model) else None)
        return row

    return told


Prepared.first = _let_zeal_know(Prepared.first)

# By the wall, unless a test stands in `clock.frozen` or asks for `shared`: reading the emulated time takes a query once
# a second, which tests that count queries would see now and then.
clock.use(clock.wall)


@pytest.fixture(scope="session", autouse=True)
def _settings_under_test(tmp_path_factory):
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},  # no manifest needed
    }
    with override_settings(
        MIDDLEWARE=["zeal.middleware.zeal_middleware", *settings.MIDDLEWARE],  # one query per row fails the request
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # Argon2 is slow on purpose
        ZEAL_ALLOWLIST=[{"model": "sessions.Session", "field": None}],  # Django reads a session again to end it
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        STORAGES=storages,
        TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _records_go_after_tests_that_commit():
    """Django empties every table then, which audit records refuse without a permit."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def permitted(operations, statements):
        with removal("a test is over"):
            flush(operations, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", permitted)
        yield
