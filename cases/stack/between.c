/*
 * The instruction behind MOV SS, which is to load RSP, faults: what MOV SS holds back are interrupts and traps, not faults. The frame has the new SS
 * and the old RSP. debug/single_step_stack_switch.c has UD2.
 */
#include <case.h>

/* ARG0: CPL */
static void set_up(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .dpl = (uint8_t)ARG0, .limit = 0xfffff, .g = true, .d = true};

    if (ARG0)
        in_user_mode();
    start.rcx = add_descriptor("other_data", encode_descriptor(d)) | ARG0;
    start.rbx = map_page("operand", ARG1);
}

#define BEHIND(name, instruction)                                          \
    static void name(void)                                                 \
    {                                                                      \
        set_up();                                                          \
        PROGRAM("mov ss, ecx\n" MARK(fault) instruction "\n" MARK(after)); \
    }
BEHIND(load, "mov rsp, [rbx]")
BEHIND(halt, "hlt")

static void divide(void)
{
    set_up();
    start.rax = start.rdx = 0;
    PROGRAM("mov ss, ecx\n" MARK(fault) "div rax\n" MARK(after));
}

static void non_canonical(void)
{
    set_up();
    start.rbx = NONCANONICAL_57;
    PROGRAM("mov ss, ecx\n" MARK(fault) "mov rsp, [rbx]\n" MARK(after));
}

static void misaligned(void)
{
    set_up();
    start.rbx += 1;
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
    PROGRAM("mov ss, ecx\n" MARK(fault) "mov rsp, [rbx]\n" MARK(after));
}

static void interrupt(void)
{
    set_up();
    set_gate(0x40, .dpl = 3);
    PROGRAM("mov ss, ecx\n" MARK(fault) "int 0x40\n" MARK(after));
}

#define ROW(name_, run_, cpl, flags, vector_, error_, saved_rip_, about_)                                                          \
    {                                                                                                                              \
        VARIANT, .name = name_, .about = "MOV SS, then " about_ " at CPL " #cpl,                                                   \
                 .spec = "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\"", .vector = vector_, .error = error_, \
                 .saved_rip = saved_rip_, .run = run_, .arg = {                                                                    \
                     cpl,                                                                                                          \
                     flags                                                                                                         \
                 }                                                                                                                 \
    }
#define THERE (PAGE_PRESENT | PAGE_WRITE | PAGE_USER)
VARIANTS(ROW("load", load, 0, 0, VEC_PF, 0, AT_FAULT, "MOV RSP from a page that isn't present"),
         ROW("load_user", load, 3, PAGE_USER, VEC_PF, PF_U, AT_FAULT, "MOV RSP from a page that isn't present"),
         ROW("non_canonical", non_canonical, 0, 0, VEC_GP, 0, AT_FAULT, "MOV RSP from a non-canonical address"),
         ROW("non_canonical_user", non_canonical, 3, 0, VEC_GP, 0, AT_FAULT, "MOV RSP from a non-canonical address"),
         ROW("misaligned", misaligned, 3, THERE, VEC_AC, 0, AT_FAULT, "MOV RSP from a misaligned address with AM=1, AC=1"),
         ROW("halt", halt, 3, 0, VEC_GP, 0, AT_FAULT, "HLT"), ROW("divide", divide, 0, 0, VEC_DE, NO_ERROR, AT_FAULT, "DIV by 0"),
         ROW("divide_user", divide, 3, 0, VEC_DE, NO_ERROR, AT_FAULT, "DIV by 0"),
         ROW("interrupt", interrupt, 0, 0, 0x40, NO_ERROR, AFTER, "INT 0x40"),
         ROW("interrupt_user", interrupt, 3, 0, 0x40, NO_ERROR, AFTER, "INT 0x40"));
