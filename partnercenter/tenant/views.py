"""The way in and out of the admin center, and its first page."""

from django.conf import settings
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.models import CustomerUser, DirectoryRoleMember
from customers.queries import role_names_of
from gdap.access.customer_side import APPROVERS
from gdap.queries.customers import counted, filtered, relationships_at
from partnercenter import clock
from partnercenter.addresses import address_of
from partnercenter.tenant.forms import SignInForm
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import PREFIX, TenantRequest
from partnercenter.tenant.navigation import tenant_page_context
from partnercenter.tenant.session import sign_in, sign_out, signed_in

MOST_DEMO_ACCOUNTS = 12
MOST_WAITING = 5


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    after = _after_sign_in(request)
    if signed_in(request) is not None:
        return HttpResponseRedirect(after)
    form = SignInForm(request.POST) if request.method == "POST" else SignInForm()
    form.address = address_of(request)
    if form.is_bound and form.is_valid() and form.person is not None:
        sign_in(request, form.person)
        return HttpResponseRedirect(after)
    context = {"form": form, "next": after, "demo_accounts": _demo_accounts() if settings.DEMO_MODE else []}
    return render(request, "tenant/sign_in.html", context)


@require_POST
def sign_out_page(request: HttpRequest) -> HttpResponse:
    sign_out(request)
    return redirect("tenant-sign-in")


@require_GET
@tenant_page
def home(request: TenantRequest) -> HttpResponse:
    roles = role_names_of([request.person]).get(request.person.pk, [])
    rows = relationships_at(request.customer.pk, clock.now())
    context = {
        "customer": request.customer,
        "person": request.person,
        "roles": roles,
        "waiting": filtered(rows, word="pending", query="").order_by("approval_requested_at", "pk")[:MOST_WAITING],
        "counts": counted(rows),
    }
    return render(request, "tenant/home.html", context | tenant_page_context("tenant-home"))


def _after_sign_in(request: HttpRequest) -> str:
    """Where to go on: a page of this side, or its first one."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith(PREFIX) else PREFIX


def _demo_accounts() -> list[dict[str, str]]:
    """Who can sign in here, for the page that lets people try: those who may decide first, then who holds any role."""
    members = DirectoryRoleMember.objects.filter(user__deleted_at__isnull=True, user__sign_in_blocked=False)
    decides = Case(When(role__in=APPROVERS, then=0), default=1)
    rows = members.select_related("role", "user__customer").order_by(
        decides, "customer__sort_name", "role__display_name", "pk"
    )
    roles: dict[CustomerUser, list[str]] = {}
    for row in rows[:MOST_DEMO_ACCOUNTS]:
        roles.setdefault(row.user, []).append(row.role.display_name)
    return [_demo_account(person, held) for person, held in roles.items()]


def _demo_account(person: CustomerUser, roles: list[str]) -> dict[str, str]:
    return {
        "upn": person.user_principal_name,
        "password": "demo",
        "name": person.display_name,
        "initials": "".join(word[0] for word in person.display_name.split()[:2]).upper(),
        "roles": ", ".join(roles),
        "can": person.customer.company_name,
    }
