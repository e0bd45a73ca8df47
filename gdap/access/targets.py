"""The third check: some actions depend on the roles that the target user holds.

Source: gdap/data/role_target_matrix.json; rule in graph_gdap_contract section 10.3.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from functools import cache

from gdap.access.roles import DATA, TargetRule

_NO_ROLE = "~none"
_ANY_OTHER_ROLE = "~any_other_role"


@cache
def _allowed_actors(rule: TargetRule) -> Mapping[uuid.UUID | str, frozenset[uuid.UUID]]:
    """Target role (or one of the two `~` keys) -> actor roles that may act on its holders."""
    table = json.loads((DATA / "role_target_matrix.json").read_text(encoding="utf-8"))[rule]
    actor_ids = {actor["displayName"]: uuid.UUID(actor["templateId"]) for actor in table["actorRoles"]}
    return {
        uuid.UUID(row["templateId"]) if row["templateId"] else name: frozenset(
            actor_ids[actor] for actor in row["allowedActors"]
        )
        for name, row in table["targets"].items()
    }


@cache
def _judged_actors(rule: TargetRule) -> frozenset[uuid.UUID]:
    return frozenset().union(*_allowed_actors(rule).values())


def may_act_on(actor_role: uuid.UUID, target_roles: Iterable[uuid.UUID], *, rule: TargetRule) -> bool:
    """Whether a holder of `actor_role` may act on a user with `target_roles`.

    An actor role that the table does not judge (Directory Writers, say) reaches users without any role only: its
    actions allow it, and nothing documents more (docs/adr/0004).
    """
    if rule is TargetRule.NONE:
        return True
    targets: set[uuid.UUID | str] = set(target_roles)
    if actor_role not in _judged_actors(rule):
        return not targets
    table = _allowed_actors(rule)
    return all(actor_role in table.get(role, table[_ANY_OTHER_ROLE]) for role in targets or {_NO_ROLE})


def actors_for(target_roles: Iterable[uuid.UUID], *, rule: TargetRule) -> frozenset[uuid.UUID]:
    """The actor roles of the table that may act on a user with `target_roles`."""
    targets = frozenset(target_roles)
    return frozenset(actor for actor in _judged_actors(rule) if may_act_on(actor, targets, rule=rule))
