/*
 * A descriptor whose accessed flag is 0, on a page that can't be written: the instruction that loads it faults with a supervisor's write, whichever
 * register it is for, and nothing of the transfer has happened. The descriptors are those of an LDT of one page.
 */
#include <case32.h>

#include "../pm_far_transfer/pointer.h"

#define CODE (8u | SELECTOR_TI)
#define STACK (16u | SELECTOR_TI)

enum wrong { OF_CODE, OF_STACK };

/* ARG0: which of the two isn't accessed yet; ARG1: CPL and DPL of the code, << 4: DPL of the stack. */
static void set_up(unsigned code_dpl, unsigned stack_dpl)
{
    struct descriptor code = {.type = CODE_READABLE, .limit = 0xfffff, .g = true, .d = true, .dpl = (uint8_t)code_dpl},
                      stack = {.type = DATA_WRITABLE, .limit = 0xfffff, .g = true, .d = true, .dpl = (uint8_t)stack_dpl};
    uintptr_t table = map_page("table", PAGE_PRESENT);
    uint64_t *entries = frame_of(table);
    const uint64_t a = 1ull << 40;

    entries[1] = (encode_descriptor(code) & ~a) | (ARG0 == OF_CODE ? 0 : a);
    entries[2] = (encode_descriptor(stack) & ~a) | (ARG0 == OF_STACK ? 0 : a);
    lldt(add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = table, .limit = PAGE_SIZE - 1})));
    write_cr0(read_cr0() | CR0_WP);
    record_memory("entries", entries, 24);
}

#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n"

static void jmp(void)
{
    set_up(0, 0);
    by_pointer(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]" TARGET), "target", CODE);
}

static void call(void)
{
    set_up(0, 0);
    by_pointer(ASSEMBLE(MARK(fault) "call fword ptr [ebx]" TARGET), "target", CODE);
}

/* From CPL 3; the gate's code is of DPL ARG1. */
static void gate(struct program p)
{
    set_up((unsigned)ARG1, 1);
    in_user_mode();
    tss.ss1 = STACK | 1;
    by_pointer(p, "target", add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = CODE, .dpl = 3}) | 3u);
}

static void jmp_gate(void)
{
    gate(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]" TARGET));
}

static void call_gate(void)
{
    gate(ASSEMBLE(MARK(fault) "call fword ptr [ebx]" TARGET));
}

static void interrupt(void)
{
    set_up((unsigned)ARG1, 1);
    in_user_mode();
    tss.ss1 = STACK | 1;
    set_gate(0x40, .dpl = 3, .selector = CODE);
    FAULT("int 0x40");
}

/* To CPL ARG1, from 0. */
static void retf(void)
{
    set_up((unsigned)ARG1, (unsigned)ARG1);
    start.eax = CODE | (uint32_t)ARG1;
    start.edx = STACK | (uint32_t)ARG1;
    PROGRAM("push edx\npush esp\npush eax\npush 0x1000\n" MARK(fault) "retf\n" MARK(after) "nop\n");
}

static void iret(void)
{
    set_up((unsigned)ARG1, (unsigned)ARG1);
    start.eax = CODE | (uint32_t)ARG1;
    start.edx = STACK | (uint32_t)ARG1;
    PROGRAM("push edx\npush esp\npushfd\npush eax\npush 0x1000\n" MARK(fault) "iretd\n" MARK(after) "nop\n");
}

#define ROW(name_, run_, which, cpl, about_)                                                                                         \
    {                                                                                                                                \
        VARIANT, .name = name_, .about = about_ " has A=0 on a read-only page, CR0.WP=1",                                            \
                 .spec = "SDM 3A \"Code- and Data-Segment Descriptor Types\", \"Access Rights\"", .needs = "i486", .vector = VEC_PF, \
                 .error = PF_P | PF_W, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                  \
                     which,                                                                                                          \
                     cpl                                                                                                             \
                 }                                                                                                                   \
    }
VARIANTS(ROW("jmp", jmp, OF_CODE, 0, "far JMP at CPL 0: the code"), ROW("call", call, OF_CODE, 0, "far CALL at CPL 0: the code"),
         ROW("jmp_gate", jmp_gate, OF_CODE, 3, "far JMP through a gate at CPL 3: the code"),
         ROW("call_gate", call_gate, OF_CODE, 3, "far CALL through a gate at CPL 3: the code"),
         ROW("call_gate_inner", call_gate, OF_CODE, 1, "far CALL through a gate from CPL 3 to 1: the code"),
         ROW("call_gate_stack", call_gate, OF_STACK, 1, "far CALL through a gate from CPL 3 to 1: the stack"),
         ROW("int_n", interrupt, OF_CODE, 3, "INT n at CPL 3: the handler's code"),
         ROW("int_n_inner", interrupt, OF_CODE, 1, "INT n from CPL 3 to 1: the handler's code"),
         ROW("int_n_stack", interrupt, OF_STACK, 1, "INT n from CPL 3 to 1: the handler's stack"),
         ROW("retf", retf, OF_CODE, 0, "far RET at CPL 0: the code"), ROW("retf_outer", retf, OF_CODE, 3, "far RET from CPL 0 to 3: the code"),
         ROW("retf_stack", retf, OF_STACK, 3, "far RET from CPL 0 to 3: the stack"), ROW("iret", iret, OF_CODE, 0, "IRET at CPL 0: the code"),
         ROW("iret_outer", iret, OF_CODE, 1, "IRET from CPL 0 to 1: the code"),
         ROW("iret_stack", iret, OF_STACK, 1, "IRET from CPL 0 to 1: the stack"));
