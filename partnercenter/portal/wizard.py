"""Wizards: a few forms in a row, and one service call at the end.

A step opens only when every step before it has been passed and still validates. What was typed is kept at every
turn, valid or not; nothing but the run itself is written before Complete.
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar, NamedTuple

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict

from partnercenter import clock
from partnercenter.errors import DomainError, Problem
from partnercenter.portal.http import NUL, PortalRequest
from partnercenter.portal.interrupted import take_interrupted_post
from partnercenter.portal.models import WizardRun
from partnercenter.transactions import as_a_whole

StepData = dict[str, list[str]]


class Step(NamedTuple):
    slug: str
    label: str
    template: str


class StepOpen(DomainError):
    """A step that validated a moment ago doesn't any more."""

    def __init__(self, slug: str) -> None:
        super().__init__(Problem("step_open", "A step has to be looked at again first."))
        self.slug = slug


class Wizard(ABC):
    """One run of a wizard, for the length of one request. Subclasses say what the steps are and what Complete does."""

    kind: ClassVar[str]
    title: ClassVar[str]
    steps: ClassVar[tuple[Step, ...]]

    def __init__(self, request: PortalRequest, run: WizardRun) -> None:
        self.request = request
        self.run = run
        self._stored_forms: dict[str, BaseForm] = {}

    # What a subclass provides -----------------------------------------------------------------------------------

    @abstractmethod
    def form(self, slug: str, data: StepData) -> BaseForm:
        """The bound form of a step."""

    @abstractmethod
    def form_context(self, slug: str, form: BaseForm | None) -> Mapping[str, object]:
        """What the template of a step needs beside the form."""

    @abstractmethod
    def initial_data(self) -> dict[str, StepData]:
        """The posted values that would leave everything as the baseline has it."""

    @abstractmethod
    def complete(self) -> HttpResponse:
        """Do it, through a service; runs inside the transaction that claims the run."""

    @abstractmethod
    def refused(self, error: DomainError) -> HttpResponse:
        """The page after `complete` raised `error` and everything was rolled back; raise it again if no page helps."""

    def adjust(self, slug: str, go: str) -> bool:
        """Carry out a button that only changes what is ticked in a step; whether `go` was one."""
        return False

    def normalized(self, slug: str, data: StepData) -> StepData:
        """`data` without what makes no difference, so that equal choices compare equal."""
        return data

    @abstractmethod
    def url(self, slug: str) -> str: ...

    @abstractmethod
    def leave_url(self) -> str:
        """Where Cancel goes."""

    @property
    @abstractmethod
    def subject(self) -> str:
        """Whom or what the run is about, as a headline."""

    # Answering requests ----------------------------------------------------------------------------------------

    def respond(self, slug: str) -> HttpResponse:
        """The answer to a GET or POST of one step."""
        if slug not in self.slugs:
            raise Http404("This wizard has no such step.")
        if self.run.completed_at is not None:
            return redirect(self.url("result"))
        blocking = self.first_open(before=slug)
        if blocking is not None:
            return self._not_yet(blocking)
        try:
            return self._post(slug) if self.request.method == "POST" else self._restored(slug) or self.page(slug)
        except StepOpen as error:
            return self._not_yet(error.slug)

    def _not_yet(self, blocking: str) -> HttpResponse:
        message = "Finish this step first; the one you asked for comes after it."
        if blocking in self.run.visited:
            message = "This step needs another look before you can go on."
        notice = Problem("step_out_of_order", message)
        if self.request.method == "POST":
            return self.page(blocking, status=400, problems=[notice])
        if self.run.visited:
            messages.info(self.request, notice.message)
        return redirect(self.url(blocking))

    def _restored(self, slug: str) -> HttpResponse | None:
        """Take up what was being sent when the session ended."""
        interrupted = take_interrupted_post(self.request)
        if interrupted is None or slug == self.slugs[-1]:
            return None
        self.keep(slug, interrupted)
        messages.info(self.request, "You are signed in again. What you had typed is still here.")
        return self.page(slug)

    def _post(self, slug: str) -> HttpResponse:
        go = self.request.POST.get("go", "next")
        if slug != self.slugs[-1]:
            self.keep(slug, self.request.POST)
        if go == "cancel":
            return self._cancel(slug)
        if self.adjust(slug, go):
            self.save_data()
            return redirect(self.url(slug))
        if go == "previous" and slug != self.slugs[0]:
            return redirect(self.url(self.slugs[self.slugs.index(slug) - 1]))
        if slug == self.slugs[-1]:
            return self._complete_once()
        return self._next(slug)

    def _next(self, slug: str) -> HttpResponse:
        if not self.stored_form(slug).is_valid():
            return self.page(slug, status=400)
        if slug not in self.run.visited:
            self.run.visited.append(slug)
            self.run.save(update_fields=["visited"])
        return redirect(self.url(self.slugs[self.slugs.index(slug) + 1]))

    def _cancel(self, slug: str) -> HttpResponse:
        if self.is_changed() and "discard" not in self.request.POST:
            context = {"wizard": self.frame(slug), "go_on_url": self.url(slug), "post_url": self.url(slug)}
            return render(self.request, "portal/wizard_cancel.html", context | self.page_context())
        url = self.leave_url()
        self.run.delete()
        return redirect(url)

    def _complete_once(self) -> HttpResponse:
        """Claim the run and do the work in one transaction: a second Complete finds it claimed and writes nothing."""
        try:
            done = as_a_whole(self._claim_and_complete)
        except StepOpen:
            raise
        except DomainError as error:
            self.judge_again()
            return self.refused(error)
        return done if done is not None else redirect(self.url("result"))

    def _claim_and_complete(self) -> HttpResponse | None:
        unclaimed = WizardRun.objects.filter(pk=self.run.pk, completed_at__isnull=True)
        return self.complete() if unclaimed.update(completed_at=clock.now()) else None

    # The state of the run --------------------------------------------------------------------------------------

    @property
    def slugs(self) -> list[str]:
        return [step.slug for step in self.steps]

    def keep(self, slug: str, posted: QueryDict) -> None:
        """Store what was posted to a step: its own fields only.

        One that the page did not send stays as it was; one that the person may not change is as the baseline has it.
        """
        baseline, data = self.initial_data()[slug], dict(self.run.data[slug])
        for name, field in self.stored_form(slug).fields.items():
            if field.disabled:
                data[name] = baseline.get(name, [])
            elif not field.widget.value_omitted_from_data(posted, MultiValueDict(), name):
                data[name] = sorted(value.replace(NUL, "") for value in posted.getlist(name))
        self.run.data[slug] = self.normalized(slug, data)
        self.save_data()

    def save_data(self) -> None:
        self.run.save(update_fields=["data"])
        self.judge_again()

    def stored_form(self, slug: str) -> BaseForm:
        """The form of what is stored of a step, built and judged once per request."""
        if slug not in self._stored_forms:
            self._stored_forms[slug] = self.form(slug, self.run.data[slug])
        return self._stored_forms[slug]

    def judge_again(self) -> None:
        """The data has changed, or a service knew better than the forms."""
        self._stored_forms.clear()

    def first_open(self, *, before: str) -> str | None:
        """The first step ahead of `before` that has not been passed or no longer validates."""
        for slug in self.slugs[: self.slugs.index(before)]:
            if slug not in self.run.visited or not self.stored_form(slug).is_valid():
                return slug
        return None

    def is_changed(self) -> bool:
        """Whether leaving would lose something. What can be chosen only since the run began, nobody has chosen."""
        return any(
            self.run.data[slug].get(name, values) != values
            for slug, data in self.initial_data().items()
            for name, values in data.items()
        )

    # Rendering -------------------------------------------------------------------------------------------------

    def page(self, slug: str, *, status: int = 200, problems: Iterable[Problem] = ()) -> HttpResponse:
        step = self.steps[self.slugs.index(slug)]
        form = None if slug == self.slugs[-1] else self.stored_form(slug)
        items = [problem.message for problem in problems]
        context: dict[str, object] = {
            "wizard": self.frame(slug),
            "form": form,
            "problem": {"intent": "error", "title": "", "text": items[0], "points": items[1:]} if items else None,
        }
        context |= self.page_context() | dict(self.form_context(slug, form))
        return render(self.request, step.template, context, status=status)

    def page_context(self) -> dict[str, object]:
        """Shell context (menu, breadcrumbs) of every page of the wizard."""
        return {}

    def frame(self, slug: str) -> dict[str, object]:
        """What portal/wizard.html asks for."""
        index = self.slugs.index(slug) if slug in self.slugs else len(self.steps)
        reachable = self.first_open(before=self.slugs[-1])
        last_open = len(self.steps) - 1 if reachable is None else self.slugs.index(reachable)
        return {
            "title": self.title,
            "subject": self.subject,
            "steps": [
                {
                    "label": step.label,
                    "url": self.url(step.slug) if position <= last_open and index < len(self.steps) else None,
                    "state": "current" if position == index else "done" if position < index else "todo",
                }
                for position, step in enumerate(self.steps)
            ],
            "step": self.steps[min(index, len(self.steps) - 1)],
            "action_url": self.url(slug),
            "previous_url": self.url(self.slugs[index - 1]) if 0 < index < len(self.steps) else "",
            "cancel_url": self.leave_url(),
            "next_label": "Complete" if index == len(self.steps) - 1 else "Next",
            "changed": self.is_changed(),
        }


def run_of(request: PortalRequest, *, kind: str, run_id: uuid.UUID, subject_id: uuid.UUID) -> WizardRun:
    """The run with this id, if it is of this kind, about this thing and this person's own; 404 otherwise."""
    run = WizardRun.objects.filter(pk=run_id, kind=kind, subject_id=subject_id, user=request.user).first()
    if run is None:
        raise Http404("There is no such run of this wizard for you.")
    return run
