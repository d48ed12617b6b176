/*
 * Far CALL needs room for two words of its size, or of its gate's, and no more, far JMP for none; a stack of 16 bytes shows it. The room is looked at
 * before the offset, and behind P of the segment.
 */
#include <case32.h>

#include "pointer.h"

#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)
#define NOT_PRESENT 1u
#define LIMIT 2u /* the target lies behind the limit of its code */

/* ARG0: ESP, in the stack; ARG1: what is wrong with the code. */
static uint16_t set_up(unsigned cpl)
{
    struct descriptor stack = {.type = DATA_WRITABLE, .d = true, .limit = 15, .dpl = (uint8_t)cpl},
                      code = {.type = CODE_READABLE, .d = true, .limit = ARG1 & LIMIT ? 15 : 0xfffff, .dpl = (uint8_t)cpl};

    code.g = !(ARG1 & LIMIT);
    code.not_present = ARG1 & NOT_PRESENT;
    in_ring(cpl);
    set_gate(VEC_BP, .dpl = 3);
    stack.base = map_page("stack", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.ss = add_descriptor("small", encode_descriptor(stack)) | cpl;
    start.esp = (uint32_t)ARG0;
    return add_descriptor("target_code", encode_descriptor(code)) | (uint16_t)cpl;
}

static void through_gate(struct program p)
{
    uint16_t selector = set_up(3);

    by_pointer(p, "target", add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = selector, .dpl = 3}) | 3u);
}

static void jmp(void)
{
    by_pointer(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]" TARGET), "target", set_up(3));
}

static void call(void)
{
    by_pointer(ASSEMBLE(MARK(fault) "call fword ptr [ebx]" TARGET), "target", set_up(3));
}

static void jmp_gate(void)
{
    through_gate(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]" TARGET));
}

static void call_gate(void)
{
    through_gate(ASSEMBLE(MARK(fault) "call fword ptr [ebx]" TARGET));
}

static void aligned_jmp_gate(void)
{
    start.eflags |= EFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
    jmp_gate();
}

#define ROW(name_, run_, esp, wrong, about_, ...)                                                                                                    \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_ " at CPL 3, a stack of 16 bytes, ESP=" #esp, .spec = "SDM 2A \"CALL-Call Procedure\", \"JMP-Jump\"", \
                 .run = run_, .arg = {esp, wrong}, __VA_ARGS__                                                                                       \
    }
#define COMES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached"
#define FAULTS(vector_, error_) .vector = vector_, .error = error_, .saved_rip = AT_FAULT
#define CODE (SEL_FREE + 8)
VARIANTS(ROW("jmp", jmp, 0, 0, "far JMP", COMES), ROW("call", call, 8, 0, "far CALL", COMES),
         ROW("call_none", call, 4, 0, "far CALL", FAULTS(VEC_SS, 0)),
         ROW("call_not_present", call, 4, NOT_PRESENT, "far CALL to code that isn't present", FAULTS(VEC_NP, CODE)),
         ROW("jmp_gate", jmp_gate, 0, 0, "far JMP through a gate", COMES), ROW("call_gate", call_gate, 8, 0, "far CALL through a gate", COMES),
         ROW("call_gate_none", call_gate, 4, 0, "far CALL through a gate", FAULTS(VEC_SS, 0)),
         ROW("call_gate_limit", call_gate, 4, LIMIT, "far CALL through a gate to an offset beyond the limit", FAULTS(VEC_SS, 0)),
         ROW("jmp_gate_misaligned", aligned_jmp_gate, 9, 0, "far JMP through a gate with alignment checks", COMES, .needs = "i486"));
