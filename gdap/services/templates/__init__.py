"""The only writers of templates of admin relationships, and of what is requested from them."""

from gdap.services.templates.editing import (
    create_template,
    delete_template,
    put_groups,
    remove_groups,
    update_template,
)
from gdap.services.templates.errors import TemplateError
from gdap.services.templates.requesting import MOST_AT_ONCE, assign_groups_of, request_from_template

__all__ = [
    "MOST_AT_ONCE",
    "TemplateError",
    "assign_groups_of",
    "create_template",
    "delete_template",
    "put_groups",
    "remove_groups",
    "request_from_template",
    "update_template",
]
