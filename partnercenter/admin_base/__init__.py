"""What the admin of every app is made of.

OpsAdmin       a read-only model: lists, search, one page per row
ServiceAdmin   a model with a change form whose values go to a service
link, linked   from a row to another
"""

from partnercenter.admin_base.columns import NOTHING, annotated, joined, link, linked, list_link, see_also
from partnercenter.admin_base.filters import among, chosen
from partnercenter.admin_base.pages import OpsAdmin, acting
from partnercenter.admin_base.service import ServiceAdmin, ServiceForm, TwoLists
from partnercenter.admin_base.site import open_to_ops

__all__ = [
    "NOTHING",
    "OpsAdmin",
    "ServiceAdmin",
    "ServiceForm",
    "TwoLists",
    "acting",
    "among",
    "annotated",
    "chosen",
    "joined",
    "link",
    "linked",
    "list_link",
    "open_to_ops",
    "see_also",
]
