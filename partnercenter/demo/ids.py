"""Every fixed id and name of the demo world. Tests, docs and clients may rely on them."""

import uuid

PASSWORD = "demo"  # noqa: S105  everybody's, on purpose: the demo is for trying out

# Partners
CONTOSO = uuid.UUID("c0000000-0000-4000-8000-000000000001")
LITWARE = uuid.UUID("c0000000-0000-4000-8000-000000000002")
CONTOSO_DOMAIN = "contoso-partners.example"
LITWARE_DOMAIN = "litware-partners.example"

# The app registrations of Contoso: one with a secret, one that runs on a device or a desk and has none
APP_CLIENT_ID = uuid.UUID("a9900000-0000-4000-8000-000000000001")
APP_CLIENT_SECRET = "demo-secret"  # noqa: S105  as public as the password
PUBLIC_CLIENT_ID = uuid.UUID("a9900000-0000-4000-8000-000000000002")

# Staff of Contoso, then of Litware, then ops
AVA = f"ava.admin@{CONTOSO_DOMAIN}"
LEA = f"lea.licenses@{CONTOSO_DOMAIN}"
DAN = f"dan.writer@{CONTOSO_DOMAIN}"
UMA = f"uma.users@{CONTOSO_DOMAIN}"
HARRY = f"harry.helpdesk@{CONTOSO_DOMAIN}"
SAM = f"sam.sales@{CONTOSO_DOMAIN}"
NORA = f"nora.nogroup@{CONTOSO_DOMAIN}"
MAX = f"max.admin@{LITWARE_DOMAIN}"
OPS = "ops"

# Security groups of Contoso
LICENSE_DESK = uuid.UUID("6a000000-0000-4000-8000-000000000001")
USER_ADMINS = uuid.UUID("6a000000-0000-4000-8000-000000000002")
DIRECTORY_WRITERS_GROUP = uuid.UUID("6a000000-0000-4000-8000-000000000003")
HELPDESK_GROUP = uuid.UUID("6a000000-0000-4000-8000-000000000004")
LEADS = uuid.UUID("6a000000-0000-4000-8000-000000000005")
ADMIN_AGENTS = uuid.UUID("6a000000-0000-4000-8000-0000000000aa")
HELPDESK_AGENTS = uuid.UUID("6a000000-0000-4000-8000-0000000000ab")
SALES_AGENTS = uuid.UUID("6a000000-0000-4000-8000-0000000000ac")

# Customers
FABRIKAM = uuid.UUID("fab00000-0000-4000-8000-000000000001")
NORTHWIND = uuid.UUID("30000000-0000-4000-8000-000000000002")
TAILSPIN = uuid.UUID("7a150000-0000-4000-8000-000000000003")
WINGTIP = uuid.UUID("91900000-0000-4000-8000-000000000004")
ADVENTURE_WORKS = uuid.UUID("adf00000-0000-4000-8000-000000000005")
PROSEWARE = uuid.UUID("90500000-0000-4000-8000-000000000006")

DANA = uuid.UUID("da9a0000-0000-4000-8000-000000000001")
DANA_NAME = "dana.hudecova@fabrikam.com"
NATALIA_NAME = "natalia.molnarova@fabrikam.com"

_NAMESPACE = uuid.UUID("de300000-0000-4000-8000-000000000000")


def stable_id(kind: str, name: str) -> uuid.UUID:
    """The id of everything that has no id of its own above; the same on every machine."""
    return uuid.uuid5(_NAMESPACE, f"{kind}/{name}")


def customer_user_id(principal_name: str) -> uuid.UUID:
    return DANA if principal_name == DANA_NAME else stable_id("customer user", principal_name)


def staff_id(username: str) -> uuid.UUID:
    return stable_id("staff", username)


NATALIA = customer_user_id(NATALIA_NAME)

# Security groups of Litware
LITWARE_HELPDESK = stable_id("security group", "Litware/Customer support")
LITWARE_ADMIN_AGENTS = stable_id("security group", "Litware/AdminAgents")
LITWARE_HELPDESK_AGENTS = stable_id("security group", "Litware/HelpdeskAgents")
LITWARE_SALES_AGENTS = stable_id("security group", "Litware/SalesAgents")

# Admin relationships
FABRIKAM_RELATIONSHIP = stable_id("admin relationship", "Contoso/Fabrikam")
NORTHWIND_RELATIONSHIP = stable_id("admin relationship", "Contoso/Northwind")
WINGTIP_RELATIONSHIP = stable_id("admin relationship", "Contoso/Wingtip")
ADVENTURE_WORKS_RELATIONSHIP = stable_id("admin relationship", "Contoso/Adventure Works")
LITWARE_RELATIONSHIP = stable_id("admin relationship", "Litware/Fabrikam")
