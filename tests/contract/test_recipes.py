"""The lines of docs/clients.md, run as they stand there; only the server's address is another."""

import json
import subprocess
from pathlib import Path
from textwrap import dedent
from urllib.parse import urlsplit

import pytest
import requests

from partnercenter.demo import ids
from tests.accounts.test_msal import Proxy, new_session, portal

__all__ = ["portal"]

PAGE = (Path(__file__).parents[2] / "docs" / "clients.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


def recipe(title: str) -> str:
    """The indented lines below a headline."""
    section = PAGE.partition(f"## {title}")[2].partition("\n## ")[0]
    return dedent("\n".join(line for line in section.splitlines()[1:] if not line or line.startswith("    ")))


def test_the_recipe_for_curl(portal):
    lines = recipe("curl").replace("http://127.0.0.1:8000", portal.url)
    done = subprocess.run(["/bin/bash", "-euc", lines], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    customers, users, update, licenses = (json.loads(text) for text in done.stdout.decode().split("\ufeff")[1:])
    assert "Fabrikam, Inc." in [item["companyProfile"]["companyName"] for item in customers["items"]]
    assert users["totalCount"] == 5
    assert update["licensesToAssign"] == [{"skuId": "6fd2c87f-b296-42f0-b197-1e91e994b900"}]
    assert [item["productSku"]["skuPartNumber"] for item in licenses["items"]] == ["ENTERPRISEPACK"]


def test_the_recipe_for_graph(portal):
    lines = recipe("Microsoft Graph").partition("adapter =")[0].replace("http://127.0.0.1:8000", portal.url)
    done = subprocess.run(["/bin/bash", "-euc", lines], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    relationships, users = (json.loads(text) for text in done.stdout.replace(b"}{", b"}\n{").splitlines())
    names = sorted(item["displayName"] for item in relationships["value"])
    assert names == ["Adventure Works operations", "Fabrikam service desk", "Northwind directory care"]
    assert [list(item) for item in users["value"]] == [["displayName", "assignedLicenses"]] * 2


def test_the_recipe_for_python(portal, monkeypatch):
    session = new_session()
    session.mount("https://", Proxy(portal.url))
    monkeypatch.setattr(requests, "Session", lambda: session)
    found = {}
    exec(recipe("Python (msal, requests)").replace("pc.example", urlsplit(portal.url).netloc), found)  # noqa: S102  our own page
    there = portal.ask(
        "from customers.models import CustomerUser\n"
        f"users = CustomerUser.objects.filter(customer='{ids.FABRIKAM}', deleted_at=None)\n"
        "result = [user.display_name for user in users.order_by('sort_name', 'id')]"
    )
    assert found["names"] == there
