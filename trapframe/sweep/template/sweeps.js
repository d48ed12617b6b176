// The map of a sweep on an engine: two axes, and the share of states that differ. Every text becomes a text node.

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const packed = $("tables").textContent.trim().split("\n");
const THEMES = ["", "light", "dark"];
const chosen = { sweep: "", engine: "", rows: "", columns: "", theme: "" };
const unpacked = new Map();

function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/** The tables of the chosen sweep and engine, one for each two axes. */
function tablesOf(sweep, engine) {
  let at = sweep.engines.indexOf(engine);
  for (const one of data) {
    if (one === sweep) break;
    at += one.engines.length;
  }
  if (!unpacked.has(at)) unpacked.set(at, unpack(packed[at]));
  return unpacked.get(at);
}

const placeOf = (count, a, b) => (a * (2 * count - a - 1)) / 2 + b - a - 1;

/** [compared, differing] of two values, whichever axis comes first in the sweep. */
function cellsOf(sweep, tables, rows, columns) {
  const turned = rows > columns;
  const [a, b] = turned ? [columns, rows] : [rows, columns];
  const table = tables[placeOf(sweep.axes.length, a, b)];
  const width = sweep.axes[b].values.length;
  return (row, column) => {
    const at = 2 * (turned ? column * width + row : row * width + column);
    return [table[at], table[at + 1]];
  };
}

/** How unlike the shares of an axis's values are. */
function spread(sweep, tables, axis) {
  const other = axis ? 0 : 1;
  const cell = cellsOf(sweep, tables, axis, other);
  const shares = sweep.axes[axis].values.map((_, value) => {
    let compared = 0, differ = 0;
    sweep.axes[other].values.forEach((_, column) => {
      const [all, some] = cell(value, column);
      compared += all;
      differ += some;
    });
    return compared ? differ / compared : 0;
  });
  return Math.max(...shares) - Math.min(...shares);
}

function fillSelect(id, values) {
  const wanted = values.includes(chosen[id]) ? chosen[id] : values[0];
  $(id).replaceChildren(...values.map((value) => el("option", { value }, id === "rows" || id === "columns" ? value.toLowerCase() : value)));
  $(id).value = chosen[id] = wanted;
}

async function show() {
  fillSelect("sweep", data.map((one) => one.name));
  const sweep = data.find((one) => one.name === chosen.sweep);
  fillSelect("engine", sweep.engines);
  const tables = await tablesOf(sweep, chosen.engine);
  const names = sweep.axes.map((one) => one.name);
  if (tables.length) {
    const order = names.map((_, at) => at).sort((a, b) => spread(sweep, tables, b) - spread(sweep, tables, a) || a - b);
    if (!names.includes(chosen.rows)) chosen.rows = names[order.find((at) => names[at] !== chosen.columns)];
    if (!names.includes(chosen.columns) || chosen.columns === chosen.rows) chosen.columns = names[order.find((at) => names[at] !== chosen.rows)];
  }
  fillSelect("rows", names);
  fillSelect("columns", names.filter((name) => name !== chosen.rows));
  draw(sweep, tables, names.indexOf(chosen.rows), names.indexOf(chosen.columns));
  document.documentElement.dataset.theme = chosen.theme;
  $("theme").lastElementChild.textContent = { "": "Auto", light: "Light", dark: "Dark" }[chosen.theme];
  history.replaceState(null, "", `#${new URLSearchParams(Object.entries(chosen).filter(([, value]) => value))}`);
  document.documentElement.dataset.ready = "";
}

function draw(sweep, tables, rows, columns) {
  if (!tables.length) {
    $("said").textContent = "There are no counts of pairs for this engine.";
    $("map").replaceChildren();
    return;
  }
  const cell = cellsOf(sweep, tables, rows, columns);
  const [down, right] = [sweep.axes[rows], sweep.axes[columns]];
  let compared = 0, differ = 0;
  const lines = down.values.map((value, row) => el("tr", {}, el("th", { scope: "row" }, value), ...right.values.map((_, column) => {
    const [all, some] = cell(row, column);
    compared += all;
    differ += some;
    if (!all) return el("td", { class: "none", title: "no state was compared" }, "–");
    const share = some / all;
    const heat = some ? 1 + (share > 0.1) + (share > 0.4) + (share > 0.8) : 0;
    return el("td", { class: `h${heat}`, title: `${some} of ${all} states differ` }, some ? `${share < 0.01 ? "<1" : Math.round(100 * share)} %` : "0");
  })));
  const head = el("tr", {}, el("td", { class: "none" }), ...right.values.map((value) => el("th", { scope: "col" }, value)));
  const table = el("table", { class: "map" }, el("caption", { class: "hidden-title" }, `${down.name} by ${right.name}`), el("thead", {}, head), el("tbody", {}, ...lines));
  $("map").replaceChildren(table);
  $("said").textContent = `${differ} of ${compared} states differ: ${down.name.toLowerCase()} downwards, ${right.name.toLowerCase()} to the right; each cell is over all values of the other axes.`;
}

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  if (![...hash.keys()].some((key) => key in chosen)) return false;
  for (const key of Object.keys(chosen)) chosen[key] = hash.get(key) ?? "";
  if (!THEMES.includes(chosen.theme)) chosen.theme = "";
  return true;
}

for (const id of ["sweep", "engine", "rows", "columns"])
  $(id).addEventListener("change", () => {
    if (id === "columns" || id === "engine") chosen[id] = $(id).value;
    else if (id === "rows") [chosen.columns, chosen.rows] = [chosen.columns === $(id).value ? chosen.rows : chosen.columns, $(id).value];
    else Object.assign(chosen, { sweep: $(id).value, rows: "", columns: "" });
    show();
  });
$("turn").addEventListener("click", () => {
  [chosen.rows, chosen.columns] = [chosen.columns, chosen.rows];
  show();
});
$("theme").addEventListener("click", () => {
  chosen.theme = THEMES[(THEMES.indexOf(chosen.theme) + 1) % THEMES.length];
  show();
});
addEventListener("hashchange", () => {
  if (readHash()) show();
});
readHash();
show();
