// Opens a page of sweeps in headless Chromium and checks it: node sweeps.mjs PAGE, which tests/test_sweep_page.py makes.
// One line of JSON a check, as one_page.mjs says.

import assert from "node:assert/strict";
import { accessible, alone, open, run } from "./one_page.mjs";

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
  ...accessible("#sweep=gates&rows=EVENT&columns=IF"),
  "no network": alone,
};

await run(checks);
