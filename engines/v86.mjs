// Runs ROMs on v86, each on a machine of its own.
//
//     v86.mjs WASM --version          what package.json beside it says
//     v86.mjs WASM ROM SERIAL         one ROM; the exit status says how it ended
//
// With TRAPFRAME_SERVER in the environment, one ROM after the other: docs/launcher.md.
// WASM is build/v86.wasm of a package or of a checkout; libv86.mjs lies beside it.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { End, ERROR, ROM_SIZE, start } from "./v86_machine.mjs";

const HELLO = "trapframe server 1\n";
const FLUSH_MS = 50; // what has come of a record that doesn't end
const STDIN = 0;
const STDOUT = 1;

const [wasm, what, serial] = process.argv.slice(2);
const folder = path.dirname(path.resolve(wasm));

function version() {
    const text = fs.readFileSync(path.join(folder, "..", "package.json"), "utf8");
    return JSON.parse(text).version;
}

async function load() {
    const library = path.basename(wasm).replace(/^v86(.*)\.wasm$/, "libv86$1.mjs");
    const { V86 } = await import(pathToFileURL(path.join(folder, library)).href);
    return { V86, module: await WebAssembly.compile(fs.readFileSync(wasm)) };
}

// How the machine of this ROM ended, as a status. `send` gets what comes on its serial line.
function run(loaded, rom, send) {
    return new Promise((resolve) => {
        let bytes = [];
        const flush = () => {
            if (bytes.length) {
                send(Uint8Array.from(bytes));
            }
            bytes = [];
        };
        const timer = setInterval(flush, FLUSH_MS);
        const ended = (error) => {
            if (!(error instanceof End)) {
                console.error(error?.stack ?? error);
            }
            clearInterval(timer);
            process.removeAllListeners("uncaughtException");
            process.on("uncaughtException", () => {}); // of what is left of it
            flush();
            // Its loop is left, so it does nothing more; asked for its end it would wait for that loop.
            resolve(error instanceof End ? error.status : ERROR);
        };
        process.removeAllListeners("uncaughtException");
        process.on("uncaughtException", ended); // a rejection that nobody handles is one, too
        start(loaded, rom, (byte) => bytes.push(byte), Infinity); // the runner knows how much a record may have
    });
}

function writeAll(fd, data) {
    for (let at = 0; at < data.length; ) {
        at += fs.writeSync(fd, data, at);
    }
}

// A whole ROM of the runner's; nothing where it has no more.
function nextRom() {
    const rom = Buffer.alloc(ROM_SIZE);
    for (let at = 0; at < ROM_SIZE; ) {
        const count = fs.readSync(STDIN, rom, at, ROM_SIZE - at, null);
        if (count === 0) {
            return null;
        }
        at += count;
    }
    return rom;
}

async function serve(line) {
    const tell = (text) => writeAll(line, Buffer.from(text));
    const loaded = await load();
    tell(HELLO);
    for (let rom; (rom = nextRom()); ) {
        const status = await run(loaded, rom, (bytes) => {
            tell(`serial ${bytes.length}\n`);
            writeAll(line, bytes);
        });
        tell(`end ${status}\n`);
    }
    return 0;
}

async function once() {
    const file = fs.openSync(serial, "w");
    return run(await load(), fs.readFileSync(what), (bytes) => writeAll(file, bytes));
}

for (const name of ["debug", "error", "info", "log", "warn"]) {
    console[name] = (...words) => writeAll(STDOUT, Buffer.from(`${format(...words)}\n`));
}
const server = process.env.TRAPFRAME_SERVER;
if (what === "--version") {
    console.log("v86", version());
} else {
    process.exit(await (server ? serve(Number(server)) : once()));
}
