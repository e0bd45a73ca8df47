"""The users that are ticked on a list, as `selected` in the address."""

import uuid

from django.http import QueryDict

MOST_SELECTED = 200


def chosen_ids(params: QueryDict) -> list[uuid.UUID]:
    """Once each, in their order. Anything in the address that is no id is left out."""
    found: dict[uuid.UUID, None] = {}
    for text in params.getlist("selected")[:MOST_SELECTED]:
        try:
            found[uuid.UUID(text)] = None
        except ValueError:
            continue
    return list(found)
