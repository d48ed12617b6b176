/*
 * IRETD to virtual-8086 mode loads all of EFLAGS that there is: TF, VIF, VIP and ID too, and no reserved bit. CPL is 3 there: a supervisor's page is
 * out of reach.
 */
#include <case32.h>

#include "iretd.h"

static void enter(struct program inside)
{
    set_up_vm86(inside);
    if (current_case->vector == VEC_PF)
        change_page(16 * REAL_DS, PAGE_USER, 0);
    there.eflags = (there.eflags | (uint32_t)ARG0) & ~(uint32_t)ARG1;
    push_vm86_image();
    FAULT32("iretd");
}

static void flags(void)
{
    enter(ASSEMBLE16(MARK(entry) "int3\n" MARK(stop) "nop\n"));
}

static void step(void)
{
    enter(ASSEMBLE16("nop\n" MARK(stop) "nop\n"));
}

static void page(void)
{
    enter(ASSEMBLE16(MARK(stop) "mov ax, [0]\n"));
}

#define ROW(name_, run_, set, clear, about_, vector_, error_)                                                                                        \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = "IRETD to virtual-8086 mode: " about_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .run = run_, \
                 .arg = {set, clear}, .vector = vector_, .error = error_, .saved_rip = "stop"                                                        \
    }
VARIANTS(ROW("all", flags, 0xffffffff, EFLAGS_TF, "all bits of EFLAGS are 1 but TF", VEC_BP, NO_ERROR),
         ROW("step", step, EFLAGS_TF, 0, "TF=1", VEC_DB, NO_ERROR), ROW("page", page, 0, 0, "MOV of a supervisor page", VEC_PF, PF_P | PF_U));
