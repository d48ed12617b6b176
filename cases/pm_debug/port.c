/* I/O breakpoints in 32-bit code at CPL 3 with IOPL 3. */
#include <case32.h>

#define MEMORY "[ebx]"
#define RUN(text) PROGRAM32(text)

#include "port.h"

static void set_up(void)
{
    in_ring(3);
    start.eflags |= EFLAGS_IOPL(3);
    memory = start.ebx = start.esi = start.edi = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
}

/* What isn't permitted isn't done. */
static void not_permitted(void)
{
    set_up();
    write_cr4(read_cr4() | CR4_DE);
    start.eflags &= ~EFLAGS_IOPL(3);
    set_breakpoint(0, 0x80, BREAK_IO, LENGTH_1);
    FAULT("out 0x80, al");
}

static void io_map(void)
{
    in_ring(3);
    allow_port(0x80);
    write_cr4(read_cr4() | CR4_DE);
    set_breakpoint(0, 0x80, BREAK_IO, LENGTH_1);
    FAULT("out 0x80, al");
}

static void kernel(void)
{
    write_cr4(read_cr4() | CR4_DE);
    set_breakpoint(0, 0x80, BREAK_IO, LENGTH_1);
    FAULT("out 0x80, al");
}

static void code16(void)
{
    in_code16();
    write_cr4(read_cr4() | CR4_DE);
    set_breakpoint(0, 0x81, BREAK_IO, LENGTH_1);
    FAULT16("out 0x80, ax");
}

VARIANTS(PORTS(ROW){VARIANT, .name = "not_permitted", .about = "I/O breakpoint: OUT that isn't permitted: only #GP", .spec = SPEC, .needs = "de",
                    .run = not_permitted, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT},
         {VARIANT, .name = "io_map", .about = "I/O breakpoint: OUT that the I/O map permits", .spec = SPEC, .needs = "de", .run = io_map, HIT},
         {VARIANT, .name = "kernel", .about = "I/O breakpoint: OUT at CPL 0", .spec = SPEC, .needs = "de", .run = kernel, HIT},
         {VARIANT, .name = "code16", .about = "I/O breakpoint: OUT of a word in 16-bit code, the breakpoint is on its second port", .spec = SPEC,
          .needs = "de", .run = code16, HIT});
