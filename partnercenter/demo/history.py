"""The last seven days: what the staff of Contoso did at its customers, by the services that do it every day."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from customers.models import CustomerUser
from customers.queries import directory_role_ids
from customers.roles import role_id_by_name
from customers.services import UserInfo, set_directory_roles, update_user
from licensing.models import Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from licensing.services.subscriptions import add_seats
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Door, Principal, principal_for
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.demo import ids
from partnercenter.demo import products as sku
from partnercenter.demo.moments import ago

Act = Callable[[Principal, CustomerUser], object]


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody did something with a user, who is named as in the tables of people."""

    hours_ago: int
    who: str
    user: str
    act: Act


def _assign(*products: uuid.UUID, without: tuple[uuid.UUID, ...] = (), instead_of: tuple[uuid.UUID, ...] = ()) -> Act:
    update = LicenseUpdate(
        assign=tuple(LicenseToAssign(product, frozenset(without)) for product in products), remove=instead_of
    )
    return lambda by, user: update_licenses(by=by, user=user, update=update)


def _remove(*products: uuid.UUID) -> Act:
    return lambda by, user: update_licenses(by=by, user=user, update=LicenseUpdate(remove=products))


def _set(**fields: str) -> Act:
    return lambda by, user: update_user(by=by, user=user, info=replace(UserInfo.of(user), **fields))


def _add_role(name: str) -> Act:
    role = role_id_by_name()[name]
    return lambda by, user: set_directory_roles(by=by, user=user, roles=directory_role_ids(user) | {role})


def _remove_role(name: str) -> Act:
    role = role_id_by_name()[name]
    return lambda by, user: set_directory_roles(by=by, user=user, roles=directory_role_ids(user) - {role})


def _only_recorded(operation: Operation) -> Act:
    """For what has left no other trace: the world starts after it."""
    return lambda by, user: record(
        by=by,
        operation=operation,
        resource_type=ResourceType.CUSTOMER_USER,
        resource_id=user.pk,
        resource_name=user.user_principal_name,
        customer_id=user.customer_id,
        customer_name=user.customer.company_name,
    )


def _buy_more_power_bi(by: Principal, user: CustomerUser) -> None:
    subscription = Subscription.objects.get(customer=user.customer_id, product=sku.POWER_BI_PRO)
    add_seats(by=by, subscription=subscription, quantity=10)


def _events() -> tuple[Event, ...]:
    """From the oldest to the newest."""
    return (
        Event(165, ids.LEA, "elodie.petit@fabrikam.com", _assign(sku.OFFICE_365_E3)),
        Event(164, ids.LEA, "elodie.petit@fabrikam.com", _assign(sku.AUDIO_CONFERENCING)),
        Event(162, ids.UMA, "elodie.petit@fabrikam.com", _set(
            last_name="Marchand", display_name="Élodie Marchand", user_principal_name="elodie.marchand@fabrikam.com",
        )),
        Event(151, ids.DAN, "ivana.petrovic@fabrikam.com", _set(first_name="Ivana", display_name="Ivana Petrović")),
        Event(147, ids.AVA, "olivia.grant@northwindtraders.com", _assign(sku.BUSINESS_PREMIUM, without=(sku.SWAY,))),
        Event(146, ids.AVA, "felix.wagner@fabrikam.com", _add_role("Groups Administrator")),
        Event(143, ids.AVA, "brooke.sandoval@adventure-works.com", _assign(sku.POWER_BI_PRO)),
        Event(142, ids.AVA, "declan.hart@adventure-works.com", _assign(sku.TEAMS_PHONE)),
        Event(140, ids.AVA, "felix.wagner@fabrikam.com", _remove_role("Groups Administrator")),
        Event(122, ids.HARRY, "marek.dvorak@fabrikam.com", _only_recorded(Operation.RESET_CUSTOMER_USER_PASSWORD)),
        Event(121, ids.LEA, "giulia.romano@fabrikam.com", _assign(sku.OFFICE_365_E1)),
        Event(119, ids.AVA, "yoko.tanaka@fabrikam.com", _buy_more_power_bi),
        Event(118, ids.LEA, "yoko.tanaka@fabrikam.com", _assign(sku.POWER_BI_PRO)),
        Event(116, ids.LEA, "rosa.jimenez@fabrikam.onmicrosoft.com", _set(usage_location="PT")),
        Event(115, ids.UMA, "rosa.jimenez@fabrikam.onmicrosoft.com", _set(usage_location="ES")),
        Event(99, ids.AVA, "xavier.costa@northwindtraders.com", _assign(sku.BUSINESS_PREMIUM)),
        Event(98, ids.AVA, "valerie.roy@northwindtraders.com", _assign(
            sku.BUSINESS_PREMIUM, instead_of=(sku.EXCHANGE_ONLINE_1,),
        )),
        Event(96, ids.AVA, "gareth.pugh@adventure-works.com", _set(usage_location="AU")),
        Event(95, ids.AVA, "ines.carvalho@adventure-works.com", _set(display_name="Inês Carvalho (Lisboa)")),
        Event(74, ids.LEA, "felix.wagner@fabrikam.com", _assign(sku.MOBILITY_SECURITY_E3)),
        Event(73, ids.LEA, "emil.lindqvist@fabrikam.com", _assign(sku.OFFICE_365_E3, without=(sku.SWAY,))),
        Event(72, ids.UMA, "tomas.varga@fabrikam.com", _only_recorded(Operation.DELETE_CUSTOMER_USER)),
        Event(71, ids.HARRY, "chloe.dubois@fabrikam.com", _only_recorded(Operation.RESET_CUSTOMER_USER_PASSWORD)),
        Event(69, ids.AVA, "marcus.webb@adventure-works.com", _add_role("Service Support Administrator")),
        Event(52, ids.AVA, "gareth.pugh@adventure-works.com", _set(usage_location="GB")),
        Event(50, ids.LEA, "jonas.weber@fabrikam.com", _assign(sku.AUDIO_CONFERENCING, sku.OFFICE_365_E3)),
        Event(49, ids.LEA, "jonas.weber@fabrikam.com", _remove(sku.AUDIO_CONFERENCING, sku.OFFICE_365_E3)),
        Event(47, ids.UMA, "quentin.moreau@fabrikam.com", _set(last_name="Moreau-Petit")),
        Event(46, ids.UMA, "quentin.moreau@fabrikam.com", _set(last_name="Moreau")),
        Event(45, ids.AVA, "declan.hart@adventure-works.com", _remove(sku.TEAMS_PHONE)),
        Event(44, ids.AVA, "tove.nilsen@adventure-works.com", _assign(sku.POWER_BI_PRO)),
        Event(27, ids.AVA, "umar.farouk@northwindtraders.com", _set(usage_location="GB")),
        Event(26, ids.LEA, "liam.o'connor@fabrikam.com", _assign(sku.OFFICE_365_E3, without=(sku.YAMMER_ENTERPRISE,))),
        Event(25, ids.HARRY, "natalia.molnarova@fabrikam.com", _only_recorded(Operation.RESET_CUSTOMER_USER_PASSWORD)),
        Event(22, ids.AVA, "priya.raman@adventure-works.com", _assign(sku.TEAMS_PHONE)),
        Event(21, ids.AVA, "ines.carvalho@adventure-works.com", _set(display_name="Inês Carvalho")),
        Event(5, ids.LEA, "katarina.novakova@fabrikam.com", _remove(sku.MINECRAFT_FACULTY)),
        Event(4, ids.LEA, "katarina.novakova@fabrikam.com", _assign(sku.MINECRAFT_FACULTY)),
        Event(3, ids.AVA, "henrik.sorensen@fabrikam.com", _set(display_name="Henrik Sørensen (Aarhus)")),
        Event(1, ids.DAN, "asa.bjorklund@fabrikam.com", _set(display_name="Åsa Björklund-Holm")),
    )  # fmt: skip


def add_history(*, today: datetime) -> None:
    events = _events()
    users = CustomerUser.objects.select_related("customer").in_bulk(
        {ids.customer_user_id(event.user) for event in events}
    )
    staff = {user.username: user for user in User.objects.select_related("partner")}
    for number, event in enumerate(events):
        # A principal lasts for one request, and each of these was one.
        request_id = str(ids.stable_id("request", str(number)))
        by = principal_for(staff[event.who], door=Door.PORTAL, request_id=request_id, correlation_id=request_id)
        user = users[ids.customer_user_id(event.user)]
        with ago(today, hours=event.hours_ago):
            event.act(by, user)
        user.refresh_from_db()
