"""`manage.py prepare`, for set-ups where several servers share one database."""

from io import StringIO

from django.core.cache import caches
from django.core.management import call_command
from django.db import connection

from partnercenter.portal.management import preparation


def prepared(**options):
    out = StringIO()
    call_command("prepare", stdout=out, **options)
    return out.getvalue().splitlines()[-1]


def test_the_database_alone_is_brought_up_to_date_and_static_files_are_left_alone(lasting_world, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    assert prepared(database_only=True) == "Everything is up to date."
    assert not (tmp_path / "static").exists()


def test_where_nothing_can_be_remembered_it_is_done_again(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "not there"
    preparation._remember("key", "fingerprint")
    assert preparation._remembered() == {}


def test_a_cache_in_the_database_gets_its_table_and_holds_what_throttles_count(lasting_world, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "partnercenter_cache"}
    }
    try:
        prepared(database_only=True)
        caches["default"].add("minute", 0)
        caches["default"].incr("minute")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM partnercenter_cache")
            assert cursor.fetchone() == (1,)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS partnercenter_cache")
