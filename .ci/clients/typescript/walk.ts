// Walks through the API with a client whose types were made from its
// description. Fails by throwing; says nothing otherwise.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Problem = components["schemas"]["Problem"];
type NewSubmission = components["schemas"]["NewSubmission"];

const setting = (name: string): string => {
  const value = process.env[name];
  assert(value, `${name} is not set`);
  return value;
};
const client = createClient<paths>({
  baseUrl: setting("GI_URL"),
  headers: { Authorization: `Bearer ${setting("GI_KEY")}` },
});
const body = setting("GI_BODY");
const inspection = setting("GI_INSPECTION");

// Who the key is for.
const bodies = await client.GET("/v1/bodies");
assert(bodies.data);
assert.deepEqual(bodies.data.items.map((one) => one.id), [body]);

// A list, page by page and back.
const schools: number[] = [];
let cursor: string | undefined;
let link = "";
do {
  const page = await client.GET("/v1/bodies/{id}/schools", {
    params: { path: { id: body }, query: { limit: 2, ...(cursor && { cursor }) } },
  });
  assert(page.data);
  schools.push(...page.data.items.map((one) => one.urn));
  link = page.response.headers.get("Link") ?? "";
  const next = page.data.next;
  cursor = next ? new URL(next, setting("GI_URL")).searchParams.get("cursor") ?? undefined : undefined;
} while (cursor);
assert(schools.length > 2);
assert.equal(new Set(schools).size, schools.length);
assert.match(link, /rel="prev"/);

// Evidence, sent twice under one key: one effect.
const batch: NewSubmission = {
  items: [
    {
      type: "evidence",
      ref: "typescript-attendance",
      evidence_type: "data",
      title: "Attendance by school and week, from our records",
      text: "Absence rose in the autumn term and fell from February.",
      source: "Attendance team",
      schools: schools.slice(0, 2),
      themes: ["attendance_and_behaviour"],
      bearing: "weakness",
      effective_from: "2025-09-01",
      effective_to: "2026-01-31",
      normal_business: true,
      minutes: 10,
    },
  ],
};
const send = () =>
  client.POST("/v1/inspections/{id}/submissions", {
    params: { path: { id: inspection }, header: { "Idempotency-Key": "typescript-1" } },
    body: batch,
  });
const sent = await send();
assert(sent.data, JSON.stringify(sent.error));
assert.equal(sent.data.accepted, 1);
const again = await send();
assert.equal(again.response.headers.get("Idempotency-Replayed"), "true");
assert.deepEqual(again.data, sent.data);

// And read back.
let found = false;
for (let at: string | undefined, more = true; more; ) {
  const page = await client.GET("/v1/inspections/{id}/evidence", {
    params: { path: { id: inspection }, query: { limit: 1, ...(at && { cursor: at }) } },
  });
  assert(page.data);
  found ||= page.data.items.some((item) => item.ref === "typescript-attendance");
  const next = page.data.next;
  at = next ? new URL(next, setting("GI_URL")).searchParams.get("cursor") ?? undefined : undefined;
  more = at !== undefined;
}
assert(found);

// A problem is a value with a type: its code is one of those that can be.
const none = await client.GET("/v1/inspections/{id}", {
  params: { path: { id: "00000000-0000-0000-0000-000000000000" } },
});
assert(none.error);
const problem: Problem = none.error;
assert.equal(problem.code satisfies Problem["code"], "not-found");
assert.equal(problem.status, 404);
const described = await client.GET("/problems/{code}", {
  params: { path: { code: problem.code } },
});
// Programs are answered in JSON, people with a page.
assert(described.data && typeof described.data !== "string");
assert.equal(described.data.code, problem.code);
