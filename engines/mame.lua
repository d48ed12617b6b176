-- What MAME runs at each start of its machine: the serial line, and the ways in which a run ends. It has no serial
-- device; the ports are watched as the processor writes them.
--
-- One ROM, with the record into the file that TRAPFRAME_SERIAL names; or, with TRAPFRAME_SERVER, one after the other:
-- docs/launcher.md. TRAPFRAME_ROM is the file that the machine's ROM is read from, anew at each hard reset.
local HELLO = "trapframe server 1\n"
local ROM_SIZE = 65536
local UART = 0x3f8
local LCR = 0x3fb -- its line control
local DLAB = 0x80 -- in that: its data is a divisor now
local EXIT = 0xf4
local A20 = 0x92 -- the first that a ROM writes to
local SHUTDOWN = 0 -- a status, as engines/mame.toml reads it

local machine = manager.machine
local ports = machine.devices[":maincpu"].spaces["io"]
local server = os.getenv("TRAPFRAME_SERVER")

local taps = {} -- one that nobody holds is taken away
trapframe = taps

-- Nothing in here outlives a machine; the file says that this isn't the server's first one.
local GREETED = "greeted"
local answers = server and assert(io.open("/proc/self/fd/" .. server, "wb"))
local function answer(...)
    answers:write(...)
    answers:flush()
end

local function next_rom()
    local rom = io.stdin:read(ROM_SIZE)
    if not rom or #rom < ROM_SIZE then
        os.exit(0, false) -- there is no more
    end
    local file = assert(io.open(os.getenv("TRAPFRAME_ROM"), "wb"))
    file:write(rom)
    file:close()
    machine:hard_reset()
end

-- The machine goes on for a while behind its end.
local ended = false

local send, finish
if server then
    local line = {}
    local function flush()
        if #line > 0 then
            answer(string.format("serial %d\n", #line), table.concat(line))
        end
        line = {}
    end
    function send(byte)
        line[#line + 1] = string.char(byte)
        if byte == 10 or #line == 1024 then
            flush()
        end
    end
    function finish(status)
        ended = true
        flush()
        answer(string.format("end %d\n", status))
        next_rom()
    end
else
    local file = assert(io.open(os.getenv("TRAPFRAME_SERIAL"), "wb"))
    file:setvbuf("line")
    function send(byte)
        file:write(string.char(byte))
    end
    function finish(status)
        ended = true
        file:close()
        os.exit(status, false)
    end
end

-- Tells each byte that is written to the ports of this one's dword.
local function tap(port, name, write)
    return ports:install_write_tap(port & ~3, port | 3, name, function(first, data, lanes)
        for lane = 0, 3 do
            if not ended and lanes >> 8 * lane & 0xff == 0xff then
                write(first + lane, data >> 8 * lane & 0xff)
            end
        end
    end)
end

local function watch()
    local control = 0
    taps.uart = tap(UART, "uart", function(port, byte)
        if port == LCR then
            control = byte
        elseif port == UART and control & DLAB == 0 then
            send(byte)
        end
    end)
    taps.exit = tap(EXIT, "exit", function(port, byte)
        if port == EXIT then
            finish(2 * byte + 1 & 0xff)
        end
    end)
    -- In shutdown the processor is reset, and the ROM begins again.
    local starts = 0
    taps.a20 = tap(A20, "a20", function(port)
        if port == A20 then
            starts = starts + 1
        end
        if starts == 2 then
            finish(SHUTDOWN)
        end
    end)
end

if server and not io.open(GREETED) then
    io.open(GREETED, "w"):close()
    answer(HELLO)
    next_rom() -- in place of the one that MAME was started with
else
    watch()
end
