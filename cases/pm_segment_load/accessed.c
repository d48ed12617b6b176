/*
 * A load sets the accessed bit (bit 0 of the type) in the descriptor, and a load that faults doesn't. The value is the descriptor's byte with P, DPL,
 * S and type.
 */
#include <case32.h>

static uint16_t selector;

static void look(void)
{
    note("access", ((volatile uint8_t *)gdt)[(selector & 0xfff8) + 5]);
}

/* arg: type, DPL << 8, not present << 12; the CPL, which RPL is as well. */
static void add(void)
{
    struct descriptor d = {.type = (uint8_t)ARG0, .dpl = ARG0 >> 8 & 3, .not_present = ARG0 >> 12 & 1, .limit = 0xfffff, .d = true, .g = true};

    in_ring(ARG1);
    selector = (uint16_t)(add_descriptor("fresh", encode_descriptor(d) & ~DESCRIPTOR_ACCESSED) | ARG1);
    start.ecx = selector;
    at_end(look);
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        add();                  \
        FAULT(instruction);     \
    }
FORM(ds, "mov ds, ecx")
FORM(gs, "mov gs, ecx")
FORM(ss, "mov ss, ecx")
FORM(pop_es, "push ecx\npop es")
FORM(lar, "lar edx, ecx")
FORM(verw, "verw cx")

/* By a far pointer; the target is the program's end. */
static void transfer(struct program p)
{
    uint32_t *pointer = frame_of(start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER));

    add();
    pointer[0] = label_of(p, "after");
    pointer[1] = start.ecx;
    run_program(p);
}

static void jmp(void)
{
    transfer(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" MARK(after)));
}

static void call(void)
{
    transfer(ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after)));
}

static void retf(void)
{
    transfer(ASSEMBLE("push ecx\npush [ebx]\n" MARK(fault) "retf\n" MARK(after)));
}

static void iret(void)
{
    transfer(ASSEMBLE("pushfd\npush ecx\npush [ebx]\n" MARK(fault) "iretd\n" MARK(after)));
}

#define SPEC .spec = "SDM 3A \"Code- and Data-Segment Descriptor Types\""
#define SET(name_, run_, descriptor_, cpl_, about_)                                                                      \
    {                                                                                                                    \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { descriptor_, cpl_ } \
    }
#define KEPT(name_, run_, descriptor_, cpl_, vector_, about_)                                                                             \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = vector_, .error = SEL_FREE, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            descriptor_,                                                                                                                  \
            cpl_                                                                                                                          \
        }                                                                                                                                 \
    }
VARIANTS(SET("ds", ds, DATA_WRITABLE, 0, "data into DS"), SET("ds_read_only", ds, DATA_READ_ONLY, 0, "read-only data into DS"),
         SET("ds_code", ds, CODE_READABLE, 0, "readable code into DS"), SET("gs_user", gs, DATA_WRITABLE | 0x300, 3, "CPL 3: data into GS"),
         SET("ss", ss, DATA_WRITABLE, 0, "data into SS"), SET("pop_es", pop_es, DATA_WRITABLE, 0, "POP ES"),
         SET("lar", lar, DATA_WRITABLE, 0, "LAR loads nothing: not accessed"),
         SET("verw", verw, DATA_WRITABLE, 0, "VERW loads nothing: not accessed"), SET("jmp", jmp, CODE_READABLE, 0, "far JMP"),
         SET("jmp_execute_only", jmp, CODE_EXECUTE_ONLY, 0, "far JMP to execute-only code"),
         SET("jmp_conforming", jmp, CODE_CONFORMING, 3, "CPL 3: far JMP to conforming code of DPL 0"),
         SET("call", call, CODE_READABLE, 0, "far CALL"), SET("retf", retf, CODE_READABLE, 0, "far RET"),
         SET("iret", iret, CODE_READABLE, 0, "IRETD"),
         KEPT("not_present", ds, DATA_WRITABLE | 0x1000, 0, VEC_NP, "data that aren't present into DS: not accessed"),
         KEPT("ss_not_present", ss, DATA_WRITABLE | 0x1000, 0, VEC_SS, "data that aren't present into SS: not accessed"),
         KEPT("dpl", ds, DATA_WRITABLE, 3, VEC_GP, "CPL 3: data of DPL 0 into DS: not accessed"),
         KEPT("execute_only", ds, CODE_EXECUTE_ONLY, 0, VEC_GP, "execute-only code into DS: not accessed"),
         KEPT("jmp_not_present", jmp, CODE_READABLE | 0x1000, 0, VEC_NP, "far JMP to code that isn't present: not accessed"),
         KEPT("jmp_dpl", jmp, CODE_READABLE | 0x300, 0, VEC_GP, "far JMP to code of DPL 3 at CPL 0: not accessed"));
