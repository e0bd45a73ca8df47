"""One search over the users of every customer that the person may read."""

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from customers.models import CustomerUser
from customers.permissions import CustomerPermission
from customers.queries import matching_users
from gdap import access
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.paging import key_page, words_of

SORTS = {"name": "sort_name", "email": "sort_principal_name"}


@staff_page
def search(request: PortalRequest) -> HttpResponse:
    query = words_of(request.GET)
    readable = access.customers_visible_to(request.principal, CustomerPermission.READ_USERS)
    everybody = CustomerUser.objects.alive().filter(Exists(readable.filter(pk=OuterRef("customer"))))
    users = matching_users(everybody, query) if query else everybody.none()
    page = key_page(
        users.select_related("customer"), request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE
    )
    rows = [
        {
            "name": user.display_name,
            "email": user.user_principal_name,
            "customer": user.customer.company_name,
            "customer_url": reverse("customer", args=[user.customer_id]),
            "url": f"{reverse('users', args=[user.customer_id])}?user={user.pk}",
        }
        for user in page.rows
    ]
    columns = [
        {"label": "Name", "url": page.sort_url("name"), "sort": page.direction("name")},
        {"label": "Email", "url": page.sort_url("email"), "sort": page.direction("email")},
        {"label": "Customer"},
    ]
    context = {"query": query, "search_query": query, "users": rows, "columns": columns, "page": page}
    return render(request, "customers/search.html", workspace_page(("Search", "")) | context)
