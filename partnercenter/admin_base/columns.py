"""Ways from one row to another."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst

Column = Callable[[Any], str]
NOTHING = SafeString("-")


def link(obj: Model | None, text: str = "") -> SafeString:
    """A link to the page of `obj`, under its name or `text`; a dash for nothing."""
    if obj is None:
        return NOTHING
    address = reverse(f"{_pages(type(obj))}_change", args=[obj.pk])
    return format_html('<a href="{}">{}</a>', address, text or str(obj))


def list_link(model: type[Model], **narrowed_to: Any) -> SafeString:
    """A link to the list of `model`, with only those rows whose fields have these values."""
    address = reverse(f"{_pages(model)}_changelist")
    return format_html('<a href="{}?{}">{}</a>', address, urlencode(narrowed_to), capfirst(name_of(model, plural=True)))


def name_of(model: type[Model], *, plural: bool = False) -> str:
    """What the admin calls a row of `model`."""
    names = model._meta  # noqa: SLF001  documented, in spite of its name
    return str(names.verbose_name_plural if plural else names.verbose_name)


def _pages(model: type[Model]) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"  # noqa: SLF001  as above


def joined(lines: Iterable[object]) -> SafeString:
    """One below the other; a dash for no line."""
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines)) or NOTHING


def linked(path: str, *, label: str = "") -> Column:
    """A column that links to what `path` ("subscribed_sku.product", say) leads to."""

    @admin.display(
        description=label or path.rpartition(".")[2].replace("_", " "),
        ordering=path.replace(".", "__"),
    )
    def column(obj: Model) -> SafeString:
        return link(attrgetter(path)(obj))

    # The list's header and style sheet know a column by this name.
    column.__name__ = path.replace(".", "_")
    return column


def annotated(name: str, label: str) -> Column:
    """A column that shows what the list's query calls `name`."""

    @admin.display(description=label, ordering=name)
    def column(obj: Model) -> str:
        return str(getattr(obj, name))

    column.__name__ = name
    return column


def see_also(*lists: tuple[type[Model], str]) -> Column:
    """Links to the lists whose field points at the row."""

    @admin.display(description="see also")
    def related(obj: Model) -> SafeString:
        return joined(list_link(model, **{field: obj.pk}) for model, field in lists)

    return related
