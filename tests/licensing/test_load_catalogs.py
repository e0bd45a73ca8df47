"""`manage.py load_catalogs`: the data files as rows, as often as one likes."""

from io import StringIO

from django.core.management import call_command

from customers.models import Country, DirectoryRole
from licensing.models import Product, ProductServicePlan, ServicePlan

TABLES = (Product, ServicePlan, DirectoryRole, Country, ProductServicePlan)


def load():
    output = StringIO()
    call_command("load_catalogs", stdout=output)
    return output.getvalue()


def rows():
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def test_it_loads_every_product_plan_role_and_country(db):
    said = load()
    assert [table.objects.count() for table in TABLES] == [624, 796, 145, 250, 5971]
    assert said == (
        "Loaded 250 countries, 145 directory roles, 620 products, 4 products of the marketplace, 796 service plans, "
        "5,971 links.\n"
    )


def test_loading_again_changes_nothing(db):
    load()
    before = rows()
    load()
    assert rows() == before


def test_loading_again_mends_what_was_changed_and_brings_back_what_was_lost(db):
    load()
    before = rows()
    Product.objects.filter(sku_part_number="ENTERPRISEPACK").update(name="Something else", is_assignable=False)
    ProductServicePlan.objects.filter(product__sku_part_number="STANDARDPACK").delete()
    Country.objects.filter(code="SK").delete()
    DirectoryRole.objects.update(description="")
    load()
    without_links = slice(None, -1)  # a link that comes back has another number
    assert rows()[without_links] == before[without_links]
    assert ProductServicePlan.objects.count() == 5971


def test_what_somebody_owns_is_never_taken_away(db):
    own = Product.objects.create(sku_part_number="OWN", name="A product of our own")
    load()
    assert Product.objects.filter(pk=own.pk).exists()
    assert Product.objects.count() == 625
