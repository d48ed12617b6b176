// Runs one ROM on a machine of its own, apart from the page, which can end it: {rom} in, then {bytes} and {end, why} out.
import { V86 } from "./libv86.mjs";
import { End, ERROR, start } from "./machine.mjs";

const FLUSH_MS = 50;
const ENDS = { 0: "shutdown", 33: "exit", [ERROR]: "flood" }; // statuses, as engines/v86.toml reads them
const PANIC = /^panicked at .*\n(.*)/m;

const said = [];
for (const name of ["debug", "error", "info", "log", "warn"]) console[name] = (...words) => said.push(words.join(" "));

let bytes = [];
function flush() {
  if (bytes.length) postMessage({ bytes: Uint8Array.from(bytes) });
  bytes = [];
}

function ended(event, error) {
  event.preventDefault();
  flush();
  const log = said.join("\n");
  const end = error instanceof End ? (ENDS[error.status] ?? "crash") : "crash";
  postMessage({ end, why: end === "crash" ? (PANIC.exec(log)?.[1] ?? String(error)) : "" });
  close();
}
addEventListener("error", (event) => ended(event, event.error ?? event.message));
addEventListener("unhandledrejection", (event) => ended(event, event.reason));

addEventListener("message", async ({ data: { rom } }) => {
  const wasm = await fetch(new URL("v86.wasm", import.meta.url));
  if (!wasm.ok) throw new Error(`v86.wasm: ${wasm.status}`);
  const module = await WebAssembly.compile(await wasm.arrayBuffer());
  setInterval(flush, FLUSH_MS);
  start({ V86, module }, rom, (byte) => bytes.push(byte));
});
