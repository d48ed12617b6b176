// What the page's scripts make of runs, for a test that holds them to what the runner makes of them.
// stdin: {common, runs: [{name, end, serial, outcomes, places, selectors}]}; stdout: a line of JSON a run.
import { readFileSync } from "node:fs";
import { show } from "../../trapframe/report/browser/facts.mjs";
import { judge } from "../../trapframe/report/browser/run.mjs";

const { common, runs } = JSON.parse(readFileSync(0, "utf8"));
for (const { name, end, serial, outcomes, ...harness } of runs) {
  const { verdict, message, facts, names, tables, differing = [] } = judge({ end, why: "", serial }, name, outcomes, harness, common);
  const shown = facts ? [...facts].map(([field, fact]) => [field, show(field, fact, names, tables)]) : [];
  console.log(JSON.stringify({ name, verdict, message, facts: Object.fromEntries(shown), differing }));
}
