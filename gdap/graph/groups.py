"""Security groups of the partner's own tenant and their members (section 13)."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from customers.graph.base import DIRECTORY_READS, DIRECTORY_WRITES, TenantView, not_there
from customers.graph.references import referred_user
from gdap.graph.fields import GROUP_FIELDS
from gdap.models import SecurityGroup
from gdap.services.groups import add_member, create_group, delete_group, remove_member
from partnercenter.accounts.models import Partner, User
from partnercenter.wire.graph.encoding import Answer, Body
from partnercenter.wire.graph.errors import Kind, Refused, bad_request
from partnercenter.wire.graph.paging import Listing, read_page
from partnercenter.wire.graph.paths import key

GROUP = (
    "id", "deletedDateTime", "description", "displayName", "groupTypes", "isAssignableToRole", "mailEnabled",
    "mailNickname", "securityEnabled",
)  # fmt: skip
STAFF = (
    "id", "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName",
)  # fmt: skip
TWICE = "One or more added object references already exist for the following modified properties: 'members'."
GROUPS = Listing(path="groups", type="group", sorts={"displayName": "display_name"})
MEMBERS = Listing(path="members", type="user", sorts={"userPrincipalName": "username"})
NEW = ("displayName", "description", "mailEnabled", "mailNickname", "securityEnabled", "groupTypes")


class GroupView(TenantView):
    writes_with = DIRECTORY_WRITES | {"Group.ReadWrite.All"}
    reads_with = DIRECTORY_READS | writes_with | {"Group.Read.All", "GroupMember.Read.All"}

    def authorize(self) -> None:
        super().authorize()
        if not self.is_at_home:
            sentence = "Groups of customers are not kept here; the partner's own are in the partner's tenant."
            raise Refused(Kind.FORBIDDEN, explanation={"sentence": sentence})

    def groups(self) -> "QuerySet[SecurityGroup]":
        return SecurityGroup.objects.filter(partner=self.principal.partner_id)

    def group(self, text: str) -> SecurityGroup:
        found = self.groups().filter(pk=key(text)).first()
        if found is None:
            raise not_there(text)
        return found

    def staff(self, text: str) -> User:
        """Somebody of the same partner, by id or sign-in name."""
        people = User.objects.filter(partner=self.principal.partner_id)
        found = (people.filter(username=text.lower()) if "@" in text else people.filter(pk=key(text))).first()
        if found is None:
            raise not_there(text)
        return found


class GroupList(GroupView):
    def get(self, request: Request) -> Answer:
        query = self.query
        query.allow("select", "filter", "top", "orderby", "count", "skiptoken")
        names = query.select(GROUP, of="group")
        rows = self.groups().filter(query.filtered(GROUP_FIELDS, is_directory=True))
        page = read_page(rows, query, GROUPS, counts=query.is_eventual)
        return self.many("groups", [_chosen(group_body(row), names) for row in page.rows], page)

    def post(self, request: Request) -> Answer:
        body = self.body
        body.only(*NEW)
        name = body.text("displayName")
        if not name or not body.text("mailNickname") or body.flag("mailEnabled") is None:
            raise bad_request("displayName, mailEnabled, mailNickname and securityEnabled are required.")
        if body.flag("mailEnabled") or not body.flag("securityEnabled") or body.texts("groupTypes"):
            raise bad_request("Only security groups are kept here: mailEnabled is false, securityEnabled true.")
        made = create_group(
            by=self.principal,
            partner=Partner.objects.get(pk=str(self.principal.partner_id)),
            display_name=name,
            description=body.text("description") or "",
        )
        return self.one("groups/$entity", group_body(made), status=201, headers={"Location": self.address(made)})

    def address(self, group: SecurityGroup) -> str:
        return f"{self.root}/groups/{group.pk}"


class GroupCount(GroupView):
    def get(self, request: Request) -> Answer:
        self.query.allow("filter")
        if not self.query.is_eventual:
            raise bad_request("$count is not currently supported.")
        return Answer(body=str(self.groups().filter(self.query.filtered(GROUP_FIELDS)).count()))


class GroupDetail(GroupView):
    def get(self, request: Request, group_id: str) -> Answer:
        self.query.allow("select")
        names = self.query.select(GROUP, of="group")
        return self.one("groups/$entity", _chosen(group_body(self.group(group_id)), names))

    def delete(self, request: Request, group_id: str) -> Answer:
        """For good: security groups leave nothing to restore."""
        delete_group(by=self.principal, group=self.group(group_id))
        return Answer(status=204)


class MemberList(GroupView):
    """Groups hold people only, so the transitive members are the same."""

    def get(self, request: Request, group_id: str) -> Answer:
        self.query.allow("select", "top", "count", "skiptoken")
        names = self.query.select(STAFF, of="user")
        people = User.objects.filter(groups=self.group(group_id).group_id, partner=self.principal.partner_id)
        page = read_page(people, self.query, MEMBERS, counts=self.query.is_eventual)
        items = [{"@odata.type": "#microsoft.graph.user", **_chosen(staff_body(row), names)} for row in page.rows]
        return self.many("directoryObjects", items, page)


class MemberReferences(GroupView):
    http_method_names = ["post"]

    def post(self, request: Request, group_id: str) -> Answer:
        group, user = self.group(group_id), self.staff(referred_user(self.body))
        is_member = user.groups.filter(pk=group.group_id).exists()
        add_member(by=self.principal, group=group, user=user)
        if is_member:
            raise bad_request(TWICE)
        return Answer(status=204)


class MemberReference(GroupView):
    http_method_names = ["delete"]

    def delete(self, request: Request, group_id: str, user_id: str) -> Answer:
        group, user = self.group(group_id), self.staff(user_id)
        is_member = user.groups.filter(pk=group.group_id).exists()
        remove_member(by=self.principal, group=group, user=user)
        if not is_member:
            raise not_there(user_id)
        return Answer(status=204)


class Myself(TenantView):
    reads_with = DIRECTORY_READS | {"User.Read", "User.ReadWrite", "User.Read.All", "User.ReadWrite.All"}

    def get(self, request: Request) -> Answer:
        """The person behind the token. At a customer there is no such user, only the rights."""
        self.query.allow("select")
        names = self.query.select(STAFF, of="user")
        user = self.principal.user
        if user is None or not self.is_at_home:
            raise not_there("me")
        return self.one("users/$entity", _chosen(staff_body(user), names))


def group_body(row: SecurityGroup) -> Body:
    return {
        "id": str(row.pk),
        "deletedDateTime": None,
        "description": row.description or None,
        "displayName": row.display_name,
        "groupTypes": [],
        "isAssignableToRole": None,
        "mailEnabled": False,
        "mailNickname": "".join(filter(str.isalnum, row.display_name))[:64],
        "securityEnabled": True,
    }


def staff_body(row: User) -> Body:
    return {
        "id": str(row.pk),
        "businessPhones": [],
        "displayName": row.name,
        "givenName": row.first_name or None,
        "jobTitle": None,
        "mail": row.email or None,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": row.last_name or None,
        "userPrincipalName": row.username,
    }


def _chosen(body: Body, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: body[name] for name in names}
