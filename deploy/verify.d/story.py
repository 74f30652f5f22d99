"""The main job through the running stack, with 4 workers and a rolling restart
under load on the way. Called by `verify` with the compose command."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

origin, folder, compose = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
PATIENCE = 180
SENDERS = 4
PACE = 0.2
HOOK = "https://hooks.group.example:8443/hook"
ACT = ["inspections:read", "inspections:write", "inspections:act", "submissions:write", "reports:publish"]
table = []
offset = 0
sent = 0


def step(text):
    print(f"  {time.strftime('%H:%M:%S')} {text}", flush=True)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def containers(service):
    return run(*compose, "ps", "-q", service).split()


def program(*arguments, service="api"):
    container = containers(service)[0]
    return run("docker", "exec", container, "/usr/local/bin/group-inspection", *arguments).strip()


class Refused(Exception):
    pass


def send(method, path, key=None, body=None, idempotency=None, raw=None, over=None):
    headers = {"content-type": "application/json"}
    if key:
        headers["authorization"] = "Bearer " + key
    if idempotency:
        headers["idempotency-key"] = f'"{idempotency}"'
    if over is not None:
        headers["if-match"] = f'"{over}"'
    data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
    url = path if path.startswith("http") else origin + path
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=70) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        raise Refused(f"{method} {path}: {error.code} {error.read().decode()[:600]}") from None


def get(path, key):
    return json.loads(send("GET", path, key)[2])


def post(path, key, body, raw=None):
    global sent
    sent += 1
    text = send("POST", path, key, body, f"verify-{sent}", raw)[2]
    return json.loads(text) if text else None


def follow(begun, key):
    path = begun.get("operation") or "/v1/operations/" + begun["operation_id"]
    end = time.time() + PATIENCE
    while time.time() < end:
        operation = get(path, key)
        if operation["state"] == "succeeded":
            return operation["result"]
        if operation["state"] == "failed":
            sys.exit(f"{path}: {operation}")
        time.sleep(0.2)
    sys.exit(f"{path} took too long")


def new_key(name, scopes, **options):
    arguments = ["key", "create", "--name", name]
    for scope in scopes:
        arguments += ["--scope", scope]
    for option, value in options.items():
        arguments += ["--" + option, value]
    return program(*arguments)


def now():
    return dt.datetime.now(dt.timezone.utc) + dt.timedelta(seconds=offset)


def psql(query):
    return run(
        "docker", "exec", containers("postgres")[0],
        "psql", "-U", "group_inspection", "-d", "group_inspection", "-Atc", query,
    ).strip()


def move_to(moment, why):
    """Moves the clock of APIs and workers on, once no job is due or running. When
    a job is due is told by the database's clock, which stays as it is."""
    global offset
    end = time.time() + PATIENCE
    while psql("SELECT count(*) FROM job WHERE state = 'running' OR state = 'ready' AND run_at <= now()") != "0":
        if time.time() > end:
            sys.exit("jobs go on and on: " + psql("SELECT kind, state, attempts, last_error FROM job WHERE state NOT IN ('done')"))
        time.sleep(0.2)
    ahead = int((moment - dt.datetime.now(dt.timezone.utc)).total_seconds())
    if ahead > offset:
        offset = ahead
        (folder / "clock/offset").write_text(f"+{offset}\n")
        time.sleep(2.5)
        step(f"the clock moves on to {now():%d %B %Y}: {why}")


def wait_ready(container):
    end = time.time() + PATIENCE
    while time.time() < end:
        state = json.loads(run("docker", "inspect", "-f", "{{json .State}}", container))
        if state["Running"] and state.get("Health", {}).get("Status", "healthy") == "healthy":
            return
        time.sleep(0.3)
    sys.exit(f"{container} did not come back: {state}")


admin = new_key("verify", ["admin"])
step("importing a fictional England over REST")
began = time.time()
files = sorted(file for file in (folder / "england").iterdir() if file.suffix == ".csv" or file.name == "bank-holidays.json")
imports = [post("/v1/imports?filename=" + urllib.parse.quote(file.name), admin, None, file.read_bytes()) for file in files]
rows = sum(follow(begun, admin)["files"][0]["rows_read"] for begun in imports)
table.append(("registers imported over REST", f"{len(files)} files, {rows} rows, {time.time() - began:.1f} s"))

step("choosing a group")
groups = get("/v1/bodies?kind=multi_academy_trust&limit=100", admin)["items"]
body = None
for group in groups:
    members = get(f"/v1/bodies/{group['id']}/schools?limit=100", admin)["items"]
    schools = [member["urn"] for member in members if member["open"]]
    if 5 <= len(schools) <= 9:
        body = group["id"]
        break
if body is None:
    sys.exit("no group of a readable size")
endpoint = post(f"/v1/bodies/{body}/webhook-endpoints", admin, {"url": HOOK})
post(f"/v1/bodies/{body}/contacts", admin, {"address": "chair@group.example", "role": "Chair of trustees"})

opened = post("/v1/inspections", admin, {"body_id": body, "agreed": ["voluntary-2026"]})
path = f"/v1/inspections/{opened['id']}"
today = now().date()


def ago(months):
    return str(today - dt.timedelta(days=30 * months))


def person(name, engagement="hmi", offices=(), home=None):
    qualifications = {
        "initial_training": ago(24), "shadow": ago(20), "sign_off": ago(18), "annual_update": ago(1),
        "lead_training": ago(1), "barred_since": None,
        "endorsement": home and {"by": home, "on": ago(1)},
    }
    posts = [] if home is None else [{
        "id": str(uuid.uuid4()), "at": home, "capacity": "employee", "level": "top", "from": ago(36), "to": None,
    }]
    return post("/v1/people", enter, {
        "name": name, "engagement": engagement, "offices": list(offices), "qualifications": qualifications, "posts": posts,
    })["id"]


step("entering people; each gets a key of a role")
enter = new_key("entering people", ["people:read", "people:write"], role="operations_officer", person=str(uuid.uuid4()))
lead, author = person("Morgan Ashdown"), person("Robin Fairlea")
assurer = person("Sasha Weller", offices=["quality_assurer"])
decider = person("Kit Marlowe", offices=["decision_maker"])
# Leaders of other groups; the rules say who of them may take part.
others = [group["id"] for group in groups if group["id"] != body]
candidates = [person(f"Jo Tarrant {number}", "practitioner", home={"type": "body", "id": group})
              for number, group in enumerate(others[:: max(1, len(others) // 12)])]
planner = str(uuid.uuid4())
officer = new_key("officer", [*ACT, "people:read"], role="operations_officer", person=planner)
act_as = lambda role, who: new_key(role, ACT, role=role, person=who)
lead_key, author_key = act_as("lead_inspector", lead), act_as("inspector", author)
assurer_key, decider_key = act_as("quality_assurer", assurer), act_as("decision_maker", decider)
leader = new_key("leader", ACT, role="body_leader", person=str(uuid.uuid4()), body=body)
integrator = new_key("integrator", ACT, role="integrator", body=body)


def act(key, action, **particulars):
    return post(path + "/actions", key, {"action": action, **particulars})


def clock(kind):
    return [c["due"] for c in get(path + "/clocks", officer)["items"] if c["kind"] == kind and c.get("due")]


def let_run(kind, why):
    due = [dt.datetime.fromisoformat(d["at"].replace("Z", "+00:00")) for d in clock(kind)]
    if due:
        move_to(max(due) + dt.timedelta(hours=10), why)


step("telling the group, naming the team")
act(officer, "notify", wellbeing_contact="Jo Tarrant, chair of trustees", membership_as_at=str(now().date()))
refusals = []
for practitioner in candidates:
    try:
        act(officer, "name_team", lead=lead, members=[lead, author, practitioner])
        break
    except Refused as refused:
        refusals.append(str(refused))
else:
    sys.exit("no practitioner may take part:\n" + "\n".join(refusals[-3:]))
practitioner_key = act_as("practitioner", practitioner)
for key, who in [(lead_key, lead), (author_key, author), (practitioner_key, practitioner)]:
    post(path + "/declarations", key, {"interests": []})
    post(f"{path}/conflicts/{who}/decision", decider_key,
         {"ruling": {"ruling": "clear"}, "reasons": "Nothing was found that bears on this group."})
send("PUT", path + "/author", officer, {"person_id": author, "reason": "Free in these weeks"},
     over=get(path, officer)["revision"])
let_run("objection", "the time to object is over")
day = dt.date.fromisoformat(clock("notice")[0]["day"])
for _ in range(14):
    day += dt.timedelta(days=1)
    try:
        act(officer, "schedule", fieldwork={"first": str(day), "last": str(day)})
        break
    except Refused as refused:
        last = refused
else:
    sys.exit(f"no day for fieldwork: {last}")
act(officer, "open_evidence")


def evidence(ref, **particulars):
    return {
        "type": "evidence", "ref": ref, "evidence_type": "document", "title": "Notes of the reading network " + ref,
        "text": "Reading leads meet each month and plan the next unit together. " + ref, "source": "The group",
        "schools": schools[:5], "themes": ["curriculum_and_teaching"], "bearing": "strength",
        "effective_from": "2025-09-01", "effective_to": "2026-07-17", "normal_business": True, "minutes": 5, **particulars,
    }


step("submitting evidence, a weakness and an action")
batch = {"items": [
    evidence("papers"), evidence("visits", evidence_type="visit"),
    evidence("attendance", evidence_type="data", bearing="weakness", themes=["attendance_and_behaviour"]),
    evidence("review", bearing="context", themes=["attendance_and_behaviour"]),
    {"type": "weakness", "ref": "absence", "statement": "Too many pupils were absent too often in several schools.",
     "theme": "attendance_and_behaviour", "source": "group_review", "identified_by": "group_before_inspection",
     "reach": "several_schools", "schools": schools[:5], "first_known": "2025-11-10", "evidence": ["attendance"]},
    {"type": "action", "ref": "workers", "weakness": "absence", "kind": "attendance_or_behaviour",
     "description": "The group placed a family worker in each of the schools.", "started": "2026-01-12",
     "impact": "evidence_of_impact", "impact_basis": ["review"]},
]}
status, _, text = send("POST", path + "/submissions", integrator, batch, "first-batch")
_, headers, again = send("POST", path + "/submissions", integrator, batch, "first-batch")
first = json.loads(text)
if first["rejected"] or again != text or "Idempotency-Replayed" not in headers:
    sys.exit(f"submitting: {first}")
items = [item["id"] for item in first["items"]]

step("four workers")
run(*compose, "up", "-d", "--no-recreate", "--no-build", "--scale", "worker=4")
if len(containers("worker")) != 4:
    sys.exit("there are not four workers")
table.append(("workers after scaling", "4"))

step("rolling restart under load: every API, then every worker")
stop = threading.Event()
acknowledged, repeats, trouble = {}, [], []


def load(sender):
    number = 0
    while not stop.is_set():
        number += 1
        key = f"load-{sender}-{number}"
        sending = {"items": [evidence(key)]}
        for attempt in range(60):
            try:
                status, headers, text = send("POST", path + "/submissions", integrator, sending, key)
                acknowledged[key] = json.loads(text)["items"][0]["id"]
                if "Idempotency-Replayed" in headers:
                    repeats.append(key)
                break
            except (Refused, OSError) as error:
                trouble.append(f"{key}: {error}"[:300])
                time.sleep(0.2)
        else:
            return
        # A steady load: a report of thousands of items is another matter.
        time.sleep(PACE)


senders = [threading.Thread(target=load, args=(sender,)) for sender in range(SENDERS)]
began = time.time()
for thread in senders:
    thread.start()
time.sleep(2)
restarted = 0
for service in ("api", "worker"):
    for container in containers(service):
        run("docker", "restart", "-t", "45", container)
        wait_ready(container)
        restarted += 1
        # The proxy asks each API once a second.
        time.sleep(4 if service == "api" else 1)
stop.set()
for thread in senders:
    thread.join()
took = time.time() - began
found = set(psql(f"SELECT id FROM submitted_item WHERE inspection_id = '{opened['id']}' AND kind = 'evidence'").split())
lost = [key for key, item in acknowledged.items() if item not in found]
doubled = psql(
    f"SELECT count(*) - count(DISTINCT reference) FROM submitted_item WHERE inspection_id = '{opened['id']}' AND reference LIKE 'load-%'")
listed = int(psql(f"SELECT count(*) FROM submitted_item WHERE inspection_id = '{opened['id']}' AND reference LIKE 'load-%'"))
table += [
    ("containers restarted under load", f"{restarted} in {took:.0f} s"),
    ("submissions acknowledged meanwhile", str(len(acknowledged))),
    ("of these lost / stored twice", f"{len(lost)} / {doubled}"),
    ("requests that failed and were sent again", f"{len(trouble)}, {len(repeats)} of them answered by replay"),
]
for line in trouble[:5]:
    step("  " + line)
if lost or doubled != "0" or not acknowledged or listed < len(acknowledged):
    sys.exit(f"submissions lost: {lost}, doubled: {doubled}, of {len(acknowledged)}")

step("fieldwork and findings")
act(leader, "declare_evidence_complete")
move_to(dt.datetime.combine(day, dt.time(10), dt.timezone.utc), "notice has run")
act(lead_key, "start_fieldwork")
stated = post(path + "/findings", author_key, {"content": {
    "section": "pattern", "theme": "curriculum_and_teaching", "bearing": "strength",
    "statement": "Reading leads meet each month and plan the next unit together.", "schools": [], "evidence": items[0:2],
}})
act(lead_key, "record_provisional", findings=[stated["id"]])
act(lead_key, "record_next_day_call", note="Nothing was left open.")


def versioned(key, action):
    return act(key, action, report_version=get(path + "/report", lead_key)["version"])


step("compiling")
began = time.time()
follow(act(lead_key, "compile"), lead_key)
table.append(("report compiled", f"{time.time() - began:.1f} s"))
versioned(lead_key, "send_to_qa")
versioned(assurer_key, "sign_off")
versioned(lead_key, "send_for_factual_accuracy")
act(leader, "close_factual_accuracy")
versioned(officer, "embargo")
let_run("embargo", "the embargo is over")
let_run("complaint", "the time to complain is over")
versioned(officer, "release_to_statutory")

step("publishing")
began = time.time()
links = follow(versioned(officer, "publish"), officer)["links"]
table.append(("report published", f"{time.time() - began:.1f} s"))
for name, media_type in [("html", "text/html"), ("pdf", "application/pdf"), ("json", "application/json"),
                         ("text", "text/plain"), ("feed", "application/atom+xml")]:
    status, headers, content = send("GET", links[name])
    if not headers["content-type"].startswith(media_type) or not content:
        sys.exit(f"{links[name]}: {headers['content-type']}, {len(content)} bytes")
    table.append((f"public {name}", f"{len(content)} bytes"))

step("webhook and mail")
secret = base64.b64decode(endpoint["secret"].removeprefix("whsec_"))


def signed(hook):
    mac = hmac.new(secret, f"{hook['id']}.{hook['timestamp']}.{hook['body']}".encode(), hashlib.sha256)
    return any(hmac.compare_digest(given, "v1," + base64.b64encode(mac.digest()).decode()) for given in hook["signature"].split())


end = time.time() + PATIENCE
while True:
    arrived = [json.loads(line) for line in (folder / "arrived/arrived.jsonl").read_text().splitlines()]
    hooks = [entry for entry in arrived if entry["kind"] == "webhook"]
    mails = [entry for entry in arrived if entry["kind"] == "mail"]
    if mails and any(json.loads(hook["body"])["type"] == "report.published" for hook in hooks):
        break
    if time.time() > end:
        sys.exit(f"report.published did not arrive; {len(hooks)} webhooks, {len(mails)} mails: "
                 + psql("SELECT kind, state, attempts, last_error FROM job WHERE state <> 'done'"))
    time.sleep(0.5)
bad = [hook["id"] for hook in hooks if not signed(hook)]
if bad:
    sys.exit(f"signatures do not fit: {bad}")
table.append(("webhooks delivered over HTTPS", f"{len(hooks)}, every signature good"))
table.append(("mails delivered", str(len(mails))))
step("what Prometheus sees")
run(*compose, "--profile", "observability", "up", "-d", "--no-build", "--no-recreate", "prometheus")


def ask_prometheus(query):
    told = subprocess.run(
        ["docker", "exec", containers("prometheus")[0], "promtool", "query", "instant", "http://localhost:9090", query],
        capture_output=True, text=True)
    return told.stdout.strip().splitlines()


wanted = {"proxy": 1, "api": len(containers("api")), "worker": len(containers("worker"))}
end = time.time() + PATIENCE
while True:
    seen = {job: len(ask_prometheus(f'up{{job="{job}"}} == 1')) for job in wanted}
    if seen == wanted:
        break
    if time.time() > end:
        sys.exit(f"Prometheus sees {seen} instead of {wanted}: {ask_prometheus('up')}")
    time.sleep(1)
fires = ask_prometheus('ALERTS{alertstate="firing"}')
answered = ask_prometheus("sum(group_inspection_http_request_seconds_count)")
if fires or not answered:
    sys.exit(f"alerts fire: {fires}; requests counted: {answered}")
table.append(("processes that Prometheus sees", ", ".join(f"{count} {job}" for job, count in seen.items())))
if (folder / "secrets/authority").exists():
    by_tls, plain = psql(
        "SELECT count(*) FILTER (WHERE ssl), count(*) FILTER (WHERE NOT ssl) FROM pg_stat_activity "
        "JOIN pg_stat_ssl USING (pid) WHERE client_addr IS NOT NULL AND usename = 'group_inspection'").split("|")
    if by_tls == "0" or plain != "0":
        sys.exit(f"{plain} connections to PostgreSQL without TLS, {by_tls} with it")
    table.append(("connections to PostgreSQL by TLS", f"{by_tls}, none without"))
# Workers alone reach outside, and so the mail server.
step("check")
table.append(("check", [line for line in program("check", service="worker").splitlines() if "audit log" in line][0].split(": ", 1)[1][:60]))

print()
width = max(len(name) for name, _ in table)
for name, value in table:
    print(f"  {name:<{width}}  {value}")
