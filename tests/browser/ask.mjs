// Opens docs/ask.html in headless Chromium and checks it: node ask.mjs PAGE STATES, which has a line of JSON [state, answer] each.
// One line of JSON a check, as one_page.mjs says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessible, alone, open, run } from "./one_page.mjs";

const states = process.argv[3];

const text = (made, selector) => made.$eval(selector, (one) => one.textContent);
const hash = (made) => made.evaluate(() => location.hash);

const checks = {
  "answers as the host's": async () => {
    const made = await open();
    const lines = readFileSync(states, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    for (let from = 0; from < lines.length; from += 500) {
      const part = lines.slice(from, from + 500);
      const told = await made.evaluate((given) => window.trapframe.answers(given).map((one) => JSON.stringify(one)), part.map(([given]) => given));
      part.forEach(([given, wanted], n) => assert.equal(told[n], wanted, JSON.stringify(given)));
    }
    await made.context().close();
  },
  "a link holds the state": async () => {
    const made = await open("#mode=protected&cpl=3&vector=%23gp&gate.type=trap");
    assert.equal(await text(made, "#title"), "#GP(0) in protected mode, CPL 3 (Intel)");
    assert.equal(await made.inputValue("#f-vector"), "#gp");
    assert.equal(await made.inputValue("#f-cpl"), "3");
    await made.selectOption("#f-vendor", "amd");
    assert(new URLSearchParams((await hash(made)).slice(1)).get("vendor") === "amd");
    const again = await open(await hash(made));
    assert.equal(await text(again, "#title"), "#GP(0) in protected mode, CPL 3 (AMD)");
    assert.equal(await text(again, "#parts"), await text(made, "#parts"));
  },
  "the path is lit up": async () => {
    const made = await open("#vector=%23pf&gate.p=0");
    assert.equal(await text(made, "#end"), "Its handler isn't reached: that of #DF(0) starts.");
    const lit = await made.$$eval(".path .raises", (lines) => lines.map((line) => line.textContent));
    assert.equal(lit.length, 2);
    assert.match(lit[0], /if \(!g\.p\)/);
    assert.match(lit[1], /idt\.gate\.not-present/);
    const rows = await made.$$eval(".why li", (items) => items.map((item) => item.className));
    assert.deepEqual([...new Set(rows)].sort(), ["decides", "event", "pass", "raises"]);
    await made.click('.why .raises [data-place]');
    assert.equal(await made.evaluate(() => document.activeElement.getAttribute("aria-label")), "ia32e_mode, spec/deliver.c");
  },
  "the picture": async () => {
    const made = await open("#vector=%23pf&cpl=3");
    const label = await made.getAttribute("#parts svg", "aria-label");
    assert.match(label, /error 0x4, rip 0x401136, cs 0x2b, rflags 0x10202, rsp 0x7fffffffe3a8, ss 0x23, RSP 0xffffc90000007fd0/);
    assert.equal(await made.$$eval("#parts svg rect.pushed", (all) => all.length), 6);
  },
  "what can't be is said": async () => {
    const made = await open("#mode=vm86&cpl=0");
    assert.match(await text(made, "#problem"), /^cpl: 3 in virtual-8086 mode/);
    assert.equal(await made.getAttribute("#f-cpl", "aria-invalid"), "true");
    await made.fill("#f-vector", "300");
    assert.match(await text(made, "#problem"), /^vector: '300' isn’t allowed; #de, .* or 0 to 0xff$/);
    const other = await open("#gatep=0");
    assert.equal(await text(other, "#problem"), "gatep: no such field");
  },
  "keys": async () => {
    const made = await open();
    await made.focus("#f-vector");
    await made.keyboard.type("#ud");
    assert.equal(await text(made, "#title"), "#UD in 64-bit mode, CPL 0 (Intel)");
    const seen = new Set();
    for (let n = 0; n < 80; n += 1) {
      await made.keyboard.press("Tab");
      seen.add(await made.evaluate(() => document.activeElement.id || document.activeElement.tagName));
    }
    for (const wanted of ["f-kind", "f-cpl", "f-gate.ist", "SUMMARY", "BUTTON"]) assert(seen.has(wanted), wanted);
  },
  "hostile text is text": async () => {
    const made = await open(`#vector=${encodeURIComponent("<img src=x onerror=alert(1)>")}`);
    assert.match(await text(made, "#problem"), /<img src=x/);
    assert.equal(await made.$$eval("img", (all) => all.length), 0);
  },
  ...accessible("#vector=%23pf&gate.p=0"),
  "no network": alone,
};

await run(checks);
