/*
 * RPL counts with both bits; a data segment is no gate, though its type's number be one's; a task gate's DPL may be above CPL.
 */
#include <case32.h>

#include "pointer.h"

#define JMP ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" MARK(after) "nop\n")

static void rpl(void)
{
    in_ring(1);
    by_pointer(JMP, "after", (SEL_RING1_CODE & ~3u) | 2);
}

/* ARG0: the type. What a gate's selector would be is the kernel's code. */
static void data(void)
{
    uint64_t d = encode_descriptor((struct descriptor){.type = (uint8_t)ARG0, .base = SEL_KERNEL_CODE, .limit = 0xfff});

    by_pointer(JMP, "after", add_descriptor("data", ARG0 & 1 ? d : d & ~(1ull << 40)));
}

static void task_gate(void)
{
    struct task *other = add_task("other");

    set_task_program(other, ASSEMBLE(MARK(entry) "int3\n" MARK(stop) "nop\n"));
    by_pointer(JMP, "after", add_task_gate("gate", other->selector, 3));
}

#define ROW(name_, run_, arg0, about_, ...)                                                                             \
    {                                                                                                                   \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"JMP-Jump\"", .run = run_, .arg = {arg0}, __VA_ARGS__ \
    }
#define REFUSED(selector) .vector = VEC_GP, .error = selector, .saved_rip = AT_FAULT
VARIANTS(ROW("rpl2", rpl, 0, "far JMP at CPL 1 to code of DPL 1 with RPL 2", REFUSED(SELECTOR_ERROR(SEL_RING1_CODE))),
         ROW("data_4", data, 0x14, "far JMP to a data segment of type 4", REFUSED(SEL_FREE)),
         ROW("data_5", data, 0x15, "far JMP to a data segment of type 5", REFUSED(SEL_FREE)),
         ROW("task_gate_dpl3", task_gate, 0, "far JMP at CPL 0 to a task gate of DPL 3", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "stop"));
