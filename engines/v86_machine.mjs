// The machine of v86 that runs one ROM: the same for the adapter in Node and for the report's page in a browser.
export const ROM_SIZE = 65_536;
export const RECORD_LIMIT = 65_536;
export const SHUTDOWN = 0; // statuses: docs/contract.md's ends, as engines/v86.toml reads them
export const ERROR = 3;
const EXIT_PORT = 0xf4;

// Thrown out of the machine where it ends: nothing runs behind that.
export class End extends Error {
    constructor(status) {
        super("end");
        this.status = status;
    }
}

// Starts it. `sent` gets each byte of the serial line, up to `most`; the end comes as an error that nobody caught.
export function start({ V86, module }, rom, sent, most = RECORD_LIMIT) {
    const emulator = new V86({
        wasm_fn: async (imports) => (await WebAssembly.instantiate(module, imports)).exports,
        bios: { buffer: rom.buffer.slice(rom.byteOffset, rom.byteOffset + rom.length) },
        memory_size: 16 << 20,
        vga_memory_size: 1 << 20,
        autostart: false,
        disable_jit: true, // when it translates depends on the time
        disable_speaker: true,
        disable_keyboard: true,
        disable_mouse: true,
        log_level: 0,
        net_device: { type: "none" },
    });
    let count = 0;
    emulator.add_listener("serial0-output-byte", (byte) => {
        sent(byte);
        count += 1;
        if (count > most) {
            throw new End(ERROR);
        }
    });
    emulator.add_listener("emulator-loaded", () => {
        const cpu = emulator.v86.cpu;
        const exit = (value) => {
            throw new End((2 * value + 1) & 0xff);
        };
        cpu.io.register_write(EXIT_PORT, cpu, exit, exit, exit);
        cpu.reboot_internal = () => {
            throw new End(SHUTDOWN);
        };
        emulator.run();
    });
}
