/* stack/between.c in 32-bit protected mode: the instruction behind MOV SS or POP SS, which is to load ESP, faults. */
#include <case32.h>

/* ARG0: CPL. */
static void set_up(uint64_t flags)
{
    struct descriptor d = {.type = DATA_WRITABLE, .dpl = (uint8_t)ARG0, .limit = 0xfffff, .g = true, .d = true};

    in_ring((unsigned)ARG0);
    start.ecx = add_descriptor("other_data", encode_descriptor(d)) | (uint32_t)ARG0;
    start.ebx = map_page("operand", flags);
}

#define MOV "mov ss, ecx\n"
#define POP "push ecx\npop ss\n"
#define BEHIND(name, before, flags, instruction)                  \
    static void name(void)                                        \
    {                                                             \
        set_up(flags);                                            \
        PROGRAM(before MARK(fault) instruction "\n" MARK(after)); \
    }
BEHIND(load, MOV, 0, "mov esp, [ebx]")
BEHIND(load_pop, POP, 0, "mov esp, [ebx]")
BEHIND(halt, MOV, 0, "hlt")
BEHIND(halt_pop, POP, 0, "hlt")

static void divide(void)
{
    set_up(0);
    start.eax = start.edx = 0;
    PROGRAM(MOV MARK(fault) "div eax\n" MARK(after));
}

static void interrupt(void)
{
    set_up(0);
    set_gate(0x40, .dpl = 3);
    PROGRAM(POP MARK(fault) "int 0x40\n" MARK(after));
}

static void misaligned(void)
{
    set_up(PAGE_PRESENT | PAGE_USER);
    start.ebx += 1;
    write_cr0(read_cr0() | CR0_AM);
    start.eflags |= EFLAGS_AC;
    PROGRAM(POP MARK(fault) "mov esp, [ebx]\n" MARK(after));
}

#define ROW(name_, run_, cpl, vector_, error_, saved_rip_, about_, ...)                                                                        \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_ " at CPL " #cpl, .spec = "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\"", \
                 .vector = vector_, .error = error_, .saved_rip = saved_rip_, .run = run_, .arg = {cpl}, __VA_ARGS__                           \
    }
VARIANTS(ROW("load", load, 0, VEC_PF, 0, AT_FAULT, "MOV SS, then MOV ESP from a page that isn't present", ),
         ROW("load_user", load, 3, VEC_PF, PF_U, AT_FAULT, "MOV SS, then MOV ESP from a page that isn't present", ),
         ROW("load_pop", load_pop, 0, VEC_PF, 0, AT_FAULT, "POP SS, then MOV ESP from a page that isn't present", ),
         ROW("load_pop_user", load_pop, 3, VEC_PF, PF_U, AT_FAULT, "POP SS, then MOV ESP from a page that isn't present", ),
         ROW("halt", halt, 3, VEC_GP, 0, AT_FAULT, "MOV SS, then HLT", ), ROW("halt_pop", halt_pop, 1, VEC_GP, 0, AT_FAULT, "POP SS, then HLT", ),
         ROW("divide", divide, 0, VEC_DE, NO_ERROR, AT_FAULT, "MOV SS, then DIV by 0", ),
         ROW("interrupt", interrupt, 0, 0x40, NO_ERROR, AFTER, "POP SS, then INT 0x40", ),
         ROW("misaligned", misaligned, 3, VEC_AC, 0, AT_FAULT, "POP SS, then MOV ESP from a misaligned address with AM=1, AC=1", .needs = "i486"));
