// Looks at the public pages in a real browser: axe at WCAG 2.2 AA, valid HTML,
// no sideways scrolling at 320 px, a walk by keyboard alone and one without
// script. Screenshots are kept in the folder given.
//
//   node check.mjs ORIGIN REPORT_PATH SCREENSHOTS CHROMIUM OPS_ORIGIN KEY
//
// Ends with "N passed, N failed".
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const [origin, report, folder, executablePath, ops, key] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [320, 768, 1280];
mkdirSync(folder, { recursive: true });

let passed = 0;
let failed = 0;
const check = (what, problems) => {
  if (problems.length === 0) {
    passed += 1;
  } else {
    failed += 1;
    console.log(`FAILED: ${what}`);
    for (const problem of problems) console.log(`    ${problem}`);
  }
};

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

/** A group, found as a visitor would. */
const group = await (async () => {
  const found = await (await fetch(`${origin}/search?q=trust`)).text();
  return found.match(/\/groups\/[0-9a-f-]{36}/)?.[0];
})();
if (!group) throw new Error("the demo has no group");

const pages = {
  home: "/",
  search: "/search",
  results: "/search?q=trust",
  nothing: "/search?q=zzzzqqqq",
  group,
  past: `${group}?on=2015-01-01`,
  report,
  superseded: report.replace(/\/v\d+$/, "/v1"),
  changes: `${report}/changes`,
  response: report.replace(/\/v\d+$/, "/response"),
  about: "/about",
  accessibility: "/accessibility",
  reference: "/reference",
  "reference-inspections": "/reference/inspections",
  "reference-published": "/reference/published",
  problems: "/problems",
  problem: "/problems/stale-revision",
  missing: "/reports/00000000-0000-0000-0000-000000000000",
};

/** The operator pages, which ask for a key. */
const operators = {
  ledger: `${ops}/`,
  "dead-letters": `${ops}/dead-letters`,
  deliveries: `${ops}/deliveries`,
  imports: `${ops}/imports`,
};
const httpCredentials = { username: "operator", password: key };
const authorization = `Basic ${Buffer.from(`operator:${key}`).toString("base64")}`;

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  // The pages are written by a program: how tags are laid out is no matter.
  rules: {
    "no-trailing-whitespace": "off",
    "long-title": "off",
    "void-style": "off",
    "no-inline-style": "error",
    // Names of blocks have dots, as HTML allows.
    "valid-id": ["error", { relaxed: true }],
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
    "prefer-native-element": "off",
  },
});

const everything = Object.entries(pages)
  .map(([name, path]) => [name, origin + path, {}])
  .concat(Object.entries(operators).map(([name, url]) => [name, url, { httpCredentials }]));
for (const [name, url, credentials] of everything) {
  const headers = { accept: "text/html", ...("httpCredentials" in credentials && { authorization }) };
  const answer = await fetch(url, { headers });
  const html = await answer.text();
  const validity = await validator.validateString(html);
  check(
    `${name} is valid HTML`,
    validity.results.flatMap((result) =>
      result.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`),
    ).slice(0, 10),
  );
  for (const colorScheme of ["light", "dark"]) {
    // The content policy forbids every script, that of axe too.
    const context = await browser.newContext({ colorScheme, bypassCSP: true, ...credentials });
    const page = await context.newPage();
    const errors = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(url, { waitUntil: "load" });
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      check(`${name}, ${width} px, ${colorScheme}: no sideways scrolling`, sideways > 0 ? [`${sideways} px too wide`] : []);
      await page.addScriptTag({ content: axe });
      const result = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags }), TAGS);
      check(
        `${name}, ${width} px, ${colorScheme}: axe`,
        result.violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id} (${v.impact}): ${n.target} ${n.failureSummary?.split("\n")[1] ?? ""}`)),
      );
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
    const real = errors.filter((text) => !text.includes("404"));
    check(`${name}, ${colorScheme}: nothing on the console`, real);
    await context.close();
  }
}

// By keyboard alone: the first stop skips to the content; every stop can be
// seen; the search is reached, asked and answered.
{
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(origin + "/");
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement?.getAttribute("href"));
  check("keyboard: the first stop skips to the content", first === "#main" ? [] : [String(first)]);
  const unseen = [];
  let reached = false;
  for (let stop = 0; stop < 40; stop += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return {
        tag: element.tagName,
        id: element.id,
        seen: box.width > 0 && box.height > 0 && style.outlineStyle !== "none",
      };
    });
    if (at.tag === "BODY") break;
    if (!at.seen) unseen.push(`${at.tag}#${at.id}`);
    if (at.id === "q") {
      reached = true;
      break;
    }
  }
  check("keyboard: every stop can be seen", unseen);
  check("keyboard: the search is reached", reached ? [] : ["it is not"]);
  await page.keyboard.type("trust");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?q=trust/);
  const heading = await page.locator("h1").textContent();
  check("keyboard: the search answers", heading === "Find a group" ? [] : [heading]);
  await context.close();
}

// Without script: from the home page to a report, its evidence and its PDF.
{
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(origin + "/");
  await page.locator("main h2 a").first().click();
  check("no script: a report is opened", page.url().includes("/reports/") ? [] : [page.url()]);
  const basis = page.locator("details.basis").first();
  await basis.locator("summary").click();
  const shown = await basis.locator("a").first().isVisible();
  check("no script: what a passage rests on is shown", shown ? [] : ["it is not"]);
  await basis.locator("a").first().click();
  check("no script: it leads to the evidence", page.url().includes("#") ? [] : [page.url()]);
  const pdf = await page.locator('a[href$=".pdf"]').first().getAttribute("href");
  const copy = await context.request.get(new URL(pdf, page.url()).href);
  check("no script: the PDF is there", copy.ok() ? [] : [String(copy.status())]);
  await context.close();
}

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
