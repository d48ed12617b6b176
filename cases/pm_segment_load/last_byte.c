/*
 * A descriptor of which only the last byte lies behind the limit of the GDT or the LDT isn't there, for whoever loads its selector: #GP(selector),
 * nothing changed. LAR clears ZF. table.c has loads of data registers.
 */
#include <case32.h>

#define LOCAL (8 | SELECTOR_TI)

/* ARG0: its type; ARG1: the table. */
static uint16_t add(void)
{
    struct descriptor d = {.type = (uint8_t)ARG0, .limit = 0xfffff, .g = true, .d = true};
    struct descriptor table = {.type = SYSTEM_LDT, .limit = 14};
    uint32_t *ldt;

    if (ARG1 != LOCAL)
        return add_descriptor_beyond("descriptor", encode_descriptor(d));
    table.base = map_page("ldt", PAGE_PRESENT | PAGE_WRITE);
    ldt = frame_of(table.base);
    *(uint64_t *)(ldt + 2) = encode_descriptor(d);
    lldt(add_descriptor("table", encode_descriptor(table)));
    return LOCAL;
}

static void lar(void)
{
    start.ecx = add();
    FAULT("lar eax, ecx");
}

static void jmp(void)
{
    struct program p = ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n");
    uint32_t *pointer = frame_of(start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));

    pointer[0] = label_of(p, "target");
    pointer[1] = add();
    run_program(p);
}

static void int_n(void)
{
    set_gate(0x40, .selector = add());
    FAULT("int 0x40");
}

#define ROW(name_, run_, type, selector, about_, ...)                                                                                          \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_ " limit, at CPL 0", .spec = "SDM 3A \"Segment Descriptor Tables\"; SDM 3A \"Limit Checking\"", \
                 .run = run_, .arg = {type, selector}, __VA_ARGS__                                                                             \
    }
#define FAULTS(error_) .vector = VEC_GP, .error = error_, .saved_rip = AT_FAULT
#define LOAD(run, type, about)                                                                                  \
    ROW(#run, run, type, SEL_FREE, about " of which only the last byte is behind the GDT's", FAULTS(SEL_FREE)), \
        ROW(#run "_local", run, type, LOCAL, about " of which only the last byte is behind the LDT's", FAULTS(LOCAL))
#define LOOK(run, type, about)                                                                                        \
    ROW(#run, run, type, SEL_FREE, about " of which only the last byte is behind the GDT's", .vector = NO_EXCEPTION), \
        ROW(#run "_local", run, type, LOCAL, about " of which only the last byte is behind the LDT's", .vector = NO_EXCEPTION)
VARIANTS(LOAD(jmp, CODE_READABLE, "far JMP to a descriptor"), LOAD(int_n, CODE_READABLE, "INT 0x40 whose gate names a descriptor"),
         LOOK(lar, DATA_WRITABLE, "LAR of a descriptor"));
