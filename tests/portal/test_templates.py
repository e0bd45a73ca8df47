"""Every template is used, and what templates name exists."""

import re
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PYTHON = [Path(settings.BASE_DIR) / app for app in ("partnercenter", "customers", "licensing", "gdap")]
# Found by Django by their names.
BY_NAME = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
NAMED = re.compile(r"""["']([\w/]+\.html)["'#]""")


def templates() -> dict[str, str]:
    return {str(path.relative_to(TEMPLATES)): path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))}


def code() -> str:
    return "\n".join(path.read_text() for app in PYTHON for path in app.rglob("*.py"))


def test_every_template_is_used():
    named = BY_NAME | set(NAMED.findall(code()))
    overriding = {name for name in templates() if name.startswith(("django/", "admin/", "registration/"))}
    waiting, used = list(named | overriding), set()
    while waiting:
        name = waiting.pop()
        if name not in used and (TEMPLATES / name).exists():
            used.add(name)
            waiting += NAMED.findall((TEMPLATES / name).read_text())
    assert sorted(set(templates()) - used) == []


def test_every_template_that_is_named_exists_and_compiles():
    named = {name for text in templates().values() for name in NAMED.findall(re.sub(COMMENTS, "", text))}
    for name in sorted(named | set(templates())):
        assert get_template(name)


COMMENTS = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)
URLS = re.compile(r"\{%\s*url\s+[\"']([\w:-]+)[\"']")


def test_every_address_that_a_template_names_exists():
    named = {(name, url) for name, text in templates().items() for url in URLS.findall(COMMENTS.sub("", text))}
    assert named
    known = {key for key in get_resolver().reverse_dict if isinstance(key, str)}
    assert sorted((name, url) for name, url in named if ":" not in url and url not in known) == []


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = (Path(settings.BASE_DIR) / "static/portal/icons.svg").read_text()
    drawn = set(re.findall(r"""<symbol[^>]* id=["']([\w-]+)["']""", sprite))
    named = {
        (name, icon)
        for name, text in templates().items()
        for icon in re.findall(r'_icon\.html" with name="([\w-]+)"', COMMENTS.sub("", text))
    }
    assert sorted((name, icon) for name, icon in named if icon not in drawn) == []


def test_no_template_switches_escaping_off():
    """`safe` is for help texts and error lists that Django itself has put together."""
    found = {name for name, text in templates().items() if re.search(r"autoescape off|safeseq", text)}
    allowed = {"help_text|safe"}
    for name, text in templates().items():
        found |= {f"{name}: {use}" for use in re.findall(r"[\w.]+\|safe\b", text) if use.split(".")[-1] not in allowed}
    assert found == set()
