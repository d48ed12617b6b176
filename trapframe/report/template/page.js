// The matrix, its filter, and the panel of a case. Every text becomes a text node: nothing here is ever parsed as HTML.

const [NAME, ABOUT, VECTOR, NUMBER, SPEC, WORDS, DIFFERENT, CELLS] = Array(8).keys();
const [VERDICT, QUIRKS, FIELDS, CAUSE, ALONE, KIND, WAS, TURN, UNLIKE] = Array(9).keys();
const DIFFERS = 1, QUIRK = 2, MINORITY = 4;
const EXPECTED = new Set(["PASS", "QUIRK", "UNSUPPORTED"]);
const SHORT = { "WRONG-OUTCOME": "WRONG", "ENGINE-ERROR": "ENGINE", "PROTOCOL-ERROR": "PROTOCOL", UNSUPPORTED: "UNSUPP." };
const KNOWN = new Set([...EXPECTED, "FAIL", "WRONG-OUTCOME", "TIMEOUT", "ENGINE-ERROR", "PROTOCOL-ERROR", "FIXED", "NEW"]);

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const { rows, cells, engines, ids, kinds } = data;

/** A class only for a verdict that the style sheet knows. */
const verdictClass = (verdict) => (KNOWN.has(verdict) ? `v-${verdict}` : "");

// ---- The state, all of it in the URL's hash. ----

const state = { q: "", family: "", case: "", golden: false, closed: new Set(), open: new Set(), theme: "" };
let written = "";

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const list = (name) => new Set((hash.get(name) ?? "").split(",").filter(Boolean));
  state.q = (hash.get("q") ?? "").trim();
  state.family = hash.get("family") ?? "";
  state.case = hash.get("case") ?? "";
  state.golden = hash.has("golden");
  state.closed = list("closed");
  state.open = list("open");
  state.theme = ["light", "dark"].includes(hash.get("theme")) ? hash.get("theme") : "";
}

function hashOf(wanted) {
  const parts = [];
  const { q, family, golden, closed = [], open = [], theme } = wanted;
  for (const [name, value] of Object.entries({ q, family, case: wanted.case, golden, closed: [...closed].join(","), open: [...open].join(","), theme }))
    if (value === true) parts.push(name);
    else if (value) parts.push(`${name}=${encodeURIComponent(value).replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",")}`);
  return `#${parts.join("&")}`;
}

function writeHash(push = false) {
  written = hashOf(state);
  if (written !== (location.hash || "#")) history[push ? "pushState" : "replaceState"](null, "", written);
}

function applyState() {
  document.documentElement.dataset.theme = state.theme;
  $("theme").lastElementChild.textContent = { "": "Auto", light: "Light", dark: "Dark" }[state.theme];
  if ($("filter").value !== state.q) $("filter").value = state.q;
  document.querySelectorAll("[data-fold]").forEach((fold) => (fold.open = state.open.has(fold.dataset.fold)));
  applyFilter();
  const at = state.case ? rows.findIndex((row) => row[NAME] === state.case) : -1;
  const family = state.family && !families.has(state.family) ? `This report has no family ${state.family}. ` : "";
  $("no-case").textContent = family + (state.case && at < 0 ? `This report has no case ${state.case}.` : "");
  if (at >= 0) showCase(at);
  else closePanel();
}

/** What the address asks for is in view. */
function bringIntoView() {
  const family = families.get(state.family);
  if (family && !family.group.hidden) family.group.scrollIntoView();
  else if (state.q || state.case) $("matrix-section").scrollIntoView();
}

addEventListener("hashchange", () => {
  if (location.hash === written) return;
  const { q, family, closed, open: folds, theme } = state;
  readHash();
  // A plain link like #q=... changes what it names and leaves the rest.
  if (!location.hash.includes("closed=")) state.closed = closed;
  if (!location.hash.includes("open=")) state.open = folds;
  if (!location.hash.includes("theme=")) state.theme = theme;
  writeHash();
  applyState();
  if (state.q !== q || state.family !== family) bringIntoView();
});

// ---- The matrix. ----

const lines = []; // a case's element, once there is one
const familyOf = [];
const families = new Map();
let current = -1;

function buildMatrix() {
  const matrix = $("matrix");
  matrix.style.setProperty("--engines", engines.length);
  matrix.setAttribute("aria-colcount", engines.length + 2);
  const heads = el("div", { class: "heads", role: "row" }, el("div", { role: "columnheader" }, "Case"), el("div", { role: "columnheader", class: "about-head" }, "What it does"));
  for (const label of engines) {
    const [name, version = ""] = label.split(/ (.*)/);
    heads.append(el("div", { role: "columnheader", title: label }, name, version && el("small", {}, version)));
  }
  const parts = [];
  rows.forEach((row, at) => {
    const name = row[NAME].split("/")[0];
    let family = families.get(name);
    if (!family) {
      family = makeFamily(name);
      families.set(name, family);
      parts.push(family.group);
    }
    family.rows.push(at);
    familyOf.push(family);
  });
  $("heads").append(heads);
  $("body").append(...parts);
}

// Sideways the matrix alone scrolls, heads and lines as one.
const sideways = ["heads", "stuck", "body"].map($);
for (const one of sideways)
  one.addEventListener("scroll", () => sideways.forEach((other) => other.scrollLeft !== one.scrollLeft && (other.scrollLeft = one.scrollLeft)), { passive: true });

/** The family that is under the heads has its line there. */
function watchFamilies() {
  if (!$("heads").offsetHeight) return; // hidden, as no case matches
  watching?.disconnect();
  const under = new Set();
  document.documentElement.style.setProperty("--heads-now", `${$("heads").offsetHeight}px`);
  const top = Math.ceil(parseFloat(getComputedStyle($("heads").parentNode).top) + $("heads").offsetHeight);
  watching = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) under[isIntersecting ? "add" : "delete"](families.get(target.dataset.family));
    stick([...under].at(-1) ?? null);
  }, { rootMargin: `-${top}px 0px -${Math.max(innerHeight - top - 1, 0)}px 0px` });
  for (const family of families.values()) watching.observe(family.group);
}

let watching, stuck;

function stick(family = stuck) {
  stuck = family;
  const line = family?.group.firstChild.cloneNode(true);
  if (line) {
    const button = line.querySelector("button");
    button.tabIndex = -1;
    button.addEventListener("click", () => {
      toggleFamily(family);
      family.group.scrollIntoView();
    });
  }
  $("stuck").replaceChildren(...(line ? [line] : []));
  $("stuck").scrollLeft = $("body").scrollLeft;
}

/** The rows of a family are made when they come near, and the others when there is nothing else to do. */
function fill(family) {
  if (family.filled) return;
  family.filled = true;
  near.unobserve(family.group);
  family.group.dataset.filled = "";
  for (const at of family.rows) lines[at] = makeRow(rows[at], at);
  hideRows(family);
  family.group.append(...family.rows.map((at) => lines[at]));
  family.group.style.minHeight = "";
}

const near = new IntersectionObserver((seen) => seen.forEach((one) => one.isIntersecting && fill(families.get(one.target.dataset.family))), { rootMargin: "800px" });

function fillAll() {
  for (const family of families.values()) fill(family);
}

function fillWhenIdle() {
  const later = window.requestIdleCallback ?? ((call) => setTimeout(() => call({ timeRemaining: () => 5 }), 50));
  const left = [...families.values()];
  const go = (deadline) => {
    while (left.length && deadline.timeRemaining() > 4) fill(left.shift());
    if (left.length) later(go);
  };
  later(go);
}

/** The row's element, made if it has to be. */
function lineOf(at) {
  fill(familyOf[at]);
  return lines[at];
}

function makeFamily(name) {
  const button = el("button", { type: "button", "aria-expanded": "true" }, name);
  const head = el("div", { class: "family", role: "row" }, el("div", { role: "rowheader" }, button), el("div", { role: "cell", class: "about-sum sum" }));
  const sums = engines.map(() => el("div", { role: "cell", class: "sum" }));
  head.append(...sums);
  const family = { name, group: el("div", { class: "group", role: "rowgroup", "data-family": name }, head), button, about: head.children[1], sums, rows: [], filled: false };
  near.observe(family.group);
  button.addEventListener("click", () => toggleFamily(family));
  return family;
}

function makeRow(row, at) {
  const short = row[NAME].slice(row[NAME].indexOf("/") + 1);
  const link = el("a", { href: hashOf({ ...state, case: row[NAME], golden: false }), "data-case": at }, short);
  const line = el("div", { class: "row", role: "row", "data-at": at }, el("div", { role: "rowheader", title: row[NAME] }, link), el("div", { role: "cell", class: "about" }, row[ABOUT]));
  for (const index of row[CELLS]) line.append(makeCell(index));
  return line;
}

const TURNED = { better: "▲", worse: "▼", changed: "◆" };
const cellMakers = new Map();

/** One cell is made once; the others like it are copies. */
function makeCell(index) {
  if (index === null) return el("div", { role: "cell", class: "c none" }, "·");
  let made = cellMakers.get(index);
  if (!made) {
    const cell = cells[index];
    const verdict = cell[VERDICT];
    const detail = cell[QUIRKS] || (cell[FIELDS]?.length ? cell[CAUSE] : "") || "";
    const kind = cell[KIND];
    made = el("div", { role: "cell", class: `c ${verdictClass(verdict) || (verdict ? "" : "none")}` }, SHORT[verdict] ?? (verdict || "gone"), cell[TURN] ? el("span", { class: `t k-${cell[TURN]}`, title: `${cell[TURN]} than the release to the left` }, TURNED[cell[TURN]], el("span", { class: "hidden-title" }, cell[TURN])) : "", detail && el("small", {}, detail));
    if (kind && kind !== "same" && kind !== "gone")
      made.append(el("span", { class: `k k-${kind}` }, kind === "changed" && cell[WAS] !== verdict ? `was ${cell[WAS]}` : kind));
    cellMakers.set(index, made);
  }
  return made.cloneNode(true);
}

function toggleFamily(family, closed = !state.closed.has(family.name)) {
  if (closed) state.closed.add(family.name);
  else state.closed.delete(family.name);
  applyFilter();
  writeHash();
}

// ---- The filter. ----

const lower = (text) => String(text).toLowerCase();

/** Terms: word, "two words", key:value, key:"two words", -term. */
function parseFilter(text) {
  const terms = [];
  const unknown = [];
  for (const match of text.matchAll(/(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/giu)) {
    const [whole, minus, key, quoted, plain] = match;
    const value = lower(quoted ?? plain);
    const test = key ? TESTS[lower(key)] : null;
    const values = quoted === undefined ? value.split(",").filter(Boolean) : [value];
    const swap = (old, by) => text.slice(0, match.index) + whole.replace(old, () => by) + text.slice(match.index + whole.length);
    if (test) {
      const wrong = test.names && values.find((one) => !test.knows(one));
      if (wrong) unknown.push({ what: `${lower(key)}:`, wrong, names: test.names, fixed: (by) => swap(plain ?? `"${quoted}"`, (plain ?? quoted).split(",").map((one) => (lower(one) === wrong ? by : one)).join(",")) });
      terms.push({ no: Boolean(minus), cell: test.cell && !(test.row?.(value)), matches: test.make(values) });
    } else if (key) unknown.push({ what: "key ", wrong: key, names: Object.keys(TESTS), fixed: (by) => swap(`${key}:`, `${by}:`) });
    else terms.push({ no: Boolean(minus), cell: false, matches: wordTest(value) });
  }
  return { terms, unknown };
}

/** How many letters are to be changed, left out, or put in. */
function distance(one, other) {
  let last = [...Array(other.length + 1).keys()];
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) next[to] = Math.min(last[to] + 1, next[to - 1] + 1, last[to - 1] + (one[at - 1] !== other[to - 1]));
    last = next;
  }
  return last[other.length];
}

/** Names what the filter doesn't know, and what may have been meant. */
function showUnknown({ what, wrong, names, fixed }) {
  const parts = [`There is no ${what}`, el("code", {}, wrong), " here"];
  const [best] = names.map((name) => [distance(lower(wrong), name), name]).filter(([far, name]) => far <= Math.max(1, Math.min(name.length, wrong.length) / 2)).sort(([one], [other]) => one - other);
  if (best) parts.push(": did you mean ", el("a", { href: hashOf({ q: fixed(/\s/.test(best[1]) ? `"${best[1]}"` : best[1]) }) }, best[1]), "?");
  else parts.push(".");
  if (names.length) parts.push(el("br"), el("small", {}, "There are ", ...names.flatMap((name, at) => [at ? ", " : "", el("code", {}, name)]), "."));
  $("unknown").replaceChildren(...parts);
}

const wordTest = (word) => (row) => row.text.includes(word);
const any = (values, test) => (...given) => values.some((value) => test(value, ...given));
const isRed = (cell) => cell[VERDICT] && !EXPECTED.has(cell[VERDICT]);

const quirkIds = new Set(cells.flatMap((cell) => lower(cell[QUIRKS] ?? "").split(" ")));

const occurring = (at) => [...new Set(cells.map((cell) => cell[at]).filter(Boolean).map(lower))];

// What may be called an engine: a whole name means that one, any other text also a part of one.
const released = engines.map((label, at) => `${kinds[at]}@${label.slice(label.indexOf(" ") + 1)}`);
const engineNames = [...new Set([...kinds, ...ids, ...engines, ...released].map(lower))];
const wholeNames = new Set([...ids, ...engines, ...released].map(lower).filter((name) => !kinds.some((kind) => lower(kind) === name)));

function isEngine(value, at) {
  const name = lower(engines[at]);
  // KIND@RELEASE means any profile, as the time lines do.
  if (wholeNames.has(value)) return [ids[at], engines[at], released[at]].some((one) => lower(one) === value);
  return lower(ids[at]) === value || name.split(" ")[0] === value || lower(kinds[at]) === value || name.startsWith(`${value}:`) || name.startsWith(`${value}#`) || name.replace(" ", "@").startsWith(value);
}

// `names`: all that is known, where it is a closed list; `knows`: whether a text means one of them.
const TESTS = {
  status: {
    cell: true,
    names: ["red", ...[...KNOWN].map(lower)],
    knows: (value) => TESTS.status.names.concat(occurring(VERDICT)).some((name) => name.startsWith(value)),
    make: (values) => any(values, (value, row, cell) => (value === "red" ? isRed(cell) : lower(cell[VERDICT] ?? "").startsWith(value))),
  },
  engine: {
    cell: true,
    names: engineNames,
    knows: (value) => engines.some((name, at) => isEngine(value, at)),
    make: (values) => any(values, (value, row, cell, at) => isEngine(value, at)),
  },
  field: { cell: true, make: (values) => any(values, (value, row, cell) => cell[FIELDS]?.some((field) => lower(field).includes(value))) },
  quirk: {
    cell: true,
    // A whole id means that one, any other text a part of one.
    make: (values) => any(values, (value, row, cell) => lower(cell[QUIRKS] ?? "").split(" ").some((id) => (quirkIds.has(value) ? id === value : id.includes(value)))),
  },
  cause: { cell: true, make: (values) => (row, cell) => lower(cell[CAUSE] ?? "").includes(values.join(",")) },
  is: {
    cell: true,
    names: ["different", "alone", "unlike", ...occurring(KIND)],
    knows: (value) => TESTS.is.names.includes(value),
    row: (value) => value === "different",
    make: (values) => any(values, (value, row, cell) => {
      if (value === "different") return row.different;
      if (value === "unlike") return Boolean(cell[UNLIKE]);
      return value === "alone" ? Boolean(cell[ALONE]) : (cell[KIND] ?? "") === value;
    }),
  },
  since: {
    cell: true,
    names: occurring(TURN),
    knows: (value) => TESTS.since.names.includes(value),
    make: (values) => any(values, (value, row, cell) => (cell[TURN] ?? "") === value),
  },
  vector: {
    make: (values) => any(values, (value, row) => String(row.number) === value || (value.startsWith("0x") && Number(value) === row.number) || row.vector === value || row.vector === `#${value}`),
  },
  tag: { make: (values) => any(values, (value, row) => row.words.includes(value)) },
  family: {
    names: [...new Set(rows.map((row) => lower(row[NAME].split("/")[0])))],
    knows: (value) => TESTS.family.names.includes(value),
    make: (values) => any(values, (value, row) => row.family === value),
  },
};
for (const other of ["env", "id", "needs"]) TESTS[other] = TESTS.tag;

const searched = rows.map((row) => ({
  text: lower(`${row[NAME]} ${row[ABOUT]} ${row[SPEC]} ${row[VECTOR]} ${row[WORDS]}`),
  words: lower(row[WORDS]).split(" "),
  vector: lower(row[VECTOR]),
  number: row[NUMBER],
  family: lower(row[NAME].split("/")[0]),
  different: Boolean(row[DIFFERENT]),
  cells: row[CELLS].map((index) => (index === null ? null : cells[index])),
}));

/** All terms about a cell have to hold for one and the same cell. */
function matches(terms, row) {
  const ofCell = terms.filter((term) => term.cell);
  if (terms.some((term) => !term.cell && term.matches(row, [], -1) === term.no)) return false;
  return !ofCell.length || row.cells.some((cell, at) => cell && ofCell.every((term) => Boolean(term.matches(row, cell, at)) !== term.no));
}

let shown = rows.map((row, at) => at);
let visible = new Set();

function applyFilter() {
  const { terms, unknown } = parseFilter(state.q);
  shown = [];
  rows.forEach((row, at) => {
    if (unknown.length) return;
    if (!terms.length || matches(terms, searched[at])) shown.push(at);
  });
  visible = new Set(shown);
  $("matrix").dataset.q = state.q;
  for (const family of families.values()) {
    const closed = state.closed.has(family.name);
    const mine = family.rows.filter((at) => visible.has(at));
    family.group.hidden = !mine.length;
    if (!mine.length) continue;
    family.button.setAttribute("aria-expanded", String(!closed));
    // Its height while it isn't rendered: a row is as high as it says, and its border.
    const height = `calc(2.1rem + ${closed ? 0 : mine.length} * (var(--row) + 1px))`;
    family.group.style.containIntrinsicSize = `auto none auto ${height}`;
    if (family.filled) hideRows(family);
    else family.group.style.minHeight = height;
    sumUp(family, mine);
  }
  $("shown").textContent = shown.length === rows.length ? `${rows.length} cases` : `${shown.length} of ${rows.length}`;
  $("unknown").replaceChildren();
  if (unknown.length) showUnknown(unknown[0]);
  $("no-match").hidden = unknown.length > 0;
  $("nothing").hidden = shown.length > 0;
  $("matrix").hidden = !shown.length;
  const all = families.size > 0 && state.closed.size >= families.size;
  $("toggle-all").setAttribute("aria-pressed", String(all));
  $("toggle-all").textContent = all ? "Expand all" : "Collapse all";
  if (!visible.has(current)) setCurrent(-1);
  listFamilies();
  stick();
}

/** Where one can go: each family that has something to show, with how much of it is red. */
function listFamilies() {
  $("families").replaceChildren(el("ul", {}, ...[...families.values()].map(({ name, rows: all }) => {
    const mine = all.filter((at) => visible.has(at));
    const red = mine.filter((at) => searched[at].cells.some((cell) => cell && isRed(cell))).length;
    return el("li", {}, el(mine.length ? "a" : "span", { href: mine.length > 0 && hashOf({ ...state, family: name }), "data-family": name }, name), el("span", { class: "dim" }, String(mine.length)), red ? el("b", {}, `${red} red`) : "");
  })));
}

function hideRows(family) {
  const closed = state.closed.has(family.name);
  for (const at of family.rows) lines[at].hidden = closed || !visible.has(at);
}

function sumUp(family, mine) {
  family.about.textContent = `${mine.length} ${mine.length === 1 ? "case" : "cases"}`;
  family.sums.forEach((sum, at) => {
    const told = mine.map((row) => searched[row].cells[at]).filter((cell) => cell?.[VERDICT]);
    const fine = told.filter((cell) => cell[VERDICT] === "PASS").length;
    const red = told.filter(isRed).length;
    sum.replaceChildren(...(told.length ? [`${fine}/${told.length}`, ...(red ? [" ", el("b", {}, `${red} red`)] : [])] : []));
  });
}

// ---- The panel of a case. ----

const packs = new Map();

/** Element `at` of an embedded list. It is in packs of JSON, compressed, that are opened when one is asked for. */
async function unpacked(name, at) {
  const holder = $(name);
  const size = Number(holder.dataset.size);
  const pack = Math.floor(at / size);
  const key = `${name} ${pack}`;
  if (!packs.has(key)) packs.set(key, unpack(holder.textContent.trim().split("\n")[pack]));
  return (await packs.get(key))[at % size];
}

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

const panel = $("panel");
let open = -1;

/** `data-case` names the case that the panel shows, and only while all of it is there. */
async function showCase(at) {
  setCurrent(at);
  if (open === at) {
    showGolden();
    return;
  }
  open = at;
  delete panel.dataset.case;
  const told = await unpacked("panels", at);
  const file = told.file === undefined ? null : await unpacked("sources", told.file);
  if (open !== at) return; // somebody was faster
  panel.replaceChildren(...panelOf(at, told, file));
  panel.scrollTop = 0;
  if (!panel.open) {
    panel.showModal();
    panel.querySelector("h2").focus();
  }
  panel.dataset.case = rows[at][NAME];
  showGolden();
}

function showGolden() {
  if (state.golden && panel.dataset.case === state.case) $("golden")?.scrollIntoView();
}

function closePanel() {
  if (panel.open) panel.close();
  else open = -1;
}

function goTo(at, push = true) {
  state.case = at < 0 ? "" : rows[at][NAME];
  state.golden = false;
  writeHash(push);
  applyCase(at);
}

function applyCase(at) {
  if (at >= 0) showCase(at);
  else closePanel();
}

panel.addEventListener("close", () => {
  const at = open;
  open = -1;
  if (state.case) {
    state.case = "";
    state.golden = false;
    writeHash();
  }
  if (at >= 0) {
    lineOf(at).querySelector("a").focus();
    setCurrent(at);
  }
  delete panel.dataset.case;
});
panel.addEventListener("click", (event) => {
  if (event.target === panel && event.clientX < panel.getBoundingClientRect().left) panel.close();
});

function panelOf(at, told, file) {
  const row = rows[at];
  const at_ = shown.indexOf(at);
  const step = (by, label, text) => {
    const to = shown[at_ + by];
    const button = el("button", { type: "button", "aria-label": label, disabled: at_ < 0 || to === undefined }, text);
    button.addEventListener("click", () => goTo(to, false));
    return button;
  };
  const close = el("button", { type: "button", "aria-label": "Close" }, "✕");
  close.addEventListener("click", () => panel.close());
  const parts = [
    el("header", { class: "panel-head" }, el("h2", { id: "panel-title", tabindex: "-1" }, row[NAME]), el("div", { class: "buttons" }, step(-1, "Previous case", "↑"), step(1, "Next case", "↓"), close)),
    aboutOf(row, told),
    runsOf(row, told),
  ];
  if (told.blocks?.length) parts.push(framesOf(row, told));
  if (told.stacks?.length) parts.push(stacksOf(row, told));
  if (told.switches) parts.push(tasksOf(row, told));
  if (told.v86) parts.push(hereOf(row, told));
  if (told.golden?.length) parts.push(goldenOf(told));
  if (told.code?.length) parts.push(codeOf(told));
  if (file) parts.push(sourceOf(told, file));
  parts.push(serialOf(row, told), commandsOf(row));
  return parts;
}

const section = (title, ...children) => el("section", {}, title && el("h3", {}, title), ...children);

function terms(pairs) {
  const list = el("dl", { class: "meta" });
  for (const [name, value] of pairs) if (value && value.length) list.append(el("dt", {}, name), el("dd", {}, ...[value].flat()));
  return list;
}

function aboutOf(row, told) {
  return section(
    "",
    el("p", { class: "lead" }, row[ABOUT] || "The report says nothing of this case."),
    terms([
      ["Manual", row[SPEC]],
      ["First exception", row[VECTOR]],
      ["Environment", told.env],
      ["Needs", told.needs?.join(", ")],
      ["Tags", told.tags?.join(", ")],
      ["Catalogue", told.ids?.join(", ")],
      ["Golden file", told.golden?.length ? [goldenLink(row, told.where), copyButton(told.where, () => panel.querySelector(".meta .golden-link"))] : told.where],
      ["Note", told.notes?.join(" ")],
      ["Not valid", told.invalid],
      ...(told.choices ?? []).map(([name, because]) => [`Accepted: ${name}`, because]),
    ]),
  );
}

const verdictOf = (verdict) => el("span", { class: `verdict ${verdictClass(verdict)}` }, verdict || "gone");

/** What is known of a quirk, by its engine and id. */
const reasons = new Map([...document.querySelectorAll("[data-quirk]")].map((one) => [one.dataset.quirk, [...one.childNodes].map((part) => part.textContent.trim()).filter(Boolean).join(" · ")]));

function runsOf(row, told) {
  const list = el("ul", { class: "runs" });
  const logs = el("div", { class: "logs" });
  engines.forEach((engine, at) => {
    const cell = row[CELLS][at] === null ? null : cells[row[CELLS][at]];
    if (!cell) return;
    const run = told.runs[at];
    const more = el("span", { class: "more-of-it" });
    if (cell[KIND]) more.append(el("span", { class: `k-${cell[KIND]}` }, cell[WAS] && cell[WAS] !== cell[VERDICT] ? `${cell[KIND]}, was ${cell[WAS]}` : cell[KIND]));
    if (cell[TURN]) more.append(el("span", { class: `k-${cell[TURN]}` }, `${cell[TURN]} since ${engines[at - 1]}`));
    if (run?.message) more.append(el("span", {}, run.message));
    if (run?.accepted) more.append(el("span", {}, `accepted outcome: ${run.accepted}`));
    for (const [field, silicon, actual, because] of run?.unlike ?? []) more.append(el("span", {}, `allowed by the manual, unlike every processor seen: ${field} is ${actual}, on processors ${silicon} (${because})`));
    if (run) more.append(el("span", { class: "dim" }, `${run.end}${run.status ? `, status ${run.status}` : ""}${run.ms === undefined ? "" : `, ${run.ms} ms`}`));
    list.append(el("li", {}, el("span", { class: "who" }, engine), verdictOf(cell[VERDICT]), more));
    if (run?.log) {
      const log = el("pre", { class: "code", tabindex: "0", "aria-label": `What ${engine} printed` });
      log.append(...run.log.map((text) => el("div", {}, "  ", text)));
      logs.append(el("details", { class: "sheet" }, el("summary", {}, `What ${engine} itself printed`), log));
    }
  });
  return section("Verdicts", list, quirksOf(row), logs.firstChild ? logs : "");
}

/** Each quirk once: its name, where it shows, and the reason. */
function quirksOf(row) {
  const found = new Map();
  row[CELLS].forEach((index, at) => {
    for (const id of (index === null ? "" : (cells[index][QUIRKS] ?? "")).split(" ").filter(Boolean)) {
      const key = `${kinds[at]} ${id}`;
      if (!found.has(key)) found.set(key, { id, shows: [], gone: [] });
      found.get(key)[cells[index][VERDICT] === "FIXED" ? "gone" : "shows"].push(engines[at]);
    }
  });
  if (!found.size) return "";
  const items = [...found].map(([key, { id, shows, gone }]) =>
    el("li", {}, el("a", { class: "quirk-name", href: `#q=${encodeURIComponent(`quirk:${id}`)}` }, id), el("span", { class: "dim" }, [together(shows), gone.length && `not on ${together(gone)} any more`].filter(Boolean).join("; ")), reasons.has(key) ? el("p", { class: "reason" }, reasons.get(key)) : ""));
  return el("ul", { class: "quirks", "aria-label": "Quirks" }, ...items);
}

/** qemu 7.2, 10.0, bochs 2.7 */
function together(labels) {
  const said = new Map();
  for (const label of labels) {
    const [name, version = ""] = label.split(/ (.*)/);
    said.set(name, [...(said.get(name) ?? []), version]);
  }
  return [...said].map(([name, versions]) => `${name} ${versions.join(", ")}`.trim()).join(", ");
}

// ---- The frames, field by field. ----

const ran = (row) => engines.map((name, at) => [name, at]).filter(([, at]) => row[CELLS][at] !== null && cells[row[CELLS][at]][VERDICT]);
const goldenLabel = (name) => (name ? `Manual: ${name}` : "Manual");

function framesOf(row, told) {
  const goldens = told.goldens.length;
  const columns = ran(row);
  const parts = [];
  for (const block of told.blocks) {
    const title = block.name ? block.name[0].toUpperCase() + block.name.slice(1) : "End of the run";
    const head = el("tr", {}, el("th", { scope: "col" }, "Field"));
    told.goldens.forEach((name) => head.append(el("th", { scope: "col" }, goldenLabel(name))));
    columns.forEach(([name]) => head.append(el("th", { scope: "col" }, name)));
    const body = el("tbody");
    for (const [field, ...given] of block.rows) {
      const line = el("tr", {}, el("th", { scope: "row" }, field));
      given.forEach((cell, at) => line.append(at < goldens ? goldenCell(cell) : engineCell(cell)));
      body.append(line);
    }
    const table = el("table", { class: "frame", "aria-label": title }, el("thead", {}, head), body);
    parts.push(el("h4", {}, title), el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `${title}, field by field` }, table));
  }
  const key = el("p", { class: "dim" }, goldens ? "Names first, raw values below. ✗ differs from the manual, ~ differs as a quirk records, hatched is not compared." : "There is no golden file: nothing was compared.");
  return section("What was pushed, and what the handler found", key, ...parts);
}

function goldenCell(cell) {
  if (!cell) return el("td", { class: "golden" });
  if (typeof cell === "string") cell = [cell];
  const [text = "", raw, meaning, mask, because] = cell;
  const made = el("td", { class: `golden${mask || because || text === "any" ? " masked" : ""}` }, el("span", {}, text));
  if (raw) made.append(el("small", {}, raw));
  if (meaning) made.append(el("small", { class: "bits" }, meaning));
  if (mask) made.append(el("small", {}, mask));
  if (because) made.append(el("small", { class: "because" }, `because ${because}`));
  return made;
}

function engineCell(cell) {
  if (!cell) return el("td", {}, el("span", { class: "dim" }, "–"));
  if (typeof cell === "string") cell = [cell];
  const [text = "", raw, meaning, flags = 0] = cell;
  const made = el("td", { class: flags & DIFFERS ? "differs" : flags & QUIRK ? "quirk" : null }, el("span", {}, text));
  if (flags & DIFFERS) made.firstChild.append(el("span", { class: "hidden-title" }, " (differs)"));
  if (flags & QUIRK) made.firstChild.append(el("span", { class: "hidden-title" }, " (a known quirk)"));
  if (flags & MINORITY) made.append(el("span", { class: "minority" }, "minority"));
  if (raw) made.append(el("small", {}, raw));
  if (meaning) made.append(el("small", { class: "bits" }, meaning));
  return made;
}

// ---- The stack. ----

function stacksOf(row, told) {
  const names = (who) => who.map((at) => (at < 0 ? goldenLabel(told.goldens[-1 - at]) : ran(row)[at]?.[0] ?? "")).join(", ");
  const pictures = el("div", { class: "pictures" });
  for (const picture of told.stacks) {
    const many = told.stacks.some((other) => other.frame > 1);
    const caption = `${many ? `Frame ${picture.frame}: ` : ""}${names(picture.who)}`;
    pictures.append(el("figure", {}, el("figcaption", {}, caption), el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `Stack, ${caption}` }, draw(picture, caption))));
  }
  return section("The stack as the handler found it", pictures);
}

// ---- The tasks, where a block shows them otherwise than the one before. ----

function tasksOf(row, told) {
  const pictures = el("div", { class: "pictures" });
  for (const picture of told.switches) {
    const block = picture.block === "final" ? "At the end" : `F${picture.block.slice(1)}`;
    const caption = `${block}: ${picture.who.map((at) => ran(row)[at]?.[0] ?? "").join(", ")}`;
    const made = el("figure", {}, el("figcaption", {}, caption));
    for (const { name, runs, rows } of picture.tasks) {
      const title = runs ? `${name}, which runs now` : name;
      const head = el("tr", {}, el("th", { scope: "col" }, title), el("th", { scope: "col" }, "before"), el("th", { scope: "col" }, "now"));
      const body = el("tbody");
      for (const [field, before, now] of rows) body.append(el("tr", {}, el("th", { scope: "row" }, field), el("td", {}, before), el("td", {}, now)));
      made.append(el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `Task ${name}, ${caption}` }, el("table", { class: "frame", "aria-label": `Task ${name}, ${caption}` }, el("thead", {}, head), body)));
    }
    pictures.append(made);
  }
  return section("What changed in the TSSs", pictures);
}

// ---- A run in this browser, where the report has v86 beside it. ----

function hereOf(row, told) {
  const title = `Run it in this browser, on ${data.v86}`;
  if (location.protocol === "file:") return section(title, el("p", {}, "A page that is opened as a file can’t fetch v86. Serve its folder, and open it from there: ", el("code", {}, "python3 -m http.server"), ", then ", el("code", {}, "http://localhost:8000/"), "."));
  const button = el("button", { type: "button" }, "Boot the ROM");
  const place = el("div", { class: "here" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    delete place.dataset.verdict;
    try {
      const { runHere } = await import(new URL("v86/run.mjs", location.href));
      await runHere(row[NAME], told.v86, data.v86, place, { el, draw, verdictOf });
    } catch (error) {
      place.replaceChildren(el("p", { role: "status" }, `That failed: ${error.message}`));
    }
    button.disabled = false;
  });
  return section(title, el("p", { class: "boot" }, button, el("span", { class: "dim" }, "A new machine each time; nothing leaves your computer.")), place);
}

// ---- Code, source, serial line, commands. ----

function codeOf(told) {
  const list = el("pre", { class: "code", tabindex: "0", "aria-label": "Disassembly" });
  for (const [label, address, code, text] of told.code)
    list.append(el("div", { class: label.split(", ").includes("fault") ? "fault" : null }, el("span", { class: "label" }, label && `${label}:`), el("span", {}, address), el("span", { class: "bytes" }, code), text));
  return section("The program under test", list);
}

const TOKEN = /(\/\*[\s\S]*?(?:\*\/|$)|\/\/.*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\b(static|void|const|volatile|struct|enum|union|if|else|for|while|return|switch|case|break|continue|bool|char|int|unsigned|long|uint\d+_t|uintptr_t|sizeof|NULL|true|false|CASE|VARIANTS|VARIANT|FAULT|FAULT32|PROGRAM|PROGRAM32|MARK|HANDLER)\b|(\b(?:0x[0-9a-fA-F]+|\d+)[uUlL]*\b)/g;

/** The lines of a C text as lists of spans; a comment may go on over several lines. */
function coloured(text) {
  const lines = [[]];
  const add = (part, kind) => part.split("\n").forEach((piece, n) => {
    if (n) lines.push([]);
    if (piece) lines.at(-1).push(kind ? el("span", { class: `t-${kind}` }, piece) : piece);
  });
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    add(text.slice(at, match.index), "");
    add(match[0], match[1] ? "comment" : match[2] ? "string" : match[3] ? "word" : "number");
    at = match.index + match[0].length;
  }
  add(text.slice(at), "");
  return lines;
}

function goldenLink(row, text) {
  const link = el("a", { class: "golden-link", href: hashOf({ case: row[NAME], golden: true }) }, text);
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    state.golden = true;
    writeHash();
    showGolden();
  });
  return link;
}

/** The section of the golden file, with the numbers that its lines have there. */
function goldenOf(told) {
  const first = Number(told.where.split(":")[1]);
  const list = el("pre", { class: "code", tabindex: "0", "aria-label": told.where });
  told.golden.forEach((text, n) => {
    const at = text.indexOf("#");
    const parts = at < 0 ? [text] : [text.slice(0, at), el("span", { class: "t-comment" }, text.slice(at))];
    list.append(el("div", {}, el("span", { class: "n", "aria-hidden": "true" }, String(first + n)), ...parts));
  });
  const made = section(`Golden file: ${told.where}`, list);
  made.id = "golden";
  return made;
}

function sourceOf(told, file) {
  const list = el("pre", { class: "code", tabindex: "0", "aria-label": file.name });
  coloured(file.lines.join("\n")).forEach((parts, n) => {
    const mine = told.variant && file.lines[n].includes(`"${told.variant}"`);
    list.append(el("div", { class: mine ? "mine" : null }, el("span", { class: "n", "aria-hidden": "true" }, String(n + 1)), ...parts));
  });
  const made = section(`Source: ${file.name}`, list);
  if (told.variant) requestAnimationFrame(() => {
    const mine = list.querySelector(".mine");
    if (mine) list.scrollTop = mine.offsetTop - list.offsetTop - 80;
  });
  return made;
}

function serialOf(row, told) {
  const sheets = ran(row).map(([name], at) => {
    const list = el("pre", { class: "code", tabindex: "0", "aria-label": `Serial line of ${name}` });
    const others = told.serial.texts.filter((text, n) => n !== at);
    for (const number of told.serial.texts[at] ?? []) {
      const own = others.length > 0 && others.every((text) => !text.includes(number));
      list.append(el("div", { class: own ? "mine" : null }, "  ", told.serial.lines[number]));
    }
    return el("details", { class: "sheet" }, el("summary", {}, name), list);
  });
  return section("Serial line", el("p", { class: "dim" }, "What the guest sent. Lines that no other engine's run has are marked."), ...sheets);
}

function commandsOf(row) {
  const parts = ran(row).map(([, at]) => command(`./runner.py run ${row[NAME]} -e ${ids[at].replace(/#.*/, "")}`));
  return section("Run it again", ...new Map(parts.map((part) => [part.textContent, part])).values(), el("p", { class: "dim" }, "With -n it prints the emulator's own command line instead, and writes the files that the line names."));
}

function command(text) {
  const code = el("code", {}, text);
  return el("div", { class: "copy" }, code, copyButton(text, () => code));
}

/** Copies the text, or selects where it stands. */
function copyButton(text, where) {
  const button = el("button", { type: "button", "aria-label": `Copy: ${text}` }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(where());
      button.textContent = "Selected";
    }
  });
  return button;
}

// ---- Mouse and keys. ----

// Where a link filters the matrix, the matrix is what one wants to see.
addEventListener("click", (event) => {
  if (event.target.closest?.('main a[href^="#q="]')) $("matrix-section").scrollIntoView();
});

function setCurrent(at) {
  lines[current]?.classList.remove("current");
  current = at;
  if (at >= 0) lineOf(at).classList.add("current");
}

function move(by) {
  const reachable = panel.open ? shown : shown.filter((at) => !state.closed.has(familyOf[at].name));
  if (!reachable.length) return;
  const at = reachable.indexOf(current);
  const to = reachable[Math.min(Math.max(at < 0 ? (by > 0 ? 0 : reachable.length - 1) : at + by, 0), reachable.length - 1)];
  if (panel.open) goTo(to, false);
  else {
    setCurrent(to);
    lines[to].querySelector("a").focus({ preventScroll: true });
    lines[to].scrollIntoView({ block: "nearest" });
  }
}

$("matrix").addEventListener("click", (event) => {
  const line = event.target.closest(".row");
  if (!line || event.metaKey || event.ctrlKey || event.shiftKey || getSelection().toString()) return;
  event.preventDefault();
  goTo(Number(line.dataset.at));
});
$("matrix").addEventListener("focusin", (event) => {
  const line = event.target.closest(".row");
  if (line) setCurrent(Number(line.dataset.at));
});

let waiting = 0;
$("filter").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    state.q = $("filter").value.trim();
    state.family = "";
    applyFilter();
    writeHash();
  }, 60);
});
$("clear").addEventListener("click", () => {
  state.q = state.family = $("filter").value = "";
  applyFilter();
  writeHash();
  $("filter").focus();
});
$("toggle-all").addEventListener("click", () => {
  state.closed = state.closed.size >= families.size ? new Set() : new Set(families.keys());
  applyFilter();
  writeHash();
});
$("theme").addEventListener("click", () => {
  state.theme = { "": "light", light: "dark", dark: "" }[state.theme];
  writeHash();
  applyState();
});
document.querySelectorAll("[data-fold]").forEach((fold) => fold.addEventListener("toggle", () => {
  state.open[fold.open ? "add" : "delete"](fold.dataset.fold);
  writeHash();
}));
$("families").addEventListener("beforetoggle", () => {
  if ($("families-button").getBoundingClientRect().bottom > innerHeight / 2) $("matrix-section").scrollIntoView();
  const { bottom } = $("families-button").getBoundingClientRect();
  $("families").style.top = `${bottom + 6}px`;
  $("families").style.maxHeight = `calc(100dvh - ${bottom + 18}px)`;
});
$("families").addEventListener("toggle", (event) => event.newState === "open" && $("families").querySelector("a")?.focus());
$("families").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  $("families").hidePopover();
  state.family = link.dataset.family;
  state.closed.delete(state.family);
  applyFilter();
  writeHash();
  bringIntoView();
  families.get(state.family).button.focus({ preventScroll: true });
});
$("help-button").addEventListener("click", () => $("help").showModal());
document.querySelectorAll(".all-rows").forEach((button) => button.addEventListener("click", () => {
  button.closest(".lives").classList.add("all");
  button.parentNode.remove();
}));
$("more-causes")?.addEventListener("click", (event) => {
  document.querySelector(".causes").classList.add("all");
  event.target.parentNode.remove();
});

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  "/": () => {
    if (!panel.open) $("filter").focus();
  },
  "?": () => {
    if (!panel.open) $("help").showModal();
  },
  f: () => {
    if (!panel.open) $("families").togglePopover();
  },
  x: () => {
    if (current >= 0 && !panel.open) toggleFamily(familyOf[current]);
  },
};

addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || $("help").open) return;
  if (event.target === $("filter")) {
    if (event.key === "Escape") {
      event.preventDefault(); // a browser empties a search field, and the matrix would stay filtered
      $("filter").blur();
    }
    if (event.key === "Enter" || event.key === "ArrowDown") move(1);
    return;
  }
  if (event.key === "Enter" && event.target === document.body && current >= 0) goTo(current);
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

// On paper everything is there.
addEventListener("beforeprint", () => {
  fillAll();
  document.querySelectorAll("details").forEach((one) => (one.open = true));
});

readHash();
buildMatrix();
document.querySelectorAll("[data-grow]").forEach((part) => (part.style.flexGrow = part.dataset.grow));

if (families.size < 2) $("families-button").hidden = true;
$("legend").querySelectorAll("[data-turn]").forEach((one) => (one.hidden = !cells.some((cell) => cell[TURN] === one.dataset.turn)));
if (!rows.some((row) => row[CELLS].includes(null))) $("legend-none").hidden = true;
applyState();
watchFamilies();
bringIntoView();
new ResizeObserver(watchFamilies).observe($("heads"));
addEventListener("resize", watchFamilies);
document.documentElement.dataset.ready = "";
fillWhenIdle();
