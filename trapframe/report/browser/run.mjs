// Runs a case on v86 in this browser, and shows what came beside what the manual requires.
import { parse, RecordError } from "./record.mjs";
import { namesOf, observe, picture, show, text, wantedPicture } from "./facts.mjs";
import { compare, isOutcome } from "./wants.mjs";

const LIMIT_MS = 10_000;

async function json(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  return answer.json();
}

/** The case's ROM: that of its file, with the number of its row set. */
async function romOf(file, row, at) {
  const packed = Uint8Array.from(atob(file.rom), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const rom = new Uint8Array(await new Response(stream).arrayBuffer());
  new DataView(rom.buffer).setUint32(at, row, true);
  return rom;
}

/** How it ended, why, and what came until then; `came` is told the text as it grows. */
function boot(rom, came) {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
    let serial = "";
    const ended = (end, why = "") => {
      clearTimeout(timer);
      worker.terminate();
      resolve({ end, why, serial });
    };
    const timer = setTimeout(ended, LIMIT_MS, "timeout");
    worker.addEventListener("error", (event) => ended("crash", event.message || "v86 can't be loaded"));
    worker.addEventListener("message", ({ data }) => {
      if (data.end) return ended(data.end, data.why);
      serial += String.fromCharCode(...data.bytes);
      came(serial);
    });
    worker.postMessage({ rom });
  });
}

/** Boots the ROM, and says what came of it: {end, why, serial}, and with a record all that `judge` finds. */
export async function runCase(name, address, came) {
  const [common, file] = await Promise.all([json("common.json"), json(address)]);
  const known = file.cases[name];
  const ran = await boot(await romOf(file, known.row, common.variant_at), came);
  return { ...ran, ...judge(ran, name, known.outcomes, file, common) };
}

/** As trapframe/truth/judge.py does, without quirks: a verdict, its reason, and the facts if there are any. */
export function judge({ end, why, serial }, name, outcomes, harness, common) {
  if (end === "timeout") return { verdict: "TIMEOUT", message: `no end within ${LIMIT_MS / 1000} seconds` };
  if (end === "flood") return { verdict: "PROTOCOL-ERROR", message: "sent more than a record may hold" };
  if (end === "crash") return { verdict: "ENGINE-ERROR", message: `v86 gave up: ${why}` };
  let record;
  try {
    record = parse(serial, common.environments);
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    return { verdict: "PROTOCOL-ERROR", message: `${error.message}${end === "shutdown" ? ", then shutdown" : ""}` };
  }
  if (record.unsupported) return { verdict: "UNSUPPORTED", message: `v86 lacks ${record.unsupported}` };
  const broken = record.case !== name ? `a record of ${record.case}` : record.abandoned ? "the harness was interrupted" : record.complete !== (end === "exit") ? `${end}, but the record ${record.complete ? "has an" : "has no"} end` : !record.armed ? "shutdown before the program under test ran" : "";
  if (broken) return { verdict: "PROTOCOL-ERROR", message: broken };
  const { tables } = common;
  const names = namesOf(record, harness, tables);
  const facts = observe(record, names, tables);
  if (!outcomes.length) return { verdict: "NEW", message: "there is no golden file", record, names, facts, tables, wants: new Map(), said: new Set(), differing: [] };
  const compared = compare(outcomes, facts, record, names, tables);
  const { differing } = compared;
  const verdict = !differing.length ? "PASS" : differing.some(isOutcome) ? "WRONG-OUTCOME" : "FAIL";
  const fields = differing.length === 1 ? "one field differs" : `${differing.length} fields differ`;
  return { verdict, message: differing.length ? `${fields} from what the manual requires` : "as the manual requires", record, names, facts, tables, ...compared };
}

/** The page's part: `place` gets what there is to see; `page` has the page's own functions. */
export async function runHere(name, address, engine, place, page) {
  const { el } = page;
  const line = el("pre", { class: "code", tabindex: "0", "aria-label": "Serial line" });
  const status = el("p", { role: "status" }, "Booting…");
  place.replaceChildren(status, line);
  const told = await runCase(name, address, (serial) => {
    status.textContent = "Running…";
    line.replaceChildren(...linesOf(serial, el));
  });
  status.replaceChildren(page.verdictOf(told.verdict), ` ${told.message}`);
  const serial = el("details", { class: "sheet" }, el("summary", {}, `What came in over the serial line${told.serial ? "" : ": nothing"}`), line);
  line.replaceChildren(...linesOf(told.serial, el));
  place.replaceChildren(status, ...(told.facts ? seenOf(told, engine, page) : []), serial);
  place.dataset.verdict = told.verdict;
}

const linesOf = (serial, el) => serial.replace(/\n$/, "").split("\n").map((text) => el("div", {}, "  ", text.replace(/[^ -~]/g, "·")));

/** The pictures, then what differs at once, and all the rest for those who ask. */
function seenOf(told, engine, page) {
  const { el } = page;
  const differs = told.differing.length ? fieldsOf(told, engine, page, "What differs", true) : "";
  return [picturesOf(told, engine, page), differs, el("details", { class: "sheet" }, el("summary", {}, "Field by field"), fieldsOf(told, engine, page, "Field by field", false))];
}

function picturesOf({ record, names, facts, wants, differing, tables }, engine, { el, draw }) {
  const pictures = el("div", { class: "pictures" });
  const numbers = [...wants.keys(), ...facts.keys()].map((name) => /^frame (\d+)\./.exec(name)?.[1]).filter(Boolean);
  const add = (drawn, caption, mark) => drawn && pictures.append(el("figure", {}, el("figcaption", {}, `${caption} `, mark), el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `Stack, ${caption}` }, draw(drawn, caption))));
  for (const number of [...new Set(numbers)].map(Number)) {
    const frame = record.frames.find((one) => one.number === number);
    const wrong = differing.filter((one) => one.startsWith(`frame ${number}.`)).map((one) => one.split(".").slice(1).join("."));
    const wanted = wants.has(`frame ${number}.vector`);
    add(wantedPicture(number, wants, record, names, tables), `Frame ${number}: Manual`, "");
    const seen = frame && { ...picture(frame, record, names, tables), wrong };
    const same = seen && wanted && !seen.slots.some(([name]) => wrong.includes(name)) && !wrong.some((one) => one === "above" || one === `handler.${record.env.handler_sp || record.env.sp}`);
    add(seen, `Frame ${number}: ${engine} here`, wants.size ? el("span", { class: `verdict ${same ? "v-PASS" : "v-FAIL"}` }, same ? "equal" : "different") : "");
  }
  return pictures;
}

/** The fields that the golden file names, and those that differ; `only` these. */
function fieldsOf({ names, facts, wants, said, differing, tables }, engine, { el }, title, only) {
  const head = el("tr", {}, ...["Field", "Manual", `${engine} here`].map((title) => el("th", { scope: "col" }, title)));
  const body = el("tbody");
  const wrong = new Set(differing);
  const whole = differing.filter((name) => !facts.has(name) && !wants.has(name)); // frames that are missing, or too many
  const shown = [...new Set([...wants.keys(), ...facts.keys()])].filter((name) => (wrong.has(name) || !only && said.has(name)) && !whole.includes(name.split(".")[0]));
  for (const name of [...shown, ...whole]) {
    const sign = whole.includes(name) ? `${name}.${name === "final" ? "ss" : "vector"}` : name;
    const want = wants.get(sign);
    const fact = facts.get(sign);
    const wanted = el("td", { class: `golden${want?.text === "any" || want?.mask ? " masked" : ""}` }, el("span", {}, want?.text ?? "none"), rawOf(want?.value, want?.text, el), want?.mask ? el("small", {}, maskOf(want.mask)) : "");
    const seen = fact === undefined ? "none" : want?.text === "kept" && !wrong.has(name) ? "kept" : show(sign, fact, names, tables);
    const mark = wrong.has(name) ? el("span", { class: "hidden-title" }, " (differs)") : "";
    const came = el("td", { class: wrong.has(name) ? "differs" : null }, el("span", {}, seen, mark), rawOf(fact, seen, el));
    body.append(el("tr", {}, el("th", { scope: "row" }, name), wanted, came));
  }
  return el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": title }, el("table", { class: "frame", "aria-label": title }, el("thead", {}, head), body));
}

/** Which bits count, or which don't: the shorter of both. */
function maskOf(mask) {
  const ignored = ~mask & ((1n << 64n) - 1n);
  return ignored.toString(2).replaceAll("0", "").length < 32 ? `but for the bits ${text(ignored)}` : `only the bits ${text(mask)}`;
}

const rawOf = (value, said, el) => (typeof value === "bigint" && text(value) !== said ? el("small", {}, text(value)) : "");
