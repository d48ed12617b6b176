// What trapframe/ask/view.py says of an answer, and the page about it. Every text becomes a text node: nothing is ever parsed as HTML.

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const { fields, decode, chain: CHAIN, registers: REGISTERS, also: ALSO } = data;
const byName = new Map(fields.map((field) => [field.name, field]));
const hex = (value) => `0x${value.toString(16)}`;
const bit = (value, at) => (value >> BigInt(at)) & 1n;

class AskError extends Error {
  constructor(field, text) {
    super(text);
    this.field = field;
  }
}

// ---- The specification. ----

const bytes = Uint8Array.from(atob($("wasm").textContent), (one) => one.charCodeAt(0));
const { instance } = await WebAssembly.instantiate(bytes);
const { memory, ask: call, __heap_base: heap } = instance.exports;
const ROOM = 1 << 16, NUMBERS = 8 * fields.length;
const at = (heap.value + 7) & ~7;
memory.grow(Math.max(0, Math.ceil((at + 2 * NUMBERS + ROOM - memory.buffer.byteLength) / 65536)));

/** The JSON of spec/ask/answer.c. */
function textOf(given) {
  const numbers = new BigUint64Array(memory.buffer, at, 2 * fields.length);
  fields.forEach(({ name }, n) => {
    numbers[n] = given.get(name) ?? 0n;
    numbers[fields.length + n] = given.has(name) ? 1n : 0n;
  });
  const to = at + 2 * NUMBERS;
  const length = call(at, at + NUMBERS, to, ROOM);
  return new TextDecoder().decode(new Uint8Array(memory.buffer, to, length));
}

function answer(given) {
  const told = JSON.parse(textOf(given), (_, value) => (typeof value === "string" && value.startsWith("0x") ? BigInt(value) : value));
  const state = new Map(fields.map(({ name }, n) => [name, told.state[n]]));
  if (told.impossible) throw new AskError(told.impossible.split(/[:,]/)[0], told.impossible);
  if (told.overflow) throw new Error("a list of the outcome is too short");
  return { given, state, told };
}

// ---- In words: trapframe/frames/decode.py, trapframe/ask/view.py. ----

const vectorName = (vector) => decode.vectors[vector] ?? `vector ${vector}`;

function rflagsOf(value) {
  const names = bitNames(decode.rflags, value);
  const iopl = (value >> 12n) & 3n;
  if (iopl) names.splice(names.filter((name) => decode.rflags[name] > 13).length, 0, `IOPL=${iopl}`);
  return names.join(" ");
}

function errorOf(vector, value) {
  if (vector === 14n) return bitNames(decode.page_fault, value).join(" ");
  if (decode.selector_errors.includes(Number(vector))) {
    const external = value & 1n ? ["EXT"] : [];
    if (value & 2n) return [`IDT[${value >> 3n}]`, ...external].join(" ");
    if (value & ~3n) return [`${value & 4n ? "LDT" : "GDT"}[${hex(value & ~7n)}]`, ...external].join(" ");
    return external.join(" ");
  }
  if (vector === 17n) return value & 1n ? "EXT" : "";
  if (vector === 21n) return [decode.control_protection[value & 0x7fffn] ?? "", (value >> 15n) & 1n ? "ENCL" : ""].filter(Boolean).join(" ");
  return "";
}

function eventName({ kind, vector, error }) {
  const own = data.events[data.kinds[kind]];
  if (own) return ["int_n", "interrupt"].includes(data.kinds[kind]) ? `${own} ${hex(vector)}`.replace("INT n", "INT") : own;
  return error === undefined ? vectorName(vector) : `${vectorName(vector)}(${errorOf(vector, error) || (error ? hex(error) : "0")})`;
}

const bitNames = (bits, value) => Object.entries(bits).filter(([, n]) => bit(value, n)).map(([name]) => name);
const dr6Of = (value) => Object.entries(decode.dr6).filter(([name, n]) => Boolean(bit(value, n)) !== decode.dr6_inverted.includes(name)).map(([name]) => name).reverse().join(" ");
const MEANINGS = {
  error: (value, vector) => errorOf(vector, value),
  rflags: rflagsOf,
  eflags: rflagsOf,
  flags: rflagsOf,
  cr0: (value) => bitNames(decode.cr0, value).join(" "),
  dr6: dr6Of,
};

function valueOf(name, value, opened, vector) {
  const known = value & ~opened;
  if (opened && !known && (opened & 0xffffn) === 0xffffn) return "undefined";
  const meaning = MEANINGS[name]?.(known, vector) ?? "";
  return [meaning ? `${hex(known)} (${meaning})` : hex(known), opened ? `bits ${hex(opened)} undefined` : ""].filter(Boolean).join("; ");
}

const widthOf = ({ state }) => data.widths[data.modes[state.get("mode")]] ?? 1;

function titleOf({ state, told }) {
  return `${eventName(told.chain[0])} in ${data.mode_names[data.modes[state.get("mode")]]}, CPL ${state.get("cpl")} (${data.vendor_names[state.get("vendor")]})`;
}

function endOf({ told }) {
  if (told.end === BigInt(data.shutdown)) return "Shutdown: no handler is reached (a triple fault).";
  const last = eventName(told.chain.at(-1));
  return told.chain.length === 1 ? `The handler of ${last} starts.` : `Its handler isn't reached: that of ${last} starts.`;
}

function frameOf({ told }) {
  const { vector } = told.chain.at(-1);
  return told.frame.map(([name, value, opened]) => [name, valueOf(name, value, opened, vector)]);
}

function handlerOf(one) {
  const { told } = one;
  if (told.end === BigInt(data.shutdown)) return [];
  const opened = new Map(told.open.map(([name, bits]) => [name, bits]));
  const rows = Object.entries(REGISTERS).map(([name, names]) => [names[widthOf(one)], valueOf(name === "rflags" ? name : "", told.after[name], opened.get(name) ?? 0n, 0n)]);
  for (const name of ALSO)
    if (told.before[name] !== told.after[name])
      rows.push([data.also_names[name] ?? name.toUpperCase(), `${valueOf(name, told.after[name], opened.get(name) ?? 0n, 0n)}, before ${hex(told.before[name])}`]);
  return rows;
}

function stepsOf({ told }) {
  const steps = [["event", eventName(told.chain[0]), "", "", ""]];
  let next = 1;
  for (const [rule, section, place, passed, raised] of told.steps) {
    steps.push([passed ? "pass" : raised ? "raises" : "decides", rule, section, place, raised ? eventName(raised) : ""]);
    if (rule.startsWith("double-fault.") && next < told.chain.length) steps.push(["event", eventName(told.chain[next++]), "", "", ""]);
  }
  return steps;
}

function view(one) {
  return {
    title: titleOf(one),
    end: endOf(one),
    frame: frameOf(one),
    word: Number(one.told.word),
    handler: handlerOf(one),
    steps: stepsOf(one),
    open: one.told.open.map(([, , reason]) => reason),
  };
}

function choicesOf({ told }, differs) {
  return data.choices.filter(([name, intel, amd], n) => bit(told.asked, n) && (data.open_choices.includes(name) || (differs && intel !== amd)));
}

function differencesOf(one, other) {
  const [mine, theirs] = [view(one), view(other)];
  const rows = mine.end === theirs.end ? [] : [["outcome", mine.end, theirs.end]];
  for (const [part, before] of [["frame", ""], ["handler", "handler's "]]) {
    const [here, there] = [new Map(mine[part]), new Map(theirs[part])];
    for (const name of new Set([...here.keys(), ...there.keys()]))
      if (here.get(name) !== there.get(name)) rows.push([before ? `${before}${name}` : name.toUpperCase(), here.get(name) ?? "-", there.get(name) ?? "-"]);
  }
  const [ours, others] = [mine, theirs].map(({ steps }) => steps.filter(([kind]) => kind !== "pass").map(([, rule, , , raised]) => `${rule} ${raised}`.trim()));
  const only = (list, not) => list.filter((rule) => !not.includes(rule)).join("; ") || "-";
  if (String(ours) !== String(others)) rows.push(["rules", only(ours, others), only(others, ours)]);
  return rows;
}

// ---- Fields, as text and as numbers. ----

function read({ name, bits, words, allowed }, text) {
  const word = text.trim().toLowerCase();
  if (Object.hasOwn(words, word)) return BigInt(words[word]);
  const value = /^(0x[0-9a-f]+|0|[1-9][0-9]*)$/.test(word) ? BigInt(word) : -1n;
  if (!bits || value < 0n || value >> BigInt(bits)) throw new AskError(name, `${name}: '${text}' isn’t allowed; ${allowed}`);
  return value;
}

function show({ words }, value) {
  const word = Object.keys(words).find((one) => BigInt(words[one]) === value);
  return word ?? (value < 10n ? String(value) : hex(value));
}

// ---- The state, all of it in the URL’s fragment. ----

let theme = "";

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1).replaceAll("+", "%2B"));
  const said = new Map();
  const unknown = [];
  theme = ["light", "dark"].includes(hash.get("theme")) ? hash.get("theme") : "";
  for (const [name, value] of hash)
    if (byName.has(name)) said.set(name, value);
    else if (name !== "theme") unknown.push(name);
  return [said, unknown];
}

function hashOf(said) {
  const parts = [...said].map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `#${[...parts, ...(theme ? [`theme=${theme}`] : [])].join("&")}`;
}

function fromForm() {
  const values = fields.map(({ name }) => [name, $(`f-${name}`).value.trim()]);
  return new Map(values.filter(([, value]) => value));
}

function intoForm(said) {
  for (const { name } of fields) {
    const input = $(`f-${name}`);
    const value = said.get(name) ?? "";
    if (input.tagName === "SELECT" && value && ![...input.options].some((one) => one.value === value)) {
      const word = readable(name, value);
      input.value = word;
      if (input.value !== word) input.append(el("option", {}, value)), (input.value = value);
    } else if (input.value !== value) input.value = value;
  }
}

/** In the word of a select, if there is one. */
function readable(name, value) {
  try {
    return show(byName.get(name), read(byName.get(name), value));
  } catch {
    return value;
  }
}

// ---- The page. ----

const section = (title, ...children) => el("section", {}, el("h3", {}, title), ...children);
const MARKS = { pass: "✓", decides: "→", raises: "✗" };
const MEANS = { pass: "passed", decides: "decides", raises: "raises" };

function pictureOf(one) {
  const { told } = one;
  const vector = told.chain.at(-1).vector;
  const word = Number(told.word);
  const slots = told.frame.map(([name, value, opened]) => [name, opened ? (valueOf("", value, opened, vector) === "undefined" ? "undefined" : `${hex(value & ~opened)}, rest open`) : hex(value)]);
  const old = told.before.ss === told.after.ss ? Number(told.before.rsp - told.after.rsp) : -1;
  const near = old >= 0 && old <= word * slots.length + 64 ? { old } : {};
  const place = hex(told.after.rsp);
  return draw({ word, slots, rsp: place, raw: place, pointer: REGISTERS.rsp[widthOf(one)], stack: "", ...near }, "The stack in the handler");
}

function tableOf(label, heads, rows) {
  const head = el("tr", {}, ...heads.map((text) => el("th", { scope: "col" }, text)));
  const body = el("tbody", {}, ...rows.map(([name, ...cells]) => el("tr", {}, el("th", { scope: "row" }, name), ...cells.map((cell) => el("td", {}, cell)))));
  return el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": label }, el("table", { class: "frame", "aria-label": label }, el("thead", {}, head), body));
}

function stackPart(one, shown) {
  const picture = el("figure", {}, el("figcaption", {}, "What lies on it"), el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Stack" }, pictureOf(one)));
  const rows = shown.frame.map(([name, value], n) => [`+${hex(n * shown.word)} ${name.toUpperCase()}`, value]).reverse();
  return section("The stack as the handler finds it", el("div", { class: "side" }, picture, tableOf("Words of the frame", ["word", "value"], rows)));
}

function stepsPart(shown) {
  const list = el("ol", { class: "why" });
  let number = 0;
  for (const [kind, rule, where, place, raised] of shown.steps) {
    if (kind === "event") {
      list.append(el("li", { class: "event" }, rule));
      continue;
    }
    number += 1;
    const mark = el("span", { class: "mark" }, `${number} ${MARKS[kind]}`, el("span", { class: "hidden-title" }, ` ${MEANS[kind]}`));
    const text = el("code", {}, rule, raised ? ` raises ${raised}` : "");
    const link = el("button", { type: "button", "data-place": place }, place);
    list.append(el("li", { class: kind }, mark, text, el("span", { class: "where" }, `SDM ${where} `, link)));
  }
  return section("Rules, in the order of the checks", list);
}

/** The functions of the specification that were gone through, in the order in which their first rule was met. */
function pathPart(shown) {
  const lit = new Map();
  shown.steps.filter(([kind]) => kind !== "event").forEach(([kind, , , place], n) => {
    if (!lit.has(place)) lit.set(place, { kind, numbers: [] });
    const one = lit.get(place);
    one.numbers.push(n + 1);
    if (kind !== "pass") one.kind = kind;
  });
  const parts = [];
  for (const place of lit.keys()) {
    const [file, line] = [place.split(":")[0], Number(place.split(":")[1])];
    const found = data.functions.find((one) => one.file === file && one.line <= line && line < one.line + one.text.length);
    if (found && !parts.includes(found)) parts.push(found);
  }
  const made = parts.map(({ file, line, name, text }) => {
    const code = el("pre", { class: "code", tabindex: "0", role: "region", "aria-label": `${name}, spec/${file}` });
    let kind = "", left = 0;
    text.forEach((source, n) => {
      const starts = data.statements[`${file}:${line + n}`];
      if (starts && lit.has(starts[0])) [kind, left] = [lit.get(starts[0]).kind, starts[1]];
      const numbers = starts && lit.has(starts[0]) ? lit.get(starts[0]).numbers.join(" ") : "";
      code.append(el("div", { class: left > 0 ? kind : null, "data-line": `${file}:${line + n}` }, el("span", { class: "step" }, numbers.length > 4 ? `${numbers.split(" ")[0]}…` : numbers), el("span", { class: "n" }, String(line + n)), source));
      left -= 1;
    });
    return [el("h4", {}, `${name}, spec/${file}`), code];
  });
  return section("The path through the specification", el("div", { class: "path" }, ...made.flat()));
}

function vendorsPart(one) {
  const vendor = one.state.get("vendor");
  const names = [data.vendor_names[vendor], data.vendor_names[1n - vendor]];
  const rows = differencesOf(one, answer(new Map([...one.given, ["vendor", 1n - vendor]])));
  const asked = choicesOf(one, rows.length > 0);
  const parts = rows.length ? [tableOf("Intel and AMD", ["what", ...names], rows)] : [el("p", {}, "Both do the same here.")];
  if (asked.length) parts.push(tableOf("Choices", ["choice", "Intel", "AMD"], asked));
  return section("Intel and AMD", ...parts);
}

function enginesPart(one) {
  const { cases, found } = enginesOf(one);
  if (!cases) return section("Emulators", el("p", {}, "No case of the suite asks this."));
  const text = `${cases} ${cases === 1 ? "case goes" : "cases go"} by the same rules in this mode.`;
  if (!found.length) return section("Emulators", el("p", {}, `${text} The newest releases measured do in them what the manual says, as far as these rules go.`));
  const items = found.map(([engine, id, reason, count]) => el("li", {}, el("span", { class: "quirk-name" }, `${engine}: ${id}`), el("span", { class: "dim" }, `${count} of ${cases}`), el("p", { class: "reason" }, reason)));
  return section("Emulators", el("p", {}, `${text} What the newest releases measured do instead:`), el("ul", { class: "quirks" }, ...items));
}

/** trapframe/ask/engines.py */
function enginesOf({ state, told }) {
  const mode = data.environments[data.modes[state.get("mode")]];
  const vector = told.end === BigInt(data.shutdown) ? data.no_vector : Number(told.chain.at(-1).vector);
  const decided = told.steps.filter(([, , , passed]) => !passed).map(([rule]) => rule).filter((rule) => !data.ordinary.includes(rule));
  const kind = data.boundary[data.kinds[state.get("kind")]];
  const groups = data.cases.filter(([env, number, rules]) => env === mode && number === vector
    && decided.every((rule) => rules.includes(rule))
    && rules.every((rule) => decided.includes(rule) || !data.delivery.some((begin) => rule.startsWith(begin)))
    && Object.values(data.boundary).every((rule) => rules.includes(rule) === (rule === kind)));
  const cases = groups.reduce((sum, [, , , count]) => sum + count, 0);
  const counts = new Map();
  for (const [, , , , seen] of groups) for (const [id, count] of seen) counts.set(id, (counts.get(id) ?? 0) + count);
  const found = [...counts].filter(([, count]) => (decided.length ? 4 : 2) * count >= cases).sort(([a, m], [b, n]) => n - m || a - b);
  return { cases, found: found.map(([id, count]) => [...data.deviations[id], count]) };
}

function mark(said, given) {
  for (const { name } of fields) {
    const input = $(`f-${name}`);
    input.classList.toggle("given", given.has(name));
    input.removeAttribute("aria-invalid");
  }
  for (const group of document.querySelectorAll(".group")) {
    const own = [...group.querySelectorAll("[name]")].filter((input) => said.has(input.name));
    group.querySelector(".said").textContent = own.map((input) => `${input.name}=${input.value}`).join(" ");
    if (own.length) group.open = true;
  }
}

function showDefault(name, value) {
  const input = $(`f-${name}`);
  const text = show(byName.get(name), value);
  if (input.tagName === "SELECT") input.options[0].textContent = `${text} (default)`;
  else input.placeholder = text;
}

/** Of a field that is given: what it would be if it weren't. */
function defaultOf(name, given) {
  const rest = new Map(given);
  rest.delete(name);
  return BigInt(JSON.parse(textOf(rest)).state[fields.findIndex((field) => field.name === name)]);
}

function refresh(said, unknown = []) {
  document.documentElement.dataset.theme = theme;
  $("theme").lastElementChild.textContent = { "": "Auto", light: "Light", dark: "Dark" }[theme];
  const given = new Map();
  try {
    for (const [name, text] of said) given.set(name, read(byName.get(name), text));
    mark(said, given);
    if (unknown.length) throw new AskError("", `${unknown[0]}: no such field`);
    const one = answer(given);
    const shown = view(one);
    for (const { name } of fields) showDefault(name, given.has(name) ? defaultOf(name, given) : one.state.get(name));
    $("title").textContent = shown.title;
    $("end").textContent = shown.end;
    $("problem").textContent = "";
    const parts = [];
    if (shown.frame.length) parts.push(stackPart(one, shown));
    if (shown.handler.length) parts.push(section("The handler starts with", tableOf("Registers of the handler", ["register", "value"], shown.handler), ...shown.open.map((reason) => el("p", { class: "open" }, `Left open: ${reason}`))));
    parts.push(stepsPart(shown), vendorsPart(one), enginesPart(one), pathPart(shown));
    $("parts").replaceChildren(...parts);
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    mark(said, given);
    $("title").textContent = "This can’t be asked";
    $("end").textContent = "";
    $("problem").textContent = error.message;
    $(`f-${error.field}`)?.setAttribute("aria-invalid", "true");
    $("parts").replaceChildren();
  }
}

function fromHash() {
  const [said, unknown] = readHash();
  intoForm(said);
  refresh(said, unknown);
}

addEventListener("hashchange", fromHash);
$("form").addEventListener("submit", (event) => event.preventDefault());
$("form").addEventListener("input", () => {
  const said = fromForm();
  history.replaceState(null, "", hashOf(said));
  refresh(said);
});
$("theme").addEventListener("click", () => {
  theme = { "": "light", light: "dark", dark: "" }[theme];
  const said = fromForm();
  history.replaceState(null, "", hashOf(said));
  refresh(said);
});
$("parts").addEventListener("click", (event) => {
  const { place } = event.target.dataset;
  const line = place && document.querySelector(`[data-line="${place}"]`);
  if (!line) return;
  line.scrollIntoView({ block: "center" });
  line.parentElement.focus({ preventScroll: true });
});

/** For tests: what the page says of states, each a list of [field, number as text]; what can’t be is its message. */
globalThis.trapframe = {
  answers: (states) => states.map((pairs) => {
    try {
      const one = answer(new Map(pairs.map(([name, value]) => [name, BigInt(value)])));
      const other = answer(new Map([...one.given, ["vendor", 1n - one.state.get("vendor")]]));
      return { ...view(one), differences: differencesOf(one, other), engines: enginesOf(one) };
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      return { impossible: error.message };
    }
  }),
};

if (matchMedia("(max-width: 60rem)").matches) for (const group of [...document.querySelectorAll(".group")].slice(1)) group.open = false;
fromHash();
document.documentElement.dataset.ready = "";
