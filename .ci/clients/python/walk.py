"""Walks through the API with a client that was made from its description.

Fails by raising; says nothing otherwise.
"""

import os
from datetime import date
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from group_inspection import AuthenticatedClient
from group_inspection.api.evidence import list_evidence
from group_inspection.api.inspections import read_inspection
from group_inspection.api.register import list_bodies, list_schools
from group_inspection.api.service import read_problem
from group_inspection.api.submissions import send_submission
from group_inspection.models import (
    BodyPage,
    EvidenceItemPage,
    MemberPage,
    NewItemEvidence,
    NewSubmission,
    NotFoundProblem,
    ProblemCode,
    ProblemKind,
    SubmissionResult,
)
from group_inspection.types import UNSET, Unset

client = AuthenticatedClient(base_url=os.environ["GI_URL"], token=os.environ["GI_KEY"])
body = UUID(os.environ["GI_BODY"])
inspection = UUID(os.environ["GI_INSPECTION"])


def cursor_of(path: str | Unset | None) -> str | Unset:
    """The cursor in the path of a page."""
    if not isinstance(path, str):
        return UNSET
    return parse_qs(urlsplit(path).query)["cursor"][0]


# Who the key is for.
bodies = list_bodies.sync(client=client)
assert isinstance(bodies, BodyPage), bodies
assert [one.id for one in bodies.items] == [body]

# A list, page by page and back.
schools: list[int] = []
cursor: str | Unset = UNSET
while True:
    answer = list_schools.sync_detailed(id=body, client=client, limit=2, cursor=cursor)
    assert isinstance(answer.parsed, MemberPage), answer
    schools += [one.urn for one in answer.parsed.items]
    cursor = cursor_of(answer.parsed.next_)
    if isinstance(cursor, Unset):
        break
assert len(schools) > 2 and len(set(schools)) == len(schools)
assert 'rel="prev"' in answer.headers["Link"]

# Evidence, sent twice under one key: one effect.
batch = NewSubmission.from_dict(
    {
        "items": [
            {
                "type": "evidence",
                "ref": "python-attendance",
                "evidence_type": "data",
                "title": "Attendance by school and week",
                "text": "Absence rose in the autumn term and fell from February.",
                "source": "Attendance team",
                "schools": schools[:2],
                "themes": ["attendance_and_behaviour"],
                "bearing": "weakness",
                "effective_from": "2025-09-01",
                "effective_to": "2026-01-31",
                "normal_business": True,
                "minutes": 10,
            }
        ]
    }
)
item = batch.items[0]
assert isinstance(item, NewItemEvidence), item
assert item.effective_from == date(2025, 9, 1)
first, again = (
    send_submission.sync_detailed(
        id=inspection, client=client, body=batch, idempotency_key="python-1"
    )
    for _ in range(2)
)
assert isinstance(first.parsed, SubmissionResult), first
assert first.parsed.accepted == 1
assert again.headers["Idempotency-Replayed"] == "true"
assert again.parsed == first.parsed

# And read back.
found = False
cursor = UNSET
while True:
    page = list_evidence.sync(id=inspection, client=client, limit=1, cursor=cursor)
    assert isinstance(page, EvidenceItemPage), page
    found = found or any(one.ref == "python-attendance" for one in page.items)
    cursor = cursor_of(page.next_)
    if isinstance(cursor, Unset):
        break
assert found

# A problem is a value with a type of its own.
none = read_inspection.sync(id=UUID(int=0), client=client)
assert isinstance(none, NotFoundProblem), none
assert none.status == 404 and none.code == "not-found"
code = ProblemCode(none.code.value)
kind = read_problem.sync(code=code, client=client)
assert isinstance(kind, ProblemKind), kind
assert kind.code == code
