"""Is this update allowed? Answers with every problem at once, so that a page can name them all.

Seats are not judged here: whether one is left is known only at the moment of taking it.
"""

import uuid
from collections.abc import Iterator, Mapping

from licensing.rules import plans
from licensing.rules.types import LicenseErrorCode as Code
from licensing.rules.types import LicenseToAssign, LicenseUpdate, OwnedProduct, UserLicenses
from partnercenter.errors import Problem


def check_update(
    user: UserLicenses, update: LicenseUpdate, owned: Mapping[uuid.UUID, OwnedProduct]
) -> tuple[Problem, ...]:
    """Every reason why `update` can't happen to `user`, given the products in `owned`; empty when it can.

    `owned` must hold the products of the update and those the user has, where the customer owns them.
    """
    problems = [*_products(user, update, owned), *_location(user, update)]
    if problems:
        return tuple(problems)
    before = enabled_plans(user.assigned, owned)
    after = enabled_plans(assigned_after(user, update), owned)
    return (*_exclusions(before, after), *_dependencies(before, after))


def lasting_problems(
    user: UserLicenses, update: LicenseUpdate, owned: Mapping[uuid.UUID, OwnedProduct]
) -> tuple[Problem, ...]:
    """What was wrong before with the plans that `update` assigns, and still is: no reason to refuse it, but to warn."""
    before = enabled_plans(user.assigned, owned)
    after = enabled_plans(assigned_after(user, update), owned)
    kept = {plan: name for plan, name in after.items() if plan in before}
    named = {str(plan) for item in update.assign for plan in owned[item.sku_id].plans}
    found = (*_exclusions({}, kept), *_unmet(kept, after))
    return tuple(problem for problem in found if named.intersection(problem.about))


def _unmet(kept: Mapping[uuid.UUID, str], after: Mapping[uuid.UUID, str]) -> Iterator[Problem]:
    for plan, needed in sorted(plans.dependencies().items()):
        if plan in kept and not needed & after.keys():
            yield _needs(plan, kept[plan], needed)


def _needs(plan: uuid.UUID, name: str, needed: frozenset[uuid.UUID]) -> Problem:
    names = sorted({plans.plan_names()[item] for item in needed})
    about = (str(plan), *sorted(str(item) for item in needed))
    return Problem(Code.PLAN_NEEDS_ANOTHER, f"{name} needs one of: {', '.join(names)}.", about=about)


def assigned_after(user: UserLicenses, update: LicenseUpdate) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """What `user` holds once `update` has happened."""
    kept = {sku_id: disabled for sku_id, disabled in user.assigned.items() if sku_id not in update.remove}
    return kept | {item.sku_id: item.disabled_plans for item in update.assign}


def enabled_plans(
    assigned: Mapping[uuid.UUID, frozenset[uuid.UUID]], owned: Mapping[uuid.UUID, OwnedProduct]
) -> dict[uuid.UUID, str]:
    """Plan id -> "plan (product)" for every plan switched on over all held products."""
    return {
        plan: f"{name} ({owned[sku_id].name})"
        for sku_id, disabled in assigned.items()
        if sku_id in owned
        for plan, name in owned[sku_id].plans.items()
        if plan not in disabled
    }


def _products(user: UserLicenses, update: LicenseUpdate, owned: Mapping[uuid.UUID, OwnedProduct]) -> Iterator[Problem]:
    named = [item.sku_id for item in update.assign] + list(update.remove)
    for sku_id in sorted({sku_id for sku_id in named if named.count(sku_id) > 1}):
        yield Problem(Code.PRODUCT_TWICE, f"{_name(sku_id, owned)} is named twice in one update.", about=(str(sku_id),))
    groups = {owned[sku_id].license_group for sku_id in named if sku_id in owned}
    if len(groups) > 1:
        yield Problem(
            Code.LICENSE_GROUPS_MIXED,
            "Minecraft licenses and other licenses can't change in one update; send them one after the other.",
            about=tuple(str(sku_id) for sku_id in named),
        )
    for item in update.assign:
        yield from _assignment(item, owned)
    for sku_id in update.remove:
        if sku_id not in user.assigned:
            yield Problem(
                Code.NOT_ASSIGNED,
                f"{user.name} does not have {_name(sku_id, owned)}, so it can't be removed.",
                about=(str(sku_id),),
            )


def _assignment(item: LicenseToAssign, owned: Mapping[uuid.UUID, OwnedProduct]) -> Iterator[Problem]:
    product = owned.get(item.sku_id)
    if product is None:
        yield Problem(
            Code.PRODUCT_NOT_OWNED,
            f"The customer does not own the product {item.sku_id}; buy it first.",
            about=(str(item.sku_id),),
        )
        return
    if not product.is_assignable:
        yield Problem(
            Code.PRODUCT_NOT_ASSIGNABLE,
            f"{product.name} can't be assigned to users: {product.reason}",
            about=(str(item.sku_id),),
        )
    foreign = sorted(str(plan) for plan in item.disabled_plans - set(product.plans))
    if foreign:
        yield Problem(
            Code.PLAN_NOT_IN_PRODUCT,
            f"{product.name} has no service plan {', '.join(foreign)}.",
            about=(str(item.sku_id), *foreign),
        )


def _location(user: UserLicenses, update: LicenseUpdate) -> Iterator[Problem]:
    if not update.assign:
        return
    if not user.usage_location:
        yield Problem(
            Code.USAGE_LOCATION_MISSING,
            f"{user.name} has no usage location; set one before assigning licenses.",
            field="usage_location",
        )
    elif not user.location_allowed:
        yield Problem(
            Code.USAGE_LOCATION_NOT_ALLOWED,
            f"Licenses can't be used in {user.name}'s usage location {user.usage_location}.",
            field="usage_location",
        )


def _exclusions(before: Mapping[uuid.UUID, str], after: Mapping[uuid.UUID, str]) -> Iterator[Problem]:
    """Pairs that the update brings together; a pair that was there before is not this update's fault."""
    rules = plans.exclusions()
    for plan in sorted(after):
        for other in sorted(rules.get(plan, frozenset()) & after.keys()):
            if plan < other and not (plan in before and other in before):
                yield Problem(
                    Code.PLANS_EXCLUDE_EACH_OTHER,
                    f"{after[plan]} and {after[other]} exclude each other; switch one of them off.",
                    about=(str(plan), str(other)),
                )


def _dependencies(before: Mapping[uuid.UUID, str], after: Mapping[uuid.UUID, str]) -> Iterator[Problem]:
    """Plans that the update leaves without what they need."""
    for plan, needed in sorted(plans.dependencies().items()):
        if plan not in after or needed & after.keys():
            continue
        had = needed & before.keys()
        if plan not in before:
            yield _needs(plan, after[plan], needed)
        elif had:
            lost = ", ".join(sorted(before[item] for item in had))
            yield Problem(
                Code.PLAN_NEEDED_BY_ANOTHER,
                f"{after[plan]} needs {lost}, which this update takes away; remove both, or keep it.",
                about=(str(plan), *sorted(str(item) for item in had)),
            )


def _name(sku_id: uuid.UUID, owned: Mapping[uuid.UUID, OwnedProduct]) -> str:
    return owned[sku_id].name if sku_id in owned else str(sku_id)


def no_seat_left(product: OwnedProduct) -> Problem:
    """The problem that only taking the seat can find; worded here beside its siblings."""
    return Problem(
        Code.NO_SEAT_LEFT,
        f"{product.name} has no available license left. Buy more, or remove it from somebody.",
        about=(str(product.sku_id),),
    )
