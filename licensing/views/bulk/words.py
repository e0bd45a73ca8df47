"""Outcomes and states in words."""

from licensing.models import BulkRunItem
from licensing.queries import Inventory
from licensing.services.bulk.evaluation import USER_NAME, Outcome
from licensing.services.bulk.holdings import Holding

State = BulkRunItem.State
Row = dict[str, object]

BADGES = {
    State.PLANNED: {"label": "Waiting", "intent": ""},
    State.DONE: {"label": "Done", "intent": "success"},
    State.UNCHANGED: {"label": "Unchanged", "intent": ""},
    State.FAILED: {"label": "Failed", "intent": "danger"},
}
WILL = {
    "change": {"label": "Changes", "intent": "success"},
    "stay": {"label": "Stays as it is", "intent": ""},
    "refuse": {"label": "Can't be changed", "intent": "danger"},
}


def case_row(outcome: Outcome, stock: Inventory) -> Row:
    return outcome_words(outcome, stock, name="Each of them")


def outcome_words(outcome: Outcome, stock: Inventory, *, name: str) -> Row:
    """Before -> after, or why not."""
    kind = "refuse" if outcome.is_refused else "change" if outcome.writes else "stay"
    return {
        "before": spelled(outcome.before, stock),
        "after": spelled(outcome.after, stock),
        "problems": [problem.message.replace(USER_NAME, name) for problem in outcome.problems],
        "badge": WILL[kind],
        "changes": outcome.writes,
    }


def spelled(holding: Holding, stock: Inventory) -> list[str]:
    """For example ["Office 365 E3 (2 plans off)", "Location SK"]."""
    named = sorted((stock.products[sku_id].name, len(off)) for sku_id, off in holding.held.items())
    licenses = [f"{name} ({off} plan{'s' if off > 1 else ''} off)" if off else name for name, off in named]
    return [*(licenses or ["No license"]), f"Location {holding.location}" if holding.location else "No location"]
