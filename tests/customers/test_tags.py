"""A partner's tags: made, renamed, deleted, worn by customers, and never seen by anybody else."""

import pytest

from customers.models import CustomerTag, ResellerRelationship, Tag
from customers.services.tags import (
    MOST_PER_CUSTOMER,
    TagChange,
    TagError,
    create_tag,
    delete_tag,
    rename_tag,
    set_customer_tags,
)
from gdap.access import PartnerRoleMissing
from gdap.models import AdminRelationship
from partnercenter import clock
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import NotFound
from tests.cast import principal
from tests.portal.visitor import Visitor


def tag(world, name, who="ava"):
    return create_tag(by=principal(getattr(world, who)), name=name)


def wear(world, customer, *tags, who="ava", new_name=""):
    return set_customer_tags(
        by=principal(getattr(world, who)), customer=customer, tag_ids=[one.pk for one in tags], new_name=new_name
    )


def fill_in(visitor, address, **values):
    return visitor.get(address).post_form.submit(values)


def worn(customer):
    return sorted(CustomerTag.objects.filter(customer=customer).values_list("tag__name", flat=True))


def test_a_customer_wears_exactly_the_tags_that_were_ticked(world):
    gold, silver, bronze = (tag(world, name) for name in ("Gold", "Silver", "Bronze"))
    wear(world, world.fabrikam, gold, silver)

    change = wear(world, world.fabrikam, silver, bronze, new_name="  VIP  north ")

    assert change == TagChange(added=("Bronze", "VIP north"), removed=("Gold",))
    assert worn(world.fabrikam) == ["Bronze", "Silver", "VIP north"]
    record = AuditRecord.objects.get(
        operation="update_customer_tags", after={"tags": ["Bronze", "Silver", "VIP north"]}
    )
    assert record.before == {"tags": ["Gold", "Silver"]}
    assert (record.principal_name, record.customer_id) == (world.ava.username, world.fabrikam.pk)


def test_saving_the_same_tags_writes_no_record(world):
    gold = tag(world, "Gold")
    wear(world, world.fabrikam, gold)
    before = AuditRecord.objects.count()
    assert wear(world, world.fabrikam, gold) == TagChange(added=(), removed=())
    assert AuditRecord.objects.count() == before


def test_a_bad_name_is_refused_at_its_field(world):
    tag(world, "Gold")
    expected = {
        "": "Enter a name for the tag.",
        "   ": "Enter a name for the tag.",
        "x" * 51: "The name has 51 characters; 50 are allowed.",
        "bell\a": "The name contains a control character; remove it.",
        "GOLD": "There is a tag GOLD already.",
    }
    for name, message in expected.items():
        with pytest.raises(TagError) as refused:
            tag(world, name)
        assert [(problem.field, problem.message) for problem in refused.value.problems] == [("name", message)]
    assert list(Tag.objects.values_list("name", flat=True)) == ["Gold"]


def test_fifty_characters_are_allowed_and_another_partner_may_use_the_same_name(world):
    assert tag(world, "x" * 50).name == tag(world, "x" * 50, who="max").name


def test_a_customer_wears_at_most_150_tags(world):
    tags = [tag(world, f"Tag {n}") for n in range(MOST_PER_CUSTOMER + 1)]
    assert len(wear(world, world.fabrikam, *tags[:-1]).added) == MOST_PER_CUSTOMER
    with pytest.raises(TagError, match=r"Fabrikam, Inc\. would have 151 tags; 150 are allowed"):
        wear(world, world.fabrikam, *tags)
    with pytest.raises(TagError, match="151"):
        wear(world, world.fabrikam, *tags[:-1], new_name="One more")
    assert not Tag.objects.filter(name="One more").exists()
    assert len(worn(world.fabrikam)) == MOST_PER_CUSTOMER


def test_a_renamed_tag_is_renamed_everywhere_and_a_deleted_one_is_gone_everywhere(world):
    gold = tag(world, "Gold")
    for customer in (world.fabrikam, world.northwind):
        wear(world, customer, gold)
    rename_tag(by=principal(world.ava), tag_id=gold.pk, name="Golden")
    assert (worn(world.fabrikam), worn(world.northwind)) == (["Golden"], ["Golden"])
    assert delete_tag(by=principal(world.ava), tag_id=gold.pk) == 2
    assert (worn(world.fabrikam), worn(world.northwind)) == ([], [])


def test_tags_are_for_admin_agents(world):
    for who in ("harry", "sam"):
        with pytest.raises(PartnerRoleMissing, match="Tagging customers needs the partner role Admin agent"):
            tag(world, "Gold", who=who)


def test_what_another_partner_has_is_not_there(world):
    theirs = tag(world, "Theirs", who="max")
    mine = tag(world, "Mine")
    with pytest.raises(NotFound):
        rename_tag(by=principal(world.ava), tag_id=theirs.pk, name="Ours")
    with pytest.raises(NotFound):
        delete_tag(by=principal(world.ava), tag_id=theirs.pk)
    with pytest.raises(NotFound):
        wear(world, world.proseware, mine)
    with pytest.raises(TagError, match="deleted meanwhile"):
        wear(world, world.fabrikam, theirs)
    with pytest.raises(TagError, match=r"no reseller relationship with Fabrikam, Inc\."):
        wear(world, world.fabrikam, theirs, who="max")  # Litware only administers Fabrikam
    assert CustomerTag.objects.count() == 0


def test_the_page_of_tags_lists_makes_renames_and_deletes(world):
    visitor = Visitor(world.ava)
    tag(world, "Theirs", who="max")
    assert visitor.get("/customers/tags/").main.all("table") == []
    for name in ("Silver", "Gold", "Bronze"):
        answer = fill_in(visitor, "/customers/tags/", name=name)
        assert answer.location == "/customers/tags/"
    wear(world, world.fabrikam, Tag.objects.get(name="Gold"))
    page = visitor.get("/customers/tags/?sort=-name")
    assert [row[:2] for row in page.rows] == [["Silver", "0"], ["Gold", "1"], ["Bronze", "0"]]
    again = fill_in(visitor, "/customers/tags/", name="gold")
    assert (again.status, again.post_form.values["name"]) == (400, ["gold"])
    assert again.messages == ["Please check what you entered. Tag name: There is a tag gold already."]
    gold = Tag.objects.get(name="Gold")
    fill_in(visitor, f"/customers/tags/{gold.pk}/", name="Golden")
    question = visitor.get(f"/customers/tags/{gold.pk}/delete/")
    assert "1 customer wears this tag and would lose it." in question.text
    fill_in(visitor, f"/customers/tags/{gold.pk}/delete/")
    assert visitor.get("/customers/tags/").names == ["Bronze", "Silver"]


def test_the_tags_of_a_customer_are_ticked_on_a_page_that_keeps_what_was_entered(world):
    gold, silver = tag(world, "Gold"), tag(world, "Silver")
    wear(world, world.fabrikam, gold)
    there, visitor = f"/customers/{world.fabrikam.pk}/account/tags/", Visitor(world.ava)
    assert visitor.get(there).post_form.values["tags"] == [str(gold.pk)]
    refused = fill_in(visitor, there, tags=[str(silver.pk)], name="y" * 60)
    assert refused.status == 400
    assert {name: refused.post_form.values[name] for name in ("tags", "name")} == {
        "tags": [str(silver.pk)],
        "name": ["y" * 60],
    }
    assert worn(world.fabrikam) == ["Gold"]
    assert fill_in(visitor, there, tags=[str(silver.pk)], name="New").location.endswith("/account/")
    assert worn(world.fabrikam) == ["New", "Silver"]


def test_what_the_page_of_tags_refuses_stays_ticked_and_typed(world):
    tags = [tag(world, f"Tag {n:03}") for n in range(MOST_PER_CUSTOMER + 1)]
    ids = [str(one.pk) for one in tags]
    there, visitor = f"/customers/{world.fabrikam.pk}/account/tags/", Visitor(world.ava)
    refused = (
        (ids, "", "Tags: Fabrikam, Inc. would have 151 tags; 150 are allowed."),
        (ids[:-1], "One more", "Tags: Fabrikam, Inc. would have 151 tags; 150 are allowed."),
        (ids[:1], "x" * 51, "Add new tag: The name has 51 characters; 50 are allowed."),
    )
    form = visitor.get(there).post_form
    for ticked, name, message in refused:
        page = form.submit(tags=ticked, name=name)
        assert (page.status, page.messages) == (400, [f"Please check what you entered. {message}"])
        assert (page.post_form.values["tags"], page.post_form.values["name"]) == (ticked, [name])
    assert (worn(world.fabrikam), Tag.objects.count()) == ([], MOST_PER_CUSTOMER + 1)
    assert form.submit(tags=ids[:-1]).location.endswith("/account/")
    assert len(worn(world.fabrikam)) == MOST_PER_CUSTOMER
    alone = fill_in(visitor, "/customers/tags/", name="x" * 51)
    assert (alone.status, alone.errors_of("name")) == (400, ["The name has 51 characters; 50 are allowed."])
    assert alone.post_form.values["name"] == ["x" * 51]


def test_the_customer_list_shows_tags_and_filters_by_one(world):
    tags = [tag(world, name) for name in ("Alpha", "Beta", "Gamma")]
    wear(world, world.fabrikam, *tags)
    wear(world, world.northwind, tags[1])
    visitor = Visitor(world.ava)
    page = visitor.get("/customers/")
    assert {row[0]: row[4] for row in page.rows} == {
        "Fabrikam, Inc.": "Alpha Beta +1 more: Gamma",
        "Northwind Traders": "Beta",
        "Tailspin Toys": "",
    }
    assert page.follow("Tags").names == ["Tailspin Toys", "Fabrikam, Inc.", "Northwind Traders"]
    assert visitor.get("/customers/?sort=-tags").names == ["Northwind Traders", "Fabrikam, Inc.", "Tailspin Toys"]
    assert visitor.get(f"/customers/?tag={tags[1].pk}").names == ["Fabrikam, Inc.", "Northwind Traders"]
    assert visitor.get(f"/customers/?tag={tags[1].pk}&q=north").names == ["Northwind Traders"]
    assert len(visitor.get("/customers/?tag=garbage").names) == 3
    assert Visitor(world.max).get(f"/customers/?tag={tags[1].pk}").headline == "Customer list | Customers"
    assert Visitor(world.max).get(f"/customers/?tag={tags[1].pk}").main.all("table") == []


@pytest.mark.parametrize("customers", [1, 3])
def test_tags_cost_the_list_the_same_queries_however_many_there_are(world, django_assert_num_queries, customers):
    sold = ResellerRelationship.objects.filter(partner=world.contoso)
    sold.exclude(pk__in=list(sold.values_list("pk", flat=True)[:customers])).update(ended_at=clock.now())
    # they would show their customers, too
    AdminRelationship.objects.update(approved_at=None, activating_at=None, activated_at=None)
    tags = [tag(world, f"T{n}") for n in range(4)]
    for relationship in sold.filter(ended_at__isnull=True).select_related("customer"):
        wear(world, relationship.customer, *tags)
    visitor = Visitor(world.nora)
    visitor.get("/customers/")
    with django_assert_num_queries(8):
        assert len(visitor.get("/customers/").rows) == customers
