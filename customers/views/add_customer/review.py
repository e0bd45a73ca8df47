"""What is about to be made, line by line."""

from collections.abc import Mapping, Sequence

from customers.forms.add_customer import COMPANY, CONTACT, AddCustomerForm
from customers.services import Extras

Row = dict[str, object]


def review_sections(
    form: AddCustomerForm, country: str, tags: Mapping[str, str], *, edit_url: str = ""
) -> list[dict[str, object]]:
    """See templates/portal/_review_section.html. The form is valid; `tags` are the partner's, id -> name."""
    wish, extras = form.wish(), form.extras()
    values = form.cleaned_data | {"domain": wish.domain, "country": country}
    more = [
        _row("Customer agreement", _agreement(extras)),
        _row("Default admin relationship", "Is made" if wish.with_gdap else "Is not made"),
        _row("Tags", ", ".join([*(tags[str(tag)] for tag in extras.tag_ids), extras.new_tag.strip()]).strip(", ")),
    ]
    return [
        {"title": title, "edit_url": edit_url, "rows": rows}
        for title, rows in (
            ("Company", _rows(form, COMPANY, values)),
            ("Primary contact", _rows(form, CONTACT, values)),
            ("Agreement, access and tags", more),
        )
    ]


def _rows(form: AddCustomerForm, names: Sequence[str], values: Mapping[str, object]) -> list[Row]:
    return [_row(str(form.fields[name].label), str(values[name] or "")) for name in names]


def _row(label: str, value: str) -> Row:
    """All of it is new: nothing stands out."""
    return {"label": label, "before": "", "after": value, "changed": False}


def _agreement(extras: Extras) -> str:
    signed = extras.signature
    if signed is None:
        return "The customer will be asked to accept it"
    return f"Accepted by {signed.first_name} {signed.last_name} on {signed.agreed_at:%b %-d, %Y}"
