// What a golden file requires of a record: trapframe/truth/wants.py does the same for the runner.

import { before, fieldsOf, isSelector, loadedBy, patternOf, registersOf, resolveAddress, resolveSelector, running, text, unitOf } from "./facts.mjs";

const PATTERNS = [2, 4, 8].map((size) => text(patternOf(size)));
const WORDS = ["any", "none", "kept", "overwritten"];
const ALL = (1n << 64n) - 1n;

const lastOf = (name) => name.slice(name.lastIndexOf(".") + 1);
const blockOf = (name) => name.split(".")[0];
const isFrame = (name) => name.startsWith("frame ");

/** `fields`: name, text and mask of each line of an outcome; `gprs kept` is one for each register that has none of its own. */
export function expand(fields, record, names, tables) {
  const said = new Map(fields.map((field) => [field[0], field]));
  const wants = new Map();
  for (const [name, value, mask] of fields) {
    const members = membersOf(name, record, tables);
    if (members) for (const full of members) wants.set(full, want(full, said.get(full) ?? [full, value, mask], record, names, tables));
    else if (value && !wants.has(name)) wants.set(name, want(name, [name, value, mask], record, names, tables));
  }
  return wants;
}

/** The fields that one line stands for. */
function membersOf(name, record, tables) {
  const block = name.slice(0, name.lastIndexOf("."));
  if (!block) return null;
  const groups = {
    gprs: () => record.env.gprs.map((one) => `${block}.gpr.${one}`),
    segments: () => record.env.segments.map((one) => `${block}.segment.${one}`),
    tasks: () => record.tasks.flatMap((task) => Object.keys(fieldsOf(task, tables)).map((field) => `${block}.task.${task.name}.${field}`)),
  };
  return groups[lastOf(name)]?.() ?? null;
}

const both = (mask, other) => (mask === null ? other : other === null ? mask : mask & other);

function want(name, [, said, given], record, names, tables) {
  let mask = given === null ? null : BigInt(given);
  const last = lastOf(name);
  const isRegister = last === "cr2" || name.includes(".gpr.") || name.includes(".segment.") || last === "cr3" && !name.includes(".task.");
  if (said === "kept" && isRegister && !record.tasks.length) return { text: said, value: record.start[last] ?? null, mask };
  if (record.tasks.length && name.endsWith(".handler.esp")) mask = both(mask, loaded(record, blockOf(name), tables).edi?.[1] ?? null);
  if (said === "kept" && (isRegister || name.includes(".task."))) {
    const [value, bits] = last === "cr3" && isRegister ? [ofCr3(name, record, tables), null] : asBefore(name, record, tables);
    return { text: said, value, mask: both(mask, bits) };
  }
  const isWord = name.startsWith("memory.") || !name.startsWith("value.") && ["interrupts", "stack", "end"].includes(last);
  if (WORDS.includes(said) || isWord) return { text: said, value: said, mask };
  if (said.startsWith("0x") && !said.includes(" ")) return { text: said, value: BigInt(said), mask };
  if (isFrame(name) && name.endsWith(".above")) {
    const unit = unitOf(record, blockOf(name), tables);
    return { text: said, value: said.split(" ").map((word) => aboveWord(names, word, unit)).join(" "), mask: null };
  }
  if (isSelector(name, tables)) return { text: said, value: resolveSelector(names, said), mask };
  const address = resolveAddress(names, said);
  return { text: said, value: address === null ? null : address - (names.bases[name] ?? 0n), mask };
}

/** One of the words above a frame: the stack's pattern, an address, a selector, or whatever is there. */
function aboveWord(names, word, unit) {
  if (word === "any") return word;
  if (word === "pattern") return text(patternOf(unit));
  const found = /^0x|[+-]/.test(word) ? resolveAddress(names, word) : resolveSelector(names, word);
  return found === null ? word : text(found);
}

/** What `kept` says of registers in this block, and which bits of it: of the task that runs there. */
function loaded(record, block, tables) {
  const { tr } = registersOf(record, block);
  const task = record.tasks.length && tr !== undefined && tr !== record.start.tr && running(before(record, block), tr);
  return task ? loadedBy(task, tables) : {};
}

/** A register as at the start, or as the running task's TSS has it; a task as the block before. */
function asBefore(name, record, tables) {
  const [block, word, ...rest] = name.split(".");
  const field = lastOf(name);
  if (word === "task") {
    const task = before(record, block).find((one) => one.name === rest.slice(0, -1).join("."));
    return [(task && fieldsOf(task, tables)[field]) ?? null, null];
  }
  return loaded(record, block, tables)[field] ?? [record.start[field] ?? null, null];
}

/** That of the running task's TSS, or of the first one's where it has none: no MOV changed it. */
function ofCr3(name, record, tables) {
  const block = blockOf(name);
  const tasks = before(record, block);
  const found = [registersOf(record, block).tr ?? record.start.tr, record.start.tr].map((tr) => running(tasks, tr)).filter(Boolean);
  return found.map((task) => fieldsOf(task, tables).cr3).find((cr3) => cr3 !== undefined) ?? null;
}

/** Whether the fact, if there is one, is what is wanted. */
export function matches(wanted, fact) {
  if (fact === undefined || wanted === undefined) return fact === wanted;
  if (wanted.text === "any") return true;
  if (typeof wanted.value === "bigint" && typeof fact === "bigint") return ((wanted.value ^ fact) & (wanted.mask ?? ALL)) === 0n;
  if (typeof wanted.value === "string" && typeof fact === "string" && wanted.value.split(" ").includes("any")) {
    const words = wanted.value.split(" ");
    if (fact === "kept") return words.every((word) => word === "any" || PATTERNS.includes(word));
    const came = fact.split(" ");
    return words.length === came.length && words.every((word, n) => word === "any" || word === came[n]);
  }
  return wanted.value === fact;
}

/** What differs from the nearest of the outcomes, each with what was wanted. */
export function compare(outcomes, facts, record, names, tables) {
  const compared = outcomes.map(({ name, fields }) => {
    const wants = expand(fields, record, names, tables);
    const differing = [...new Set([...wants.keys(), ...facts.keys()])].filter((one) => !matches(wants.get(one), facts.get(one)));
    return { name, wants, said: new Set(fields.map(([one]) => one)), differing: folded(differing, wants, facts, record.env) };
  });
  const distance = ({ differing }) => [differing.some(isOutcome), differing.some((name) => name.endsWith(`.${record.env.ip}`) && name.split(".").length === 2), differing.length].map(Number);
  return compared.reduce((best, one) => (less(distance(one), distance(best)) ? one : best));
}

const less = (one, other) => {
  const at = one.findIndex((value, n) => value !== other[n]);
  return at >= 0 && one[at] < other[at];
};

/** Whether a difference in this field is another outcome, not another value. */
export const isOutcome = (name) => name === "end" || isFrame(name) && (name.endsWith(".vector") || !name.includes("."));

/** A frame that is missing, or that nobody expected, is one difference. */
function folded(fields, wants, facts, env) {
  return [...new Set(fields.map((name) => {
    const block = blockOf(name);
    if (block === name || !isFrame(block) && block !== "final") return name;
    const sign = `${block}.${block === "final" ? env.flags : "vector"}`;
    return facts.has(sign) === wants.has(sign) ? name : block;
  }))];
}
