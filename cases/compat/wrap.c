/* In compatibility mode linear addresses have 32 bits: base and EIP wrap at 4 GiB for an instruction breakpoint, too. */
#include <case.h>

#define BASE 0x80000000u

static void breakpoint(void)
{
    struct program program = ASSEMBLE32("nop\n" MARK(fault) "int3\n" MARK(after));

    in_compat_user();
    start.cs =
        add_descriptor(
            "code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .base = BASE, .limit = 0xfffff, .dpl = 3, .d = true, .g = true})) |
        3u;
    start.rip = program.entry + BASE;
    name_place("code", label_of(program, "fault") + BASE, 1);
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

VARIANTS({VARIANT, .name = "breakpoint", .env = COMPAT32,
          .about = "an instruction breakpoint in compatibility mode at CPL 3, base and offset add up to more than 4 GiB",
          .spec = "SDM 3A \"Logical Address Translation\"; SDM 1 \"Compatibility Mode\"", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "code",
          .run = breakpoint});
