"""Restoring: what comes back and what can't, before anything is done."""

from django.http import QueryDict

from customers.models import CustomerUser
from customers.permissions import CustomerPermission as P
from customers.services import restore_user
from customers.services.validation import principal_name_problems
from customers.views.selected.knowledge import Knowledge
from customers.views.selected.verbs import DONE, Forecast, Hurdle, Outcome, Verb
from licensing.queries import inventory
from partnercenter.accounts.principals import Principal


class Restore(Verb):
    slug, permission, label, icon = "restore", P.RESTORE_USERS, "Restore", "arrow-counterclockwise"
    title, button = "Restore users", "Restore"
    text = "They come back with their roles, and with the licenses for which a seat is left."
    is_about_deleted = True

    def forecast(self, user: CustomerUser, known: Knowledge) -> Forecast:
        lines = (known.roles_coming_back(user), *known.licenses_coming_back(user))
        if user.pk not in known.names_taken:
            return Forecast(lines=lines)
        taken = f"{user.user_principal_name} belongs to somebody else by now."
        why = known.why_no_other_name(user)
        if why:
            return Forecast(why=Hurdle(f"{taken} {why}", "Rename the other user first."))
        return Forecast(
            lines=(f"{taken} Choose another name.", *lines),
            new_name=f"name-{user.pk}",
            suggestion=known.free_name(user),
        )

    def problems(self, user: CustomerUser, posted: QueryDict) -> list[str]:
        name = posted.get(f"name-{user.pk}")
        if name is None:
            return []
        return [problem.message for problem in principal_name_problems(user.customer, user, name.strip())]

    def act(self, by: Principal, user: CustomerUser, posted: QueryDict) -> Outcome:
        name = posted.get(f"name-{user.pk}", "")
        restored = restore_user(by=by, customer=user.customer, user_id=user.pk, user_principal_name=name)
        back = f"Back as {restored.user.user_principal_name}."
        if not restored.licenses_lost:
            return Outcome(state=DONE, text=back)
        stock = inventory(user.customer, only=restored.licenses_lost)
        lost = sorted(stock.products[sku_id].name for sku_id in restored.licenses_lost if sku_id in stock.products)
        return Outcome(state=DONE, text=f"{back} Without {', '.join(lost) or 'a license that is no longer owned'}.")
