"""The files in licensing/data agree with each other and with the facts that everybody relies on."""

import csv
import uuid
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "licensing" / "data"

# Products that hold a plan without any of the plans it needs: they are sold on top of another product.
ADD_ONS = {
    "ADV_COMMS",
    "BUSINESS_VOICE",
    "BUSINESS_VOICE_DIRECTROUTING",
    "BUSINESS_VOICE_DIRECTROUTING_MED",
    "BUSINESS_VOICE_MED2",
    "BUSINESS_VOICE_MED2_TELCO",
    "EXCHANGEARCHIVE_ADDON",
    "IDENTITY_THREAT_PROTECTION",
    "IDENTITY_THREAT_PROTECTION_FOR_EMS_E5",
    "M365_SECURITY_COMPLIANCE_FOR_FLW",
    "M365_TEAMS_PREMIUM",
    "MCOACBYOT_AR_GCCHIGH_USGOV_GCCHIGH",
    "MCOEV",
    "MCOEVSMB_1",
    "MCOEV_DOD",
    "MCOEV_FACULTY",
    "MCOEV_GCCHIGH",
    "MCOEV_GOV",
    "MCOEV_STUDENT",
    "MCOEV_TELSTRA",
    "MCOEV_USGOV_DOD",
    "MCOEV_USGOV_GCCHIGH",
    "MCOMEETACPEA",
    "MCOMEETADV",
    "MCOMEETADV_FACULTY",
    "MCOMEETADV_GOV",
    "MCOMEETADV_USGOV_GCCHIGH",
    "MCOPSTN1",
    "MCOPSTN2",
    "MCOPSTN5",
    "MCOPSTN5_US",
    "MCOPSTNEAU2",
    "MCOPSTNPP",
    "MCOPSTN_1_GOV",
    "MCOPSTN_5",
    "MCOPSTN_6",
    "MCOTEAMS_ESSENTIALS",
    "Microsoft_Teams_Audio_Conferencing_select_dial_out",
    "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)",
    "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)",
    "Microsoft_Teams_Premium",
    "Operator_Connect_Mobile",
    "SPE_F5_COMP",
    "SPE_F5_COMP_AR_USGOV_GCCHIGH",
    "SPE_F5_COMP_GCC",
    "SPE_F5_SEC",
    "SPE_F5_SECCOMP",
    "THREAT_INTELLIGENCE",
    "Teams_Premium_(for_Departments)",
    "Teams_Premium_for_Faculty",
    "WORKPLACE_ANALYTICS",
}


def rows_of(name):
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


CATALOG = rows_of("product_catalog.csv")
FACTS = rows_of("product_facts.csv")
EXCLUSIONS = rows_of("plan_exclusions.csv")
DEPENDENCIES = rows_of("plan_dependencies.csv")

PLANS_OF = {row["sku_id"]: set() for row in CATALOG}
for catalog_row in CATALOG:
    PLANS_OF[catalog_row["sku_id"]].add(catalog_row["service_plan_id"])
PART_NUMBER = {row["sku_id"]: row["sku_part_number"] for row in CATALOG}
NAMES_OF_PLAN = {row["service_plan_id"]: set() for row in CATALOG}
for catalog_row in CATALOG:
    NAMES_OF_PLAN[catalog_row["service_plan_id"]].add(catalog_row["service_plan_name"])
FACT = {row["sku_part_number"]: row for row in FACTS}


def plans_of(*part_numbers):
    """The plans of one user who holds these products in full."""
    skus = {part: [sku for sku, name in PART_NUMBER.items() if name == part] for part in part_numbers}
    assert all(len(found) == 1 for found in skus.values()), skus
    return set().union(*(PLANS_OF[found[0]] for found in skus.values()))


def conflicts_in(plans):
    return {(row["plan_a_name"], row["plan_b_name"]) for row in EXCLUSIONS if {row["plan_a"], row["plan_b"]} <= plans}


def unmet_in(plans):
    return {
        row["plan_name"]
        for row in DEPENDENCIES
        if row["plan"] in plans and plans.isdisjoint(row["needs_any"].split("|"))
    }


def is_canonical(text):
    return str(uuid.UUID(text)) == text


def test_the_catalog_has_620_products_796_plans_and_5971_rows():
    assert (len(PLANS_OF), len(NAMES_OF_PLAN), len(CATALOG)) == (620, 796, 5_971)


def test_the_catalog_lists_no_plan_twice_in_a_product():
    assert Counter((row["sku_id"], row["service_plan_id"]) for row in CATALOG).most_common(1)[0][1] == 1


def test_every_id_of_the_catalog_is_a_lower_case_uuid():
    assert all(is_canonical(text) for text in [*PLANS_OF, *NAMES_OF_PLAN])


def test_a_product_has_one_name_and_one_part_number():
    assert len({(row["sku_id"], row["sku_part_number"], row["product_display_name"]) for row in CATALOG}) == 620


def test_no_value_of_the_catalog_is_empty_or_padded():
    assert all(value and value == value.strip() for row in CATALOG for value in row.values())


def test_each_product_has_at_most_one_row_of_facts():
    assert len({row["sku_id"] for row in FACTS}) == len(FACTS) == 126


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["sku_id"])
def test_a_row_of_facts_names_a_product_and_says_in_a_sentence_how_it_differs(fact):
    assert PART_NUMBER[fact["sku_id"]] == fact["sku_part_number"]
    assert fact["license_group"] in {"group1", "group2"}
    assert (fact["assignable"], fact["target_type"]) in {("true", "User"), ("false", "Tenant")}
    assert (fact["license_group"], fact["assignable"]) != ("group1", "true")
    assert fact["reason"].endswith(".")
    assert len(fact["reason"]) <= 300


def test_only_minecraft_education_is_in_license_group_2():
    group2 = {row["sku_part_number"] for row in FACTS if row["license_group"] == "group2"}
    assert group2 == {"MEE_FACULTY", "MEE_STUDENT"}


@pytest.mark.parametrize(
    "part_number",
    [
        "SHAREPOINTSTORAGE",
        "SHAREPOINTSTORAGE_GOV",
        "ATP_ENTERPRISE_FACULTY",
        "ATP_ENTERPRISE_STUDENT",
        "ATP_ENTERPRISE_STUDENTS_USE_BENEFIT",
        "CDS_DB_CAPACITY",
        "FLOW_BUSINESS_PROCESS",
        "INTUNE_A_D",
        "WINDOWS_STORE",
    ],
)
def test_what_the_whole_tenant_owns_is_not_assignable(part_number):
    assert FACT[part_number]["assignable"] == "false"
    assert FACT[part_number]["target_type"] == "Tenant"


@pytest.mark.parametrize(
    "part_number",
    [
        "ATP_ENTERPRISE",
        "MCOPSTNC",
        "10_ALR_ADDON",
        "MCOCAP",
        "MEETING_ROOM",
        "PHONESYSTEM_VIRTUALUSER",
        "STANDARDPACK",
        "ENTERPRISEPACK",
        "MCOMEETADV",
    ],
)
def test_what_a_user_or_a_resource_account_holds_stays_assignable(part_number):
    assert part_number in PART_NUMBER.values()
    assert part_number not in FACT


def test_each_pair_of_exclusions_stands_once_and_names_two_plans():
    pairs = Counter(frozenset((row["plan_a"], row["plan_b"])) for row in EXCLUSIONS)
    assert set(pairs.values()) == {1}
    assert {len(pair) for pair in pairs} == {2}


def test_each_plan_has_at_most_one_row_of_dependencies_and_never_needs_itself():
    assert len({row["plan"] for row in DEPENDENCIES}) == len(DEPENDENCIES)
    assert not [row["plan_name"] for row in DEPENDENCIES if row["plan"] in row["needs_any"].split("|")]


@pytest.mark.parametrize("row", EXCLUSIONS, ids=lambda row: f"{row['plan_a_name']} and {row['plan_b_name']}")
def test_an_exclusion_names_plans_of_the_catalog_and_its_source(row):
    assert row["plan_a_name"] in NAMES_OF_PLAN[row["plan_a"]]
    assert row["plan_b_name"] in NAMES_OF_PLAN[row["plan_b"]]
    assert row["source"]


@pytest.mark.parametrize("row", DEPENDENCIES, ids=lambda row: row["plan_name"])
def test_a_dependency_names_plans_of_the_catalog_and_its_source(row):
    assert row["plan_name"] in NAMES_OF_PLAN[row["plan"]]
    needed = zip(row["needs_any"].split("|"), row["needs_any_names"].split("|"), strict=True)
    assert all(name in NAMES_OF_PLAN[plan] for plan, name in needed)
    assert row["source"]


def test_no_product_conflicts_with_itself():
    assert {PART_NUMBER[sku]: conflicts_in(plans) for sku, plans in PLANS_OF.items() if conflicts_in(plans)} == {}


def test_only_known_add_ons_lack_a_plan_they_need():
    assert {PART_NUMBER[sku] for sku, plans in PLANS_OF.items() if unmet_in(plans)} == ADD_ONS


def test_office_365_e1_and_e3_conflict_by_exchange_and_sharepoint():
    assert conflicts_in(plans_of("STANDARDPACK", "ENTERPRISEPACK")) == {
        ("EXCHANGE_S_STANDARD", "EXCHANGE_S_ENTERPRISE"),
        ("SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE"),
    }


@pytest.mark.parametrize("addition", ["POWER_BI_PRO", "EMS", "FLOW_FREE", "MEE_FACULTY", "PROJECTPROFESSIONAL"])
def test_office_365_e3_goes_together_with(addition):
    plans = plans_of("ENTERPRISEPACK", addition)
    assert conflicts_in(plans) == set()
    assert unmet_in(plans) == set()


@pytest.mark.parametrize("frontline", ["DESKLESSPACK", "SPE_F1"])
@pytest.mark.parametrize("suite", ["STANDARDPACK", "ENTERPRISEPACK"])
def test_a_frontline_suite_conflicts_with_an_office_suite_by_sharepoint(frontline, suite):
    assert {names[0] for names in conflicts_in(plans_of(frontline, suite))} <= {
        "SHAREPOINTSTANDARD",
        "SHAREPOINTENTERPRISE",
    }
    assert conflicts_in(plans_of(frontline, suite))


def test_every_suite_without_teams_goes_together_with_the_teams_that_is_sold_beside_it():
    suites = {row["sku_id"] for row in CATALOG if "no Teams" in row["product_display_name"]}
    teams = plans_of("Microsoft_Teams_Enterprise_New"), plans_of("Microsoft_Teams_EEA_New")
    assert len(suites) == 26
    assert [PART_NUMBER[sku] for sku, more in product(suites, teams) if conflicts_in(PLANS_OF[sku] | more)] == []


@pytest.mark.parametrize(
    ("alone", "missing"),
    [
        (("MCOMEETADV",), {"MCOMEETADV"}),
        (("ENTERPRISEPACK", "MCOPSTN1"), {"MCOPSTN1"}),
        (("ENTERPRISEPACK", "MCOEV", "MCOPSTN1", "MCOMEETADV"), set()),
        (("EXCHANGEARCHIVE_ADDON",), {"EXCHANGE_S_ARCHIVE_ADDON"}),
        (("DESKLESSPACK", "EXCHANGEARCHIVE_ADDON"), set()),
        (("SPE_E3", "IDENTITY_THREAT_PROTECTION"), set()),
    ],
)
def test_an_add_on_needs_its_base(alone, missing):
    assert unmet_in(plans_of(*alone)) == missing
