// Opens cases of a report in headless Chromium and boots them there: node here.mjs URL CASE... A line of JSON a case.
// A case behind `!` is one that hangs: the page's clock is set forward as soon as its machine runs.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [url, ...cases] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
for (const given of cases) {
  const name = given.replace("!", "");
  const page = await browser.newPage({ viewport: { width: 390, height: 3000 } });
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  if (given !== name) await page.clock.install();
  await page.goto(`${url}#case=${name}`);
  await page.waitForSelector("#panel[data-case]");
  const section = page.locator("#panel section", { has: page.locator("h3", { hasText: "in this browser" }) });
  const told = { name, section: await section.count(), buttons: await section.locator("button").count(), text: "" };
  if (told.buttons) {
    await section.locator("button").click();
    if (given !== name) {
      await page.waitForFunction(() => document.querySelector(".here pre")?.textContent.includes("hello"));
      await page.clock.fastForward(60_000);
    }
    await page.waitForSelector(".here[data-verdict]", { timeout: 60_000 });
    Object.assign(told, await page.evaluate(() => {
      const here = document.querySelector(".here");
      const pre = here.querySelector("pre[aria-label='Serial line']");
      return {
        verdict: here.dataset.verdict,
        serial: [...pre.children].map((line) => line.textContent.slice(2)),
        figures: [...here.querySelectorAll("figure")].map((figure) => ({ caption: figure.querySelector("figcaption").textContent, label: figure.querySelector("svg").getAttribute("aria-label"), slots: figure.querySelectorAll("rect:not(.gap)").length, odd: [...figure.querySelectorAll("text.odd")].map((one) => one.textContent), pointers: [...figure.querySelectorAll("text.pointer")].map((one) => [one.textContent, Number(one.getAttribute("y"))]) })),
        differs: [...(here.querySelector("table[aria-label='What differs']")?.tBodies[0].rows ?? [])].map((row) => row.cells[0].textContent),
      };
    }));
    await page.evaluate(() => document.querySelectorAll("#panel .here details").forEach((one) => (one.open = true)));
    told.wide = await page.evaluate(() => document.querySelector("#panel").scrollWidth > document.querySelector("#panel").clientWidth);
    await page.evaluate(axe);
    told.axe = await page.evaluate(async () => (await axe.run(".here")).violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`));
  }
  if (told.section) told.text = await section.innerText();
  assert.deepEqual(said, []);
  console.log(JSON.stringify(told));
  await page.close();
}
await browser.close();
