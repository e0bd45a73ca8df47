"""What the data of a new customer must look like (portal_screens section 2.2)."""

import re
from collections.abc import Iterator

from customers.models import Customer, Domain
from customers.services.validation import fits
from partnercenter.errors import Problem

SHORTEST_NAME = 2
INITIAL_SUFFIX = ".onmicrosoft.com"
INITIAL_DOMAIN = re.compile(r"[a-z0-9]{1,27}\.onmicrosoft\.com", re.IGNORECASE)
LEGAL_FORMS = frozenset({"ag", "bv", "co", "corp", "gmbh", "inc", "kg", "limited", "llc", "ltd", "plc", "sa", "sro"})
DOMAIN_LIKE = re.compile(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,24}", re.IGNORECASE)
THRICE = re.compile(r"(\S)\1\1", re.IGNORECASE)
SET_APART = re.compile(r"(?<!\S)\w \w \w(?!\S)")
VENDOR_DOMAIN = "microsoft.com"


def company_name_problems(name: str) -> Iterator[Problem]:
    letters = re.sub(r"[\W_]", "", name)
    if not fits(Customer, "company_name", name):
        yield Problem("company_name_invalid", "The company name is too long or can't be printed.", "company_name")
    elif len(name) < SHORTEST_NAME or not letters:
        yield Problem("company_name_invalid", "Enter the whole name of the company.", "company_name")
    elif letters.casefold() in LEGAL_FORMS:
        yield Problem("company_name_invalid", f"{name} is a legal form only; add the company's name.", "company_name")


def company_name_doubts(name: str) -> list[str]:
    """What looks like a slip and may yet be right: a domain, a letter three times in a row, letters set apart."""
    found = []
    if DOMAIN_LIKE.fullmatch(name.strip()):
        found.append(f"{name} looks like a domain, not like the legal name of a company.")
    if THRICE.search(name):
        found.append(f"In {name}, a character stands three times in a row.")
    if SET_APART.search(name):
        found.append(f"In {name}, single characters are set apart by spaces.")
    return found


def initial_domain_problems(domain: str) -> Iterator[Problem]:
    if not INITIAL_DOMAIN.fullmatch(domain):
        message = "A new tenant's domain is 1 to 27 letters and digits before .onmicrosoft.com."
        yield Problem("domain_invalid", message, "domain")
    elif Domain.objects.filter(name__iexact=domain).exists():
        yield domain_taken(domain)


def domain_taken(domain: str) -> Problem:
    return Problem("domain_taken", f"{domain} belongs to another tenant; choose another name.", "domain")


def contact_problems(email: str, partner_domain: str) -> Iterator[Problem]:
    """The contact of a customer is somebody at the customer."""
    domain = email.rpartition("@")[2].casefold()
    for foreign in (VENDOR_DOMAIN, partner_domain.casefold()):
        if domain == foreign or domain.endswith(f".{foreign}"):
            yield Problem("email_not_the_customers", f"{email} is not an address of the customer.", "email")
