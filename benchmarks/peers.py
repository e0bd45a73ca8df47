"""Other people's servers, installed beside the project and never into its environment.

    .venv/bin/python benchmarks/peers.py               install them into var/bench/peers

moto's server (its Cognito is the nearest thing to a directory of users), json-server and django-scim2, each as one
process with as many users as the product's customer has.
"""

import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from clients import Connection, Request
from harness import RESULTS

PEERS = RESULTS / "peers"
PYTHON = PEERS / "venv" / "bin" / "python"
FROM_PYPI = ("moto[server]==5.2.1", "django-scim2==0.23.0", "django<5.3", "granian")
JSON_SERVER = "json-server@0.17.4"
HERE = Path(__file__).resolve().parent
numbers = itertools.count(1_000_000)


def install() -> None:
    """Once; what is there is kept."""
    if not PYTHON.exists():
        PEERS.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", PEERS / "venv"], check=True)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *FROM_PYPI], check=True)
    if not (PEERS / "node_modules").exists():
        (PEERS / "package.json").write_text('{"private": true}')
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", JSON_SERVER]
        subprocess.run(npm, cwd=PEERS, check=True)


def moto_command(port: int) -> list[str]:
    return [str(PYTHON.with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]


def json_server_command(port: int, users: int) -> list[str]:
    people = [{"id": number, **_person(number)} for number in range(users)]
    file = PEERS / "users.json"
    file.write_text(json.dumps({"users": people}))
    return ["node", str(PEERS / "node_modules/json-server/lib/cli/bin.js"), "-q", "-p", str(port), str(file)]


def scim_command(port: int) -> list[str]:
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"]
    return [str(PYTHON.with_name("granian")), *options, "--log-level", "warning", "scim_project:application"]


def scim_environment(users: int) -> dict[str, str]:
    environment = {"SCIM_DATABASE": str(PEERS / "scim.sqlite3"), "PYTHONPATH": str(HERE)}
    command = [PYTHON, "-c", f"import scim_project; scim_project.fill({users})"]
    subprocess.run(command, check=True, env=environment, cwd=HERE)
    return environment


def new_person() -> bytes:
    return json.dumps(_person(next(numbers))).encode()


def _person(number: int) -> dict[str, str]:
    name = f"person{number:06}"
    return {"displayName": f"Person {number:06}", "userPrincipalName": f"{name}@peer.example", "location": "SK"}


# moto's Cognito --------------------------------------------------------------------------------------------------


def cognito(operation: str, body: dict[str, object]) -> Request:
    """As a client of AWS asks; nothing of it is a secret, and moto checks none of it."""
    credential = "Credential=x/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=x"
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
        "Authorization": f"AWS4-HMAC-SHA256 {credential}",
    }
    return Request(method="POST", path="/", headers=headers, body=lambda: json.dumps(body).encode())


def fill_moto(port: int, users: int) -> str:
    """A pool with so many users; its id."""
    connection = Connection(port)
    pool: str = json.loads(connection.ask(cognito("CreateUserPool", {"PoolName": "bench"})))["UserPool"]["Id"]
    for number in range(users):
        connection.ask(cognito("AdminCreateUser", new_cognito_user(pool, f"person{number:06}")))
    connection.close()
    return pool


def new_cognito_users(pool: str) -> Request:
    """Another one with each request."""
    request = cognito("AdminCreateUser", {})
    return replace(request, body=lambda: json.dumps(new_cognito_user(pool, f"bench{next(numbers)}")).encode())


def new_cognito_user(pool: str, name: str) -> dict[str, object]:
    attributes = [{"Name": "name", "Value": name}, {"Name": "email", "Value": f"{name}@peer.example"}]
    return {"UserPoolId": pool, "Username": name, "UserAttributes": attributes, "MessageAction": "SUPPRESS"}


if __name__ == "__main__":
    install()
