"""The users of Fabrikam, as they were a week ago; `history` brings them to today."""

from customers.roles import (
    GLOBAL_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    SERVICE_SUPPORT_ADMINISTRATOR,
    USER_ADMINISTRATOR,
    role_id_by_name,
)
from partnercenter.demo.people import Person, person
from partnercenter.demo.products import (
    AUDIO_CONFERENCING,
    MINECRAFT_FACULTY,
    MOBILITY_SECURITY_E3,
    OFFICE_365_E1,
    OFFICE_365_E3,
    POWER_BI_PRO,
)


def people() -> tuple[Person, ...]:
    return (*_admins(), *_STAFF, *_SPECIAL)


def _admins() -> tuple[Person, ...]:
    """One of each kind that the portal's Permissions step tells apart."""
    other = role_id_by_name()["Exchange Administrator"]
    return (
        person("global.admin", "Global Admin", "SK", OFFICE_365_E3, roles=(GLOBAL_ADMINISTRATOR,)),
        person(
            "ursula.becker", "Ursula Becker", "DE", OFFICE_365_E3, MOBILITY_SECURITY_E3, roles=(USER_ADMINISTRATOR,)
        ),
        person("samuel.okafor", "Samuel Okafor", "GB", OFFICE_365_E1, roles=(SERVICE_SUPPORT_ADMINISTRATOR,)),
        person("hana.kovac", "Hana Kovač", "HR", OFFICE_365_E1, roles=(HELPDESK_ADMINISTRATOR,)),
        person("emil.lindqvist", "Emil Lindqvist", "SE", OFFICE_365_E3, roles=(other,)),
    )


_STAFF = (
    person("dana.hudecova", "Dana Hudecova", "SK", POWER_BI_PRO),
    person("natalia.molnarova", "Natalia Molnarova", "SK"),
    person("asa.bjorklund", "Åsa Björklund", "SE", OFFICE_365_E1),
    person("chloe.dubois", "Chloé Dubois", "FR", OFFICE_365_E1),
    person("diego.fernandez", "Diego Fernández", "ES", OFFICE_365_E1),
    person("elodie.petit", "Élodie Petit", "FR"),  # becomes Élodie Marchand in `history`
    person("felix.wagner", "Felix Wagner", "DE", OFFICE_365_E3),
    person("giulia.romano", "Giulia Romano", "IT"),  # gets the last Office 365 E1 in `history`
    person("henrik.sorensen", "Henrik Sørensen", "DK", MOBILITY_SECURITY_E3),
    person("ivana.petrovic", "Ivanna Petrović", "RS", OFFICE_365_E1),
    person("jonas.weber", "Jonas Weber", "AT", POWER_BI_PRO),
    person("katarina.novakova", "Katarína Nováková", "SK", MINECRAFT_FACULTY),
    person("liam.o'connor", "Liam O'Connor", "IE", OFFICE_365_E3, AUDIO_CONFERENCING),
    person("marek.dvorak", "Marek Dvořák", "CZ", OFFICE_365_E1),
    person("yoko.tanaka", "陽子 田中", "JP", display="田中 陽子"),
)

_SPECIAL = (
    person("nadia.haddad", "Nadia Haddad", ""),  # no usage location, so no licenses until she has one
    person("pavel.horak", "Pavel Horák", "SK", OFFICE_365_E3, synced=True),
    person("quentin.moreau", "Quentin Moreau", "FR", MOBILITY_SECURITY_E3, blocked=True),
    person("rosa.jimenez", "Rosa Jiménez", "ES", domain="fabrikam.onmicrosoft.com"),
    person("reception", "Reception", "SK", display="Reception desk"),  # neither first nor last name
    person("tomas.varga", "Tomáš Varga", "SK", deleted_days_ago=3),
    person("ulrika.holm", "Ulrika Holm", "SE", deleted_days_ago=25),
)
