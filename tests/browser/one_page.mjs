// What the checks of a page have in common that is one file: the browser, the page, and how they are told.
// The page is the script's first argument; CHROMIUM names the browser.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const url = pathToFileURL(resolve(process.argv[2])).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: OPTIONS });
const said = [];
const requested = [];

/** The page, offline; whatever it says on its console is an error. */
export async function open(hash = "", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, offline: true, ...options });
  const made = await context.newPage();
  made.on("console", (message) => said.push(message.text()));
  made.on("pageerror", (error) => said.push(error.message));
  made.on("request", (request) => requested.push(request.url()));
  await made.goto(`${url}${hash}`);
  await made.waitForSelector("html[data-ready]");
  return made;
}

/** Checks that nothing scrolls sideways and axe finds nothing, with all details open. */
export const accessible = (hash) => Object.fromEntries([["light", 1400], ["dark", 390]].map(([theme, width]) => [`axe and no scrolling: ${theme}, ${width}`, async () => {
  const made = await open(hash, { viewport: { width, height: 900 }, colorScheme: theme });
  await made.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  assert.equal(await made.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
  await made.evaluate(axe);
  const found = await made.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  assert.deepEqual(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120))}`), []);
}]));

/** The last check: of all that was opened nothing was fetched or said. */
export async function alone() {
  assert.deepEqual(requested.filter((one) => one.split("#")[0] !== url), []);
  assert.deepEqual(said, []);
}

/** A line of JSON each: {"check": NAME, "error": null or what was wrong, "seconds": ...}. */
export async function run(checks) {
  for (const [name, check] of Object.entries(checks)) {
    const began = Date.now();
    let error = null;
    try {
      await check();
    } catch (caught) {
      error = String(caught.message).slice(0, 4000);
    }
    console.log(JSON.stringify({ check: name, error, seconds: (Date.now() - began) / 1000 }));
  }
  await browser.close();
}
