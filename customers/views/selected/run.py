"""One run of one verb over the users that were selected; a row remembers it, so that nothing happens twice."""

import uuid
from collections.abc import Mapping, Sequence
from typing import cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.models import Customer, CustomerUser
from customers.views.selected.knowledge import Knowledge
from customers.views.selected.verbs import DONE, FAILED, UNCHANGED, Forecast, Outcome, Verb
from gdap import access
from partnercenter import clock
from partnercenter.errors import DomainError
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.models import WizardRun
from partnercenter.portal.navigation import customer_page
from partnercenter.transactions import as_a_whole

BADGES = {
    DONE: {"label": "Done", "intent": "success"},
    UNCHANGED: {"label": "Unchanged"},
    FAILED: {"label": "Failed", "intent": "danger"},
}


class SelectedRun:
    def __init__(self, request: PortalRequest, customer: Customer, verb: Verb, stored: WizardRun) -> None:
        self.request = request
        self.customer = customer
        self.verb = verb
        self.stored = stored

    @classmethod
    def start(
        cls, request: PortalRequest, customer: Customer, verb: Verb, ids: Sequence[uuid.UUID]
    ) -> "SelectedRun | None":
        """None, when nobody of this customer is among the ids."""
        stored = WizardRun(kind=f"users_{verb.slug}", user=request.user, subject_id=customer.pk)
        run = cls(request, customer, verb, stored)
        stored.baseline = {"users": [str(user_id) for user_id in ids]}
        if not run.users():
            return None
        stored.save()
        return run

    @property
    def url(self) -> str:
        return reverse("selected-users", args=[self.customer.pk, self.verb.slug, self.stored.pk])

    @property
    def result_url(self) -> str:
        return reverse("selected-users-result", args=[self.customer.pk, self.verb.slug, self.stored.pk])

    def users(self) -> list[CustomerUser]:
        """Those of the selected who are still there, by name, with their roles. Two queries."""
        mine = CustomerUser.objects.filter(customer=self.customer, pk__in=self.stored.baseline["users"])
        there = mine.restorable(clock.now()) if self.verb.is_about_deleted else mine.alive()
        found = list(there.prefetch_related("directory_role_members").order_by("sort_name", "pk"))
        for user in found:
            user.customer = self.customer
        return found

    # Before ----------------------------------------------------------------------------------------------------

    def page(self, *, status: int = 200) -> HttpResponse:
        users = self.users()
        known = Knowledge(self.request.principal, self.customer, users)
        wrong = self._wrong(users)
        rows = [self._row(user, known) | {"errors": wrong.get(user.pk, [])} for user in users]
        ready = [row for row in rows if not row["why"]]
        context = {
            "verb": self.verb,
            "customer": self.customer,
            "rows": rows,
            "ready": len(ready),
            "refused": len(rows) - len(ready),
            "gone": len(self.stored.baseline["users"]) - len(users),
            "wrong": bool(wrong),
            "question": self.verb.question(known) if ready else "",
            "cancel_url": self._list_url(),
        }
        return render(self.request, "customers/selected/confirm.html", self._shell() | context, status=status)

    def _row(self, user: CustomerUser, known: Knowledge) -> dict[str, object]:
        explained = access.explain(self.request.principal, self.customer, self.verb.permission, target=user)
        forecast = self.verb.forecast(user, known) if explained.allowed else Forecast(why=explained)
        return {
            "id": user.pk,
            "name": user.display_name,
            "email": user.user_principal_name,
            "lines": forecast.lines,
            "why": forecast.why,
            "new_name": forecast.new_name,
            "suggestion": self.request.POST.get(forecast.new_name, forecast.suggestion),
        }

    def _wrong(self, users: list[CustomerUser]) -> dict[uuid.UUID, list[str]]:
        found = {user.pk: self.verb.problems(user, self.request.POST) for user in users}
        return {user_id: problems for user_id, problems in found.items() if problems}

    # Doing it --------------------------------------------------------------------------------------------------

    def carry_out(self) -> HttpResponse:
        """Each user in a transaction of its own, with the line of the result; a second POST finds the run claimed."""
        if self._wrong(self.users()):
            return self.page(status=400)
        unclaimed = WizardRun.objects.filter(pk=self.stored.pk, completed_at__isnull=True)
        if not unclaimed.update(completed_at=clock.now()):
            return redirect(self.result_url)
        self.stored.result = {"rows": []}
        secrets = {}
        for user in self.users():
            outcome = self._done_to(user)
            if outcome.secrets:
                secrets[str(user.pk)] = outcome.secrets
        if not secrets:
            return redirect(self.result_url)
        return self.result_page(secrets=secrets)

    def _done_to(self, user: CustomerUser) -> Outcome:
        try:
            outcome = as_a_whole(lambda: self._carried_out(user))
        except DomainError as error:
            outcome = Outcome(state=FAILED, text=error.message)
            self._note(user, outcome)
        return outcome

    def _carried_out(self, user: CustomerUser) -> Outcome:
        outcome = self.verb.act(self.request.principal, user, self.request.POST)
        self._note(user, outcome)
        return outcome

    def _note(self, user: CustomerUser, outcome: Outcome) -> None:
        kept = [row for row in self._told() if row["id"] != str(user.pk)]
        row = {
            "id": str(user.pk),
            "name": user.display_name,
            "email": user.user_principal_name,
            "state": outcome.state,
            "text": outcome.text,
        }
        self.stored.result = {"rows": [*kept, row]}
        WizardRun.objects.filter(pk=self.stored.pk).update(result=self.stored.result)

    def _told(self) -> list[dict[str, str]]:
        return cast("list[dict[str, str]]", self.stored.result.get("rows", []))

    # After -----------------------------------------------------------------------------------------------------

    def result_page(self, *, secrets: Mapping[str, Mapping[str, str]] | None = None) -> HttpResponse:
        rows = [
            row | {"badge": BADGES[row["state"]], "secret": self._shown(row, secrets or {})} for row in self._told()
        ]
        told = {state: sum(row["state"] == state for row in rows) for state in BADGES}
        selected = "&".join(f"selected={row['id']}" for row in rows if row["state"] == DONE)
        context = {
            "verb": self.verb,
            "customer": self.customer,
            "rows": rows,
            "summary": f"{told[DONE]} done, {told[UNCHANGED]} unchanged, {told[FAILED]} failed.",
            "intent": "error" if rows and told[FAILED] == len(rows) else "warning" if told[FAILED] else "success",
            "untouched": len(self.stored.baseline["users"]) - len(rows),
            "secrets": secrets,
            "has_passwords": self.verb.slug == "reset-password",
            "undo_url": f"{reverse('start-selected', args=[self.customer.pk, 'restore'])}?{selected}"
            if self.verb.slug == "delete" and told[DONE]
            else "",
            "back_url": self._list_url(),
        }
        return render(self.request, "customers/selected/result.html", self._shell() | context)

    def _shown(self, row: Mapping[str, str], secrets: Mapping[str, Mapping[str, str]]) -> dict[str, str] | None:
        secret = secrets.get(row["id"])
        if secret is None:
            return None
        path = reverse("password-link", args=[secret["token"]])
        return {"password": secret["password"], "link": self.request.build_absolute_uri(path)}

    def _list_url(self) -> str:
        return reverse("deleted-users" if self.verb.is_about_deleted else "users", args=[self.customer.pk])

    def _shell(self) -> dict[str, object]:
        return customer_page(self.customer, "users", (self.verb.title, ""))
