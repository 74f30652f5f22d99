"""Runs Schemathesis once for each role, with a key of that role.

    fuzz.py ORIGIN ADMIN_KEY PROGRAM WORK [ROLE ...]

Ends with "N passed, N failed".
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

origin, admin, program, work = sys.argv[1:5]
HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMATHESIS = os.path.join(os.path.dirname(sys.executable), "schemathesis")
SCOPES = [
    "register:read", "register:write", "inspections:read", "inspections:write",
    "inspections:act", "people:read", "people:write", "submissions:write",
    "reports:publish", "webhooks:manage",
]
ROLES = [
    "none", "integrator", "body_leader", "operations_officer", "lead_inspector",
    "inspector", "practitioner", "quality_assurer", "decision_maker", "operator",
]
wanted = sys.argv[5:] or ROLES


def get(path):
    request = urllib.request.Request(
        origin + path, headers={"authorization": f"Bearer {admin}"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def everything(path):
    while path:
        page = get(path)
        yield from page["items"]
        path = page["next"]


inspection = next(
    one for one in everything("/v1/inspections?limit=100") if one["report_id"]
)
people = list(everything("/v1/people?limit=100"))


def person(role):
    """Somebody who could hold a key of the role."""
    office = {"quality_assurer": "quality_assurer", "decision_maker": "decision_maker"}
    engagement = {"practitioner": "practitioner"}
    for one in people:
        if role in office and office[role] in one["offices"]:
            return one["id"]
        if role in engagement and one["engagement"] == engagement[role]:
            return one["id"]
    return people[0]["id"]


def key(role):
    command = [program, "key", "create", "--name", f"contract {role}", "--role", role]
    if role == "operator":
        command += ["--scope", "admin"]
    else:
        for scope in SCOPES:
            command += ["--scope", scope]
    if role in ("integrator", "body_leader"):
        command += ["--body", inspection["body_id"]]
    if role != "integrator":
        command += ["--person", person(role)]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.search(r"gik_[0-9a-f]{64}", made).group()


# The description with identifiers of the demo as examples, so that what is
# asked for is there.
with urllib.request.urlopen(origin + "/openapi.json") as answer:
    description = json.load(answer)
HELD = {
    "/v1/inspections/{id}": inspection["id"],
    "/v1/bodies/{id}": inspection["body_id"],
    "/groups/{id}": inspection["body_id"],
    "/reports/{id}": inspection["report_id"],
    "/v1/reports/{id}": inspection["report_id"],
    "/v1/people/{id}": people[0]["id"],
}
for path, item in description["paths"].items():
    for operation in item.values():
        for parameter in operation.get("parameters", []):
            for prefix, held in HELD.items():
                if path.startswith(prefix) and parameter["name"] == "id":
                    # Half the time what is there, else whatever else.
                    parameter["schema"] = {
                        "anyOf": [{"const": held}, {"type": "string", "format": "uuid"}]
                    }
                    parameter["example"] = held
            # An opaque cursor cannot be guessed; lists are walked by a test.
            if parameter["name"] == "cursor":
                parameter["x-opaque"] = True
        operation["parameters"] = [
            one for one in operation.get("parameters", []) if not one.get("x-opaque")
        ]
schema = os.path.join(work, "openapi.json")
with open(schema, "w") as file:
    json.dump(description, file)

# Roles are asked for side by side, each by a process of one thread: Hypothesis
# keeps what it knows about functions in a cache that threads spoil.
AT_ONCE = 2
ROLE_SECONDS = int(os.environ.get("CONTRACT_SECONDS", "300"))


def ask(role):
    """Whether all that was asked for as the role was answered as described."""
    command = [
        SCHEMATHESIS, "--config-file", os.path.join(HERE, "schemathesis.toml"),
        "run", schema, "--url", origin, "--checks", "all", "--no-color",
        "--warnings", "off", "--max-examples", "10", "--workers", "1",
        "--phases", os.environ.get("CONTRACT_PHASES", "examples,coverage"),
        "--suppress-health-check", "all", "--request-timeout", "30",
    ]
    if role != "none":
        command += ["-H", f"Authorization: Bearer {key(role)}"]
    began = time.monotonic()
    log = os.path.join(work, f"{role}.log")
    with open(log, "w") as file:
        try:
            status = subprocess.run(
                command, cwd=work, stdout=file, stderr=subprocess.STDOUT, timeout=ROLE_SECONDS
            ).returncode
        except subprocess.TimeoutExpired:
            status = "out of time"
    took = time.monotonic() - began
    if status == 0:
        return True, f"ok: {role} ({took:.0f} s)"
    with open(log) as file:
        said = file.read()[-int(os.environ.get("CONTRACT_TAIL", "6000")):]
    return False, f"FAILED: {role} ({status}, {took:.0f} s)\n{said}"


passed = failed = 0
with ThreadPoolExecutor(AT_ONCE) as asking:
    for well, said in asking.map(ask, wanted):
        print(said, flush=True)
        passed += well
        failed += not well
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
