// Opens a page of sweeps in headless Chromium and checks it: node sweeps.mjs PAGE, which tests/test_sweep_page.py makes.
// One line of JSON a check: {"check": NAME, "error": null or what was wrong}.

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
async function open(hash = "", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, offline: true, ...options });
  const made = await context.newPage();
  made.on("console", (message) => said.push(message.text()));
  made.on("pageerror", (error) => said.push(error.message));
  made.on("request", (request) => requested.push(request.url()));
  await made.goto(`${url}${hash}`);
  await made.waitForSelector("html[data-ready]");
  return made;
}

const cells = (made) => made.$$eval("#map tbody tr", (rows) => rows.map((row) => [...row.children].map((one) => one.textContent)));
const heads = (made) => made.$$eval("#map thead th", (all) => all.map((one) => one.textContent));
const drawn = (made, corner) => made.waitForFunction((text) => document.querySelector("#map caption")?.textContent === text, corner);

const checks = {
  "two axes by choice": async () => {
    const made = await open("#sweep=gates&rows=EVENT&columns=IF");
    assert.deepEqual(await heads(made), ["0", "1"]);
    assert.deepEqual(await cells(made), [["int_n", "–", "25 %"], ["#UD", "<1 %", "–"]]);
    assert.equal(await made.getAttribute("#map td.h2", "title"), "1 of 4 states differ");
    assert.match(await made.textContent("#said"), /^2 of 208 states differ/);
    await made.selectOption("#columns", "DPL");
    await drawn(made, "EVENT by DPL");
    assert.deepEqual(await heads(made), ["0", "3", "1"]);
    assert.match(made.url(), /rows=EVENT&columns=DPL/);
  },
  "turned": async () => {
    const made = await open("#sweep=gates&rows=EVENT&columns=IF");
    await made.click("#turn");
    await drawn(made, "IF by EVENT");
    assert.deepEqual(await cells(made), [["0", "–", "<1 %"], ["1", "25 %", "–"]]);
  },
  "another engine, another sweep": async () => {
    const made = await open("#sweep=gates&rows=EVENT&columns=IF");
    await made.selectOption("#engine", "qemu@2.0");
    await made.waitForFunction(() => document.querySelector("#said").textContent.startsWith("0 of 208"));
    await made.selectOption("#sweep", "iret");
    await made.waitForFunction(() => document.querySelector("#said").textContent.startsWith("There are no counts"));
  },
  "begins with the axes that matter": async () => {
    const made = await open();
    assert.deepEqual([await made.inputValue("#rows"), await made.inputValue("#columns")], ["EVENT", "IF"]);
  },
  "a class leads to its cause": async () => {
    const made = await open();
    await made.click("summary");
    await made.click("td a");
    assert.match(made.url(), /#gates-qemu-/);
    assert.equal(await made.$$eval("tr:target", (all) => all.length), 1);
    const row = await made.$eval("tr:target", (one) => [...one.children].map((cell) => cell.textContent.trim()));
    assert.deepEqual(row.slice(0, 3), ["rf", "3", "none"]);
  },
  "hostile text is text": async () => {
    const made = await open();
    assert.match(await made.textContent("[colspan=\"7\"]"), /<img src=x/);
    assert.equal(await made.$$eval("img", (all) => all.length), 0);
  },
  ...Object.fromEntries([["light", 1400], ["dark", 390]].map(([theme, width]) => [`axe and no scrolling: ${theme}, ${width}`, async () => {
    const made = await open("#sweep=gates&rows=EVENT&columns=IF", { viewport: { width, height: 900 }, colorScheme: theme });
    await made.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
    assert.equal(await made.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    await made.evaluate(axe);
    const found = await made.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
    assert.deepEqual(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120))}`), []);
  }])),
  "no network": async () => {
    assert.deepEqual(requested.filter((one) => one.split("#")[0] !== url), []);
    assert.deepEqual(said, []);
  },
};

for (const [name, run] of Object.entries(checks)) {
  let error = null;
  try {
    await run();
  } catch (caught) {
    error = String(caught.message).slice(0, 4000);
  }
  console.log(JSON.stringify({ check: name, error }));
}
await browser.close();
