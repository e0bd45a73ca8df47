"""The files in customers/data and gdap/data are complete and agree with each other."""

import csv
import json
import uuid
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICKER_GROUPS = ["Collaboration", "Devices", "Global", "Identity", "Other", "Read-only", "Security & compliance"]


def rows_of(path):
    with (ROOT / path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def json_of(path):
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


ROLES = json_of("customers/data/entra_roles.json")
ROLE_NAMES = {role["displayName"] for role in ROLES}
DESCRIPTIONS = rows_of("customers/data/role_descriptions.csv")
COUNTRIES = rows_of("customers/data/countries.csv")


def is_canonical(text):
    return str(uuid.UUID(text)) == text


def test_there_are_250_countries_with_a_code_of_two_capitals_each():
    codes = {row["code"] for row in COUNTRIES}
    assert len(codes) == len(COUNTRIES) == 250
    assert all(len(code) == 2 and code.isalpha() and code.isupper() for code in codes)


def test_licenses_are_refused_in_five_countries_and_each_says_why():
    refused = {row["code"]: row["reason"] for row in COUNTRIES if row["licensing_allowed"] == "false"}
    assert set(refused) == {"CU", "IR", "KP", "SD", "SY"}
    assert all(reason.endswith(".") for reason in refused.values())


def test_every_other_country_is_allowed_without_a_reason():
    assert {(row["licensing_allowed"], row["reason"]) for row in COUNTRIES if not row["reason"]} == {("true", "")}


def test_every_country_has_a_name_of_its_own():
    assert len({row["name"] for row in COUNTRIES}) == 250


def test_there_are_145_roles_with_an_id_and_a_name_of_their_own():
    ids = {role["templateId"] for role in ROLES}
    assert len(ids) == len(ROLE_NAMES) == len(ROLES) == 145
    assert all(is_canonical(role_id) for role_id in ids)


def test_roles_inherit_from_roles_only():
    ids = {role["templateId"] for role in ROLES}
    assert {parent for role in ROLES for parent in role["inheritsFrom"]} <= ids


def test_every_role_is_described_once_under_its_own_name():
    described = [(row["template_id"], row["display_name"]) for row in DESCRIPTIONS]
    assert sorted(described) == sorted((role["templateId"], role["displayName"]) for role in ROLES)


def test_every_role_stands_in_one_of_the_seven_groups_of_the_picker():
    assert list(dict.fromkeys(row["portal_group"] for row in DESCRIPTIONS)) == PICKER_GROUPS


def test_every_description_is_one_short_sentence_of_its_own():
    assert [row["display_name"] for row in DESCRIPTIONS if not 20 <= len(row["description"]) <= 110] == []
    assert [row["display_name"] for row in DESCRIPTIONS if not row["description"].endswith(".")] == []
    assert Counter(row["description"] for row in DESCRIPTIONS).most_common(1)[0][1] == 1


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Exchange Administrator", "Collaboration"),
        ("Identity Governance Administrator", "Collaboration"),
        ("Intune Administrator", "Devices"),
        ("Global Administrator", "Global"),
        ("Windows 365 Administrator", "Global"),
        ("License Administrator", "Identity"),
        ("User Administrator", "Identity"),
        ("Directory Writers", "Other"),
        ("Directory Readers", "Read-only"),
        ("Global Reader", "Read-only"),
        ("Security Administrator", "Security & compliance"),
    ],
)
def test_the_picker_shows_the_role_where_the_real_one_does(name, group):
    assert {row["portal_group"] for row in DESCRIPTIONS if row["display_name"] == name} == {group}


def test_every_task_names_known_roles_or_a_known_stand_in():
    stand_ins = {"~none", "~default user", "~group owner", "~group member"}
    tasks = rows_of("gdap/data/gdap_tasks.csv")
    named = {name for row in tasks for name in row["roles"].split("|")}
    assert len(tasks) == 132
    assert {name for name in named - ROLE_NAMES - stand_ins if not name.startswith("~action:")} == set()


def test_the_target_matrix_names_known_roles_by_their_own_ids():
    ids = {role["displayName"]: role["templateId"] for role in ROLES}
    tables = json_of("gdap/data/role_target_matrix.json")
    for table in (tables["passwordReset"], tables["sensitiveAction"]):
        actors = {actor["displayName"]: actor["templateId"] for actor in table["actorRoles"]}
        targets = {name: row["templateId"] for name, row in table["targets"].items() if row["templateId"]}
        allowed = {name for row in table["targets"].values() for name in row["allowedActors"]}
        assert actors.items() <= ids.items()
        assert targets.items() <= ids.items()
        assert allowed <= set(actors)


def test_every_operation_of_the_yardstick_is_opened_by_known_roles():
    operations = rows_of("tests/gdap/data/gdap_operation_actions.csv")
    named = {name for row in operations for name in row["roles_by_action"].split("|") if name}
    assert len(operations) == len({row["operation"] for row in operations}) == 41
    assert named <= ROLE_NAMES
