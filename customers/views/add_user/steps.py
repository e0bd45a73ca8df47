"""The forms of one run of Add user. What may be typed does not depend on a target, for there is none yet."""

import uuid

from customers.forms.edit_user import InfoForm, domain_choices
from customers.models import Customer, CustomerUser
from customers.naming import local_part
from customers.services.create_user import new_user_problems
from customers.views.edit_user.draft import Draft
from customers.views.edit_user.steps import INFO, EditUserSteps, info_of
from partnercenter.accounts.principals import Principal
from partnercenter.fields import sort_key
from partnercenter.portal.wizard import StepData

MOST_OF_ONE_NAME = 99


class AddUserSteps(EditUserSteps):
    def __init__(self, principal: Principal, customer: Customer) -> None:
        super().__init__(principal, customer, CustomerUser(id=uuid.uuid4(), customer=customer))

    def info_form(self, base: Draft, data: StepData) -> InfoForm:
        form = InfoForm(data, initial_data=self.data_of(base)[INFO], domains=domain_choices(self.customer))
        if form.is_valid():
            form.add_problems(new_user_problems(self.customer, info_of(form)))
        return form

    def named(self, data: StepData, *, naming: str) -> StepData:
        """The step with a display name and an email made by the template's rule, where they were left empty."""
        first, last = _one(data, "first_name"), _one(data, "last_name")
        filled = dict(data)
        if not _one(data, "display_name"):
            filled["display_name"] = [f"{first} {last}".strip()]
        if not _one(data, "local_part"):
            filled["local_part"] = [self._free(local_part(naming, first_name=first, last_name=last), data)]
        return filled

    def _free(self, wanted: str, data: StepData) -> str:
        """`wanted`, or with the first number behind it that makes a name nobody has."""
        domain = _one(data, "domain")
        numbered = [wanted, *(f"{wanted}{number}" for number in range(2, MOST_OF_ONE_NAME))] if wanted else []
        names = {name: sort_key(f"{name}@{domain}") for name in numbered}
        taken = set(
            CustomerUser.objects.alive()
            .filter(customer=self.customer, sort_principal_name__in=list(names.values()))
            .values_list("sort_principal_name", flat=True)
        )
        return next((name for name, key in names.items() if key not in taken), wanted)


def _one(data: StepData, name: str) -> str:
    return "".join(data.get(name, [])[:1]).strip()
