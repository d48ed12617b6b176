/* In compatibility mode linear addresses have 32 bits: base and offset wrap at 4 GiB, on the stack, for a fetch, and for an instruction breakpoint.
 */
#include <case.h>

#define BASE 0x80000000u

static uint16_t segment(const char *name, uint8_t type)
{
    return add_descriptor(name,
                          encode_descriptor((struct descriptor){.type = type, .base = BASE, .limit = 0xfffff, .dpl = 3, .d = true, .g = true})) |
           3u;
}

static void stack(void)
{
    start.ss = segment("stack", DATA_WRITABLE);
    start.rsp += BASE;
}

static void pushf(void)
{
    in_compat_user();
    stack();
    FAULT32("pushfd");
}

static void call(void)
{
    in_compat_user();
    stack();
    FAULT32("call 1f\n1:");
}

static void ret(void)
{
    struct program program = ASSEMBLE32(MARK(fault) "ret\n" MARK(after));

    in_compat_user();
    start.rsp -= 4;
    *(uint32_t *)start.rsp = (uint32_t)label_of(program, "after");
    stack();
    run_program(program);
}

static void in_segment(struct program program)
{
    in_compat_user();
    start.cs = segment("code", CODE_READABLE);
    start.rip = program.entry + BASE;
    set_gate(VEC_BP, .dpl = 3);
    if (ARG0)
        set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void code(void)
{
    in_segment(ASSEMBLE32("nop\n" MARK(fault) "int3\n" MARK(after)));
}

/* The page behind the program's start isn't there for CPL 3. */
static void fetch(void)
{
    in_compat_user();
    start.cs = segment("code", CODE_READABLE);
    start.rbx = map_page("victim", 0);
    start.rip = start.rbx + BASE;
    PROGRAM32("");
}

#define ROW(name_, run_, arg_, about_, ...)                                                                                                    \
    {                                                                                                                                          \
        VARIANT, .name = name_, .env = COMPAT32, .about = about_ " in compatibility mode at CPL 3, base and offset add up to more than 4 GiB", \
                 .spec = "SDM 3A \"Logical Address Translation\"; SDM 1 \"Compatibility Mode\"", .run = run_, .arg = {arg_}, __VA_ARGS__       \
    }
#define PASSES .vector = NO_EXCEPTION
VARIANTS(ROW("pushf", pushf, 0, "PUSHFD", PASSES), ROW("call", call, 0, "CALL", PASSES), ROW("ret", ret, 0, "RET", PASSES),
         ROW("code", code, 0, "INT3", .vector = VEC_BP, .error = NO_ERROR),
         ROW("breakpoint", code, 1, "an instruction breakpoint on INT3", .vector = VEC_DB, .error = NO_ERROR),
         ROW("fetch", fetch, 0, "a fetch from a page that isn't present", .vector = VEC_PF, .error = PF_U | PF_I, .needs = "nx"));
