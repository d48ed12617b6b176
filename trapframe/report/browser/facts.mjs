// What a record shows, by the names of a golden file's fields: trapframe/frames/ does the same for the runner.
// `tables` has its constants, so that none stands here twice.

const RPL = 3n;
const TASK_GATE = 5n, GATES_16 = [6n, 7n];
const VM = 1n << 17n;
const PATTERN_BYTE = 0xa5;
const NEAR = 15n, ABOVE = 64n; // bytes behind a label that carry its name; above a stack's top that belong to it
const LOW = 0xffffn;

const modulo = (value, bits) => BigInt.asUintN(bits, value);
export const text = (value) => `0x${value.toString(16)}`;
export const patternOf = (size) => BigInt(`0x${PATTERN_BYTE.toString(16).repeat(size)}`);
const handlerSp = (env) => env.handler_sp || env.sp;

// ---- Tasks. ----

const isShort = (task) => task.words.length === 11;

/** All fields of its TSS, and its type. */
export function fieldsOf(task, { tasks }) {
  const found = { type: task.type };
  for (const [name, [at, size]] of Object.entries(isShort(task) ? tasks.fields16 : tasks.fields32)) {
    const word = task.words[at >> 2] >> BigInt(8 * (at & 3));
    found[name] = modulo(word, 8 * size);
  }
  return found;
}

/** Where the task goes on, by the names of a frame's fields. */
function interruptedAt(task, tables) {
  const known = fieldsOf(task, tables);
  const { cs, ss } = known;
  return isShort(task) ? { eip: known.ip, cs, eflags: known.flags, esp: known.sp, ss } : { eip: known.eip, cs, eflags: known.eflags, esp: known.esp, ss };
}

/** The registers that a switch to the task loads, and which of their bits the TSS decides; null: all. */
export function loadedBy(task, tables) {
  const known = fieldsOf(task, tables);
  const found = {};
  for (const [name, short] of Object.entries(tables.tasks.registers16)) found[name] = isShort(task) ? [known[short], LOW] : [known[name], null];
  for (const name of ["ds", "es", "fs", "gs"]) found[name] = !isShort(task) || name < "f" ? [known[name], null] : [0n, 0n];
  return found;
}

/** The tasks as the block before this one shows them. */
export function before(record, block) {
  const earlier = block === "final" ? record.frames : record.frames.slice(0, Number(block.slice(6)) - 1);
  return earlier.length ? earlier.at(-1).tasks : record.tasks;
}

/** The task that the task register, or a link, names; with any RPL. */
export const running = (tasks, selector) => tasks.find((task) => !((task.selector ^ selector) & ~RPL));

/** Of the handler, or at the end. */
export const registersOf = (record, block) => (block === "final" ? record.final?.registers : record.frames[Number(block.slice(6)) - 1]?.handler) ?? {};

// ---- Which words of a stack are the frame's. ----

const split = (slots, unit) => (unit === 4 ? slots : slots.flatMap((word) => [word & LOW, word >> 16n]));

function takenApart(frame, record, names, tables) {
  const { env } = record;
  if (env.handler_sp) {
    const given = { sp: modulo(frame.sp + 6n, 16), ss: frame.handler.ss };
    return layout(2, null, tables.words16.map((name, n) => [name, frame.slots[n]]), frame.slots.slice(3), given);
  }
  if (frame.gate === TASK_GATE) return byTaskGate(frame, record, tables);
  const unit = GATES_16.includes(frame.gate) ? 2 : 4;
  const words = split(frame.slots, unit);
  const first = hasError(frame, record, words, names, unit, tables);
  const fields = pushedFields(frame.gate, { cs: words[first + 1] & LOW, eflags: words[first + 2], "handler.cs": frame.handler.cs }, tables);
  const own = first + fields.length;
  const pushed = fields.map((name, n) => [name, tables.selectors.includes(name) ? words[first + n] & LOW : words[first + n]]);
  const same = { esp: modulo(frame.handler.esp + BigInt(own * unit), 32), ss: frame.handler.ss };
  return layout(unit, first ? words[0] & LOW : null, pushed, words.slice(own), fields.includes("esp") ? {} : same);
}

const layout = (unit, error, pushed, above, given) => ({ unit, error, pushed, above, given, words: { ...Object.fromEntries(pushed), ...given }, fields: [...(error === null ? [] : ["error"]), ...pushed.map(([name]) => name)] });

/** What a frame in 32-bit protected mode holds besides an error code, by what it says itself. */
function pushedFields(gate, values, { words32 }) {
  if (gate === TASK_GATE) return [];
  if (!GATES_16.includes(gate) && (values.eflags ?? 0n) & VM) return words32;
  return words32.slice(0, ((values.cs ?? 0n) & RPL) > ((values["handler.cs"] ?? 0n) & RPL) ? 5 : 3);
}

/** The one decoding that fits what was interrupted, else the manual's list of vectors. As a number: so many words. */
function hasError(frame, record, words, names, unit, tables) {
  const code = frame.interrupts ? record.frames[frame.interrupts - 1].handler.cs : record.start.cs;
  const never = BigInt(tables.never) & ((1n << BigInt(8 * unit)) - 1n);
  const fits = [0, 1].map((first) => {
    const cs = words[first + 1] & LOW, flags = words[first + 2];
    return (cs === code || names.descriptors.has(cs & ~RPL)) && Boolean(flags & 2n) && !(flags & never);
  });
  return Number(fits[0] === fits[1] ? tables.errors.includes(Number(frame.vector)) : fits[1]);
}

function byTaskGate(frame, record, tables) {
  const earlier = before(record, `frame ${frame.number}`);
  const next = running(earlier, frame.handler.tr);
  const old = leftTask(frame, earlier, record, tables);
  const unit = next && isShort(next) ? 2 : 4;
  const words = next ? split(frame.slots, unit) : frame.slots;
  const hasCode = next && modulo(frame.handler.esp + BigInt(unit) - interruptedAt(next, tables).esp, 8 * unit) === 0n;
  return layout(unit, hasCode ? words[0] & LOW : null, [], words.slice(hasCode ? 1 : 0), old ? interruptedAt(old, tables) : {});
}

/** The task that a switch left: the one that the new one's link names, else the one whose TSS was written. */
function leftTask(frame, earlier, record, tables) {
  const here = frame.handler.tr;
  const next = running(frame.tasks, here);
  const linked = next && running(frame.tasks, fieldsOf(next, tables).link);
  if (linked) return linked;
  const written = earlier.map((was, n) => [was, frame.tasks[n]]).filter(([was, now]) => now.selector !== here && was.words.some((word, n) => word !== now.words[n]));
  return written.length === 1 ? written[0][1] : running(frame.tasks, record.start.tr);
}

// ---- Names of addresses and selectors. ----

/** `harness`: its own places and selectors, which no record names. */
export function namesOf(record, harness, tables) {
  const places = [...harness.places.map(([name, base, size, stack]) => ({ name, base: BigInt(base), size: BigInt(size), stack })), ...record.places];
  const selectors = [...harness.selectors.map(([name, value]) => [name, BigInt(value)]), ...record.selectors, ...record.tasks.map(({ name, selector }) => [name, selector])];
  const names = { labels: record.labels, places: places.filter((one) => !one.stack), stacks: places.filter((one) => one.stack), selectors, descriptors: new Set(selectors.map(([, value]) => value & ~RPL)), bases: {} };
  for (const [field, base] of basesOf(record, names, tables)) names.bases[field] = base;
  return names;
}

/** The bases of code and stack, where they aren't 0. */
function* linear(words, bases, [ip, sp, flags]) {
  const base = bases.get((words.cs ?? 0n) & ~RPL);
  if (flags === "flags" || (words[flags] ?? 0n) & VM) {
    yield [ip, (words.cs ?? 0n) << 4n];
    yield [sp, (words.ss ?? 0n) << 4n];
  } else if (base) yield [ip, base];
}

/** Of fields that are offsets in a segment. */
function* basesOf(record, names, tables) {
  const { env } = record;
  const words = [env.ip, env.sp, env.flags];
  for (const frame of record.frames) {
    const block = `frame ${frame.number}`;
    const shape = takenApart(frame, record, names, tables);
    const bases = Object.fromEntries(linear(shape.words, record.bases, words));
    const last = frame.interrupts ? record.frames[frame.interrupts - 1].handler : record.start;
    const halves = shape.unit < env.word ? { [env.ip]: record.start[env.ip] & ~LOW, [env.sp]: last[env.sp] & ~LOW } : {};
    for (const name of words.slice(0, 2)) {
      const half = shape.pushed.some(([pushed]) => pushed === name) ? (halves[name] ?? 0n) : 0n;
      const base = (bases[name] ?? 0n) + half;
      if (base) yield [`${block}.${name}`, base];
    }
    yield* basesOfTasks(block, frame.tasks, record, tables);
    if (env.handler_sp) yield [`${block}.handler.${env.handler_sp}`, frame.handler.ss << 4n];
  }
  if (!record.final) return;
  for (const [name, base] of linear(record.final.registers, record.bases, words)) yield [`final.${name}`, base];
  yield* basesOfTasks("final", record.final.tasks, record, tables);
}

function* basesOfTasks(block, tasks, record, tables) {
  for (const task of tasks) {
    const own = isShort(task) ? { eip: "ip", esp: "sp" } : {};
    for (const [name, base] of linear(interruptedAt(task, tables), record.bases, ["eip", "esp", "eflags"])) yield [`${block}.task.${task.name}.${own[name] ?? name}`, base];
  }
}

export const stackOf = (names, address) => [0n, ABOVE].flatMap((above) => names.stacks.filter(({ base, size }) => base <= address && address <= base + size + above))[0];

function nameStack(names, address) {
  const stack = stackOf(names, address);
  if (!stack) return "";
  const top = stack.base + stack.size;
  return `${stack.name}_top${address > top ? `+${text(address - top)}` : `-${text(top - address)}`}`;
}

/** The closest label at or before an address; of several at one place `fault`, `after`, then the first. */
function nameLabel(names, address) {
  const near = names.labels.filter(([, at]) => at <= address && address - at <= NEAR);
  const rank = ([name, at]) => [address - at, ["after", "fault"].indexOf(name)];
  near.sort((one, other) => {
    const [far, first] = rank(one), [further, second] = rank(other);
    return far === further ? second - first : far < further ? -1 : 1;
  });
  return near.length ? `${near[0][0]}+${text(address - near[0][1])}` : "";
}

function nameData(names, address, labels = true) {
  const place = names.places.find(({ base, size }) => base <= address && address < base + size);
  if (place) return `${place.name}+${text(address - place.base)}`;
  return nameStack(names, address) || (labels && nameLabel(names, address)) || text(address);
}

const nameCode = (names, address) => nameLabel(names, address) || nameData(names, address, false);
export const nameStackPointer = (names, address) => nameStack(names, address) || nameData(names, address);

function nameSelector(names, value) {
  const same = names.selectors.find(([, selector]) => selector === value);
  if (same) return same[0];
  const like = names.selectors.find(([, selector]) => (selector & ~RPL) === (value & ~RPL) && value <= LOW && value & ~RPL);
  return like ? `${like[0]}:rpl${value & RPL}` : text(value);
}

const lastOf = (name) => name.slice(name.lastIndexOf(".") + 1);
export const isSelector = (name, tables) => !name.startsWith("value.") && tables.tasks.selectors.includes(lastOf(name));

/** The fact as a golden file writes it: names before numbers. */
export function show(name, fact, names, tables) {
  if (typeof fact === "string") return fact;
  const last = lastOf(name);
  if (isSelector(name, tables)) return nameSelector(names, fact);
  if (name.startsWith("value.")) return nameData(names, fact);
  const isCode = tables.ips.includes(last);
  if (isCode || tables.sps.includes(last)) {
    // Names stand for linear addresses, numbers for offsets.
    const said = (isCode ? nameCode : nameStackPointer)(names, fact + (names.bases[name] ?? 0n));
    return said.startsWith("0x") ? text(fact) : said;
  }
  const { registers16 } = tables.tasks;
  const isGeneral = name.includes(".gpr.") || name.includes(".task.") && (Object.hasOwn(registers16, last) || Object.values(registers16).includes(last));
  return last === "cr2" || isGeneral ? nameData(names, fact) : text(fact);
}

const ADDRESS = /^([A-Za-z_][A-Za-z0-9_.]*)([+-])(0x[0-9a-f]+)$/, SELECTOR = /^([A-Za-z_][A-Za-z0-9_.]*?)(?::rpl([0-3]))?$/;

/** What a golden file's `fault+0x0`, `victim+0x8` or `rsp0_top-0x30` is in this record; null: nothing here has the name. */
export function resolveAddress(names, said) {
  if (said.startsWith("0x")) return BigInt(said);
  const [, name, sign, distance] = ADDRESS.exec(said) ?? [];
  const known = [...names.stacks.map((one) => [`${one.name}_top`, one.base + one.size]), ...names.places.map((one) => [one.name, one.base]), ...[...names.labels].reverse()];
  const base = known.find(([one]) => one === name)?.[1];
  return base === undefined ? null : modulo(sign === "+" ? base + BigInt(distance) : base - BigInt(distance), 64);
}

export function resolveSelector(names, said) {
  if (said.startsWith("0x")) return BigInt(said);
  const [, name, rpl] = SELECTOR.exec(said) ?? [];
  const base = names.selectors.findLast(([one]) => one === name)?.[1];
  return base === undefined ? null : rpl ? (base & ~RPL) | BigInt(rpl) : base;
}

// ---- The facts. ----

export const linearStack = (frame, env) => frame.sp + (env.handler_sp ? frame.handler.ss << 4n : 0n);

/** Bytes of a word that the processor pushed in this block. */
export function unitOf(record, block, tables) {
  const frame = record.frames.find((one) => block === `frame ${one.number}`);
  const next = frame?.gate === TASK_GATE && running(frame.tasks, frame.handler.tr);
  return frame && (GATES_16.includes(frame.gate) || next && isShort(next)) ? 2 : record.env.word;
}

/** Every fact of the record that a golden file speaks of. */
export function observe(record, names, tables) {
  const facts = new Map();
  const add = (block, found) => Object.entries(found).forEach(([name, fact]) => facts.set(`${block}.${name}`, fact));
  for (const frame of record.frames) add(`frame ${frame.number}`, ofFrame(frame, record, names, tables));
  if (record.final) add("final", ofFinal(record, tables));
  add("value", record.values);
  for (const [name, dump] of Object.entries(record.memory)) for (let at = 0; at < dump.length; at += 32) facts.set(`memory.${name}+0x${(at / 2).toString(16)}`, dump.slice(at, at + 32));
  facts.set("end", record.complete ? "exit" : "shutdown");
  return facts;
}

const prefixed = (prefix, found, names) => Object.fromEntries(names.map((name) => [`${prefix}.${name}`, found[name]]));

function ofFrame(frame, record, names, tables) {
  const { env } = record;
  const shape = takenApart(frame, record, names, tables);
  const stack = stackOf(names, linearStack(frame, env));
  const own = Math.floor((shape.fields.length * shape.unit) / env.word);
  const overwritten = frame.overwritten !== null && frame.slots.slice(0, own).some((word, n) => word !== frame.overwritten[n]);
  const { esp } = frame.handler;
  const flat = env.handler_sp || frame.sp === esp || frame.sp === (esp & LOW);
  return {
    interrupts: frame.interrupts ? `frame ${frame.interrupts}` : "program",
    vector: frame.vector,
    error: shape.error ?? "none",
    ...shape.words,
    above: aboveOf(frame, shape, record),
    ...frame.control,
    ...prefixed("gpr", frame.gprs, env.gprs),
    ...prefixed("segment", frame.handler, env.segments),
    [`handler.${env.flags}`]: frame.handler[env.flags],
    [`handler.${handlerSp(env)}`]: frame.handler[handlerSp(env)] ?? frame.sp,
    "handler.stack": stack?.name ?? "none",
    ...(flat ? {} : { "handler.base": modulo(frame.sp - (esp & LOW), 32) }),
    "handler.cs": frame.handler.cs,
    "handler.ss": frame.handler.ss,
    ...ofTasks(frame.handler, frame.tasks, tables),
    at_end: overwritten ? "overwritten" : "kept",
  };
}

/** `kept` where the words above the frame are the stack's pattern, or what earlier frames had there. */
function aboveOf(frame, shape, record) {
  const known = new Map();
  for (const earlier of record.frames.slice(0, frame.number - 1)) {
    const at = linearStack(earlier, record.env);
    earlier.slots.forEach((word, n) => {
      for (let byte = 0; byte < record.env.word; byte++) known.set(at + BigInt(n * record.env.word + byte), (word >> BigInt(8 * byte)) & 0xffn);
    });
  }
  const at = linearStack(frame, record.env) + BigInt(shape.unit * shape.fields.length);
  const isKept = shape.above.every((word, n) => Array.from({ length: shape.unit }).every((_, byte) => ((word >> BigInt(8 * byte)) & 0xffn) === (known.get(at + BigInt(n * shape.unit + byte)) ?? BigInt(PATTERN_BYTE))));
  return isKept ? "kept" : shape.above.map(text).join(" ");
}

function ofTasks(registers, tasks, tables) {
  if (!tasks.length) return {};
  const facts = Object.fromEntries(tables.tasks.registers.map((name) => [name, registers[name]]));
  for (const task of tasks) Object.assign(facts, prefixed(`task.${task.name}`, fieldsOf(task, tables), Object.keys(fieldsOf(task, tables))));
  return facts;
}

function ofFinal({ env, final }, tables) {
  const single = env.final_fields.filter((name) => name in final.registers && !tables.tasks.registers.includes(name));
  return {
    ...Object.fromEntries(single.map((name) => [name, final.registers[name]])),
    ...prefixed("gpr", final.gprs, env.gprs),
    ...prefixed("segment", final.registers, env.segments),
    ...ofTasks(final.registers, final.tasks, tables),
  };
}

// ---- The stack as the handler found it, in the form that the page draws. ----

export function picture(frame, record, names, tables) {
  const { env } = record;
  const block = `frame ${frame.number}`;
  const shape = takenApart(frame, record, names, tables);
  const own = [...(shape.error === null ? [] : [shape.error]), ...shape.pushed.map(([, word]) => word)];
  const slots = shape.fields.map((name, n) => [name, show(`${block}.${name}`, own[n], names, tables)]);
  slots.push(...shape.above.map((word) => ["", word === patternOf(shape.unit) ? "a5…" : text(word)]));
  const old = shape.words[env.sp];
  return placed(frame.number, linearStack(frame, env), slots, old === undefined ? null : old + (names.bases[`${block}.${env.sp}`] ?? 0n), names, env, shape.unit);
}

/** The same by what the golden file wants. */
export function wantedPicture(number, wants, record, names, tables) {
  const { env } = record;
  const block = `frame ${number}`;
  const want = (name) => wants.get(`${block}.${name}`);
  const sp = want(`handler.${handlerSp(env)}`), old = want(env.sp), error = want("error");
  if (typeof sp?.value !== "bigint") return null;
  const values = Object.fromEntries(["cs", "eflags", "handler.cs"].map((name) => [name, want(name)?.value]).filter(([, value]) => typeof value === "bigint"));
  const came = record.frames.find((frame) => frame.number === number)?.gate;
  const gate = record.gates.get(want("vector")?.value) ?? came;
  const fields = env.handler_sp ? tables.words16 : pushedFields(gate, values, tables);
  const slots = [...(error && error.text !== "none" ? ["error"] : []), ...fields].map((name) => [name, want(name)?.text ?? ""]);
  const unit = gate === came ? unitOf(record, block, tables) : GATES_16.includes(gate) ? 2 : env.word;
  while (slots.length < (env.slots * env.word) / unit) slots.push(["", "a5…"]);
  const isOld = typeof old?.value === "bigint" && old.text !== "any";
  return placed(number, sp.value + (names.bases[`${block}.handler.${handlerSp(env)}`] ?? 0n), slots, isOld ? old.value + (names.bases[`${block}.${env.sp}`] ?? 0n) : null, names, env, unit);
}

function placed(number, sp, slots, old, names, env, unit) {
  const stack = stackOf(names, sp);
  const near = {};
  if (stack) near.top = Number(stack.base + stack.size - sp);
  if (old !== null && old - sp >= -64n && old - sp <= 256n) near.old = Number(old - sp);
  return { frame: number, rsp: nameStackPointer(names, sp), raw: text(sp), stack: stack?.name ?? "", slots, ...near, word: unit, pointer: env.sp.toUpperCase() };
}
