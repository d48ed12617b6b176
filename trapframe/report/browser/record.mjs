// A record of pm32 or real16, as docs/record.md describes it, read from its text.
// Numbers of the record are BigInts. `env` is its environment as trapframe/frames/environment.py has it.

const HEX = /^(0|[1-9a-f][0-9a-f]{0,15})$/;

export class RecordError extends Error {}

const hex = (word) => {
  if (!HEX.test(word ?? "")) throw new RecordError(`expected a hexadecimal number, got '${word ?? ""}'`);
  return BigInt(`0x${word}`);
};

function pairs(words) {
  const found = {};
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 1) throw new RecordError(`expected NAME=VALUE, got '${word}'`);
    found[word.slice(0, at)] = hex(word.slice(at + 1));
  }
  return found;
}

/** What came before a shutdown is a record without `complete`; anything else that isn't one is a RecordError. */
export function parse(text, environments) {
  const record = { env: null, places: [], selectors: [], bases: new Map(), tasks: [], labels: [], gates: new Map(), start: null, armed: false, frames: [], final: null, values: {}, memory: {}, unsupported: "", abandoned: null, complete: false };
  const lines = text.split("\n");
  const partial = lines.pop();
  let sum = 0;
  lines.forEach((line, n) => {
    try {
      const [keyword, ...words] = line.split(" ");
      if (record.complete || n === 0 && line !== "trapframe 2" || n === 1 && keyword !== "case") throw new RecordError(`'${line.slice(0, 60)}' can't stand here`);
      if (keyword === "end" && parseInt(words[1], 16) !== (sum & 0xffff)) throw new RecordError(`the checksum is ${(sum & 0xffff).toString(16)}, not ${words[1]}`);
      if (n > 0) readLine(record, environments, keyword, words);
    } catch (error) {
      throw new RecordError(`record line ${n + 1}: ${error instanceof RecordError ? error.message : `'${line.slice(0, 60)}' can't stand here`}`);
    }
    for (const letter of `${line}\n`) sum += letter.charCodeAt(0);
  });
  if (!record.env) throw new RecordError(text ? `${text.length} bytes came that are no record` : "nothing came");
  if (record.complete && partial) throw new RecordError("more came behind the record's end");
  record.frames = record.frames.filter((frame) => frame.gprs); // a shutdown may have cut it
  return record;
}

function readLine(record, environments, keyword, words) {
  const { env, frames } = record;
  const frame = frames.at(-1);
  const lines = {
    case: () => {
      record.case = words[0];
      record.env = environments[words[1]] ?? null;
      if (!record.env) throw new RecordError(`no environment '${words[1]}' here`);
    },
    unsupported: () => (record.unsupported = words[0]),
    place: () => record.places.push({ name: words[0], base: hex(words[1]), size: hex(words[2]), stack: false }),
    selector: () => record.selectors.push([words[0], hex(words[1])]),
    base: () => record.bases.set(hex(words[0]), hex(words[1])),
    task: () => record.tasks.push({ name: words[0], selector: hex(words[1]), type: hex(words[4]), words: [] }),
    image: () => (record.tasks.at(-1).words = words.slice(1).map(hex)),
    label: () => record.labels.push([words[0], hex(words[1])]),
    start: () => (record.start = { ...patterns(env), ...pairs(words) }),
    gate: () => record.gates.set(hex(words[0]), pairs(words.slice(1)).type),
    armed: () => (record.armed = true),
    frame: () => frames.push({ number: inOrder(Number(words[0]), frames.length + 1), interrupts: below(Number(words[2]), frames.length + 1), tasks: frame?.tasks ?? record.tasks, overwritten: null }),
    vector: () => Object.assign(frame, { vector: hex(words[0]), gate: pairs(words.slice(1)).type }),
    slots: () => Object.assign(frame, { sp: hex(words[0]), slots: words.slice(1, inOrder(words.length, env.slots + 1)).map(hex) }),
    handler: () => (frame.handler = pairs(words)),
    control: () => (frame.control = pairs(words)),
    gprs: () => (frame.gprs = registers(env, record.start, pairs(words))),
    changed: () => change(record.final ?? frame, words),
    overwritten: () => (frames[Number(words[0]) - 1].overwritten = words.slice(1).map(hex)),
    final: () => (record.final = { registers: pairs(words), gprs: registers(env, record.start, pairs(words)), tasks: frame?.tasks ?? record.tasks }),
    value: () => (record.values[words[0]] = hex(words[1])),
    memory: () => (record.memory[words[0]] = (record.memory[words[0]] ?? "") + words.slice(2).join("")),
    abandoned: () => (record.abandoned = words),
    end: () => (record.complete = true),
  };
  if (!Object.hasOwn(lines, keyword)) throw new RecordError(`no line '${keyword.slice(0, 60)}'`);
  lines[keyword]();
}

function inOrder(number, wanted) {
  if (number !== wanted) throw new RecordError(`expected ${wanted}, got ${number}`);
  return number;
}

function below(number, end) {
  if (!(number < end)) throw new RecordError(`expected a number below ${end}, got ${number}`);
  return number;
}

/** What general registers start with, unless the line says other. */
const patterns = (env) => Object.fromEntries(Object.entries(env.patterns).map(([name, value]) => [name, BigInt(value)]));

const registers = (env, start, deltas) => Object.fromEntries(env.gprs.map((name) => [name, deltas[name] ?? start[name]]));

/** A task is no longer what the block before had. */
function change(block, [name, type, ...pairs]) {
  block.tasks = block.tasks.map((task) => {
    if (task.name !== name) return task;
    const words = [...task.words];
    for (const pair of pairs) {
      const [offset, word] = pair.split("=").map(hex);
      words[Number(offset) / 4] = word;
    }
    return { ...task, type: hex(type), words };
  });
}
