// Elements, and the stack drawn as in the manual's figures: high addresses above, a byte always as high.

/** An element with attributes, then its children: strings become text. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

const BYTE = 3.25, SLOT = 8 * BYTE, LEFT = 64, WIDTH = 220;

function svg(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** As many of the recorded words as there is something to see: short ones have many that nobody wrote to. */
function shownSlots({ slots, word, top = 0, old = 0 }) {
  const own = slots.findLastIndex(([name, text]) => name || text !== "a5…") + 1;
  return slots.slice(0, Math.max(8, own + 2, Math.ceil(top / word), Math.ceil(old / word)));
}

function draw(given, caption) {
  const word = given.word ?? 8; // bytes
  const picture = { ...given, word, slots: shownSlots({ ...given, word }) };
  const byte = SLOT / word;
  const sp = picture.pointer ?? "RSP";
  const slots = picture.slots.length * word;
  const near = [picture.top, picture.old].filter((at) => at !== undefined && at >= 0 && at <= slots + 64);
  const high = Math.max(slots, ...near);
  const y = (offset) => 14 + (high - offset) * byte;
  const [width, height] = [LEFT + WIDTH + 150, y(0) + 34];
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${caption}: ${picture.slots.filter(([name]) => name).map(([name, text]) => `${name} ${text}`).join(", ")}, ${sp} ${picture.rsp}` });
  root.append(svg("defs", {}, svg("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, svg("line", { x1: 0, y1: 0, x2: 0, y2: 6, class: "hatch" }))));
  const words = picture.slots.filter(([name]) => name).length;
  const old = picture.old;
  picture.slots.forEach(([name, text], at) => {
    const odd = picture.wrong?.includes(name) ? "odd" : picture.known?.includes(name) ? "known" : "";
    const gap = !name && old !== undefined && at * word < old;
    root.append(svg("rect", { x: LEFT, y: y((at + 1) * word), width: WIDTH, height: SLOT, class: odd || (name ? "pushed" : gap ? "gap" : "") }));
    root.append(svg("text", { x: LEFT - 8, y: y(at * word) - SLOT / 2 + 4, "text-anchor": "end", class: "small" }, `+0x${(at * word).toString(16)}`));
    const cut = text.length > 24 ? `${text.slice(0, 23)}…` : text;
    if (name) root.append(svg("text", { x: LEFT + 8, y: y(at * word) - SLOT / 2 + 4, class: odd }, name.toUpperCase()));
    root.append(svg("text", { x: LEFT + WIDTH - 8, y: y(at * word) - SLOT / 2 + 4, "text-anchor": "end", class: odd || (name ? "" : "small") }, cut));
  });
  if (high > slots) root.append(svg("rect", { x: LEFT, y: y(high), width: WIDTH, height: (high - slots) * byte, class: "gap" }));
  const pointers = new Map([[0, [`${sp} in the handler`]]]);
  if (old !== undefined && old >= 0 && old <= high) pointers.set(old, [...(pointers.get(old) ?? []), `${sp} before`]);
  if (picture.top !== undefined && picture.top >= 0 && picture.top <= high) pointers.set(picture.top, [...(pointers.get(picture.top) ?? []), `top of ${picture.stack}`]);
  for (const [offset, texts] of pointers) {
    const at = y(offset);
    root.append(svg("path", { class: "arrow", d: `M${LEFT + WIDTH + 24} ${at}H${LEFT + WIDTH + 3}m6 -4l-6 4l6 4` }));
    texts.forEach((text, n) => root.append(svg("text", { x: LEFT + WIDTH + 29, y: at + 4 + (offset === 0 ? n : n - (texts.length - 1)) * 13, class: "pointer" }, text)));
  }
  root.append(svg("text", { x: LEFT, y: y(0) + 16, class: "small" }, `${picture.rsp}  ${picture.raw === picture.rsp ? "" : picture.raw}`));
  root.append(svg("text", { x: LEFT, y: y(0) + 30, class: "small" }, `${words || "no"} ${words === 1 ? "word" : "words"} pushed`));
  return root;
}

