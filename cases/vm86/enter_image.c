/*
 * IRETD to virtual-8086 mode loads all of EFLAGS that there is: TF, VIF, VIP and ID too, and no reserved bit. CPL is 3 there: a supervisor's page is
 * out of reach.
 */
#include <case32.h>

static void there(struct program inside)
{
    struct start mine;
    uint32_t *words;

    in_vm86();
    if (current_case->vector == VEC_PF)
        change_page(16 * REAL_DS, PAGE_USER, 0);
    mine = start;
    set_gate(VEC_BP, .dpl = 3);
    set_ivt(0xff, inside); /* for its labels */
    in_ring(0);
    start.eflags &= ~EFLAGS_VM;
    start.ds = start.es = start.fs = start.gs = SEL_KERNEL_DATA;
    words = (uint32_t *)(uintptr_t)(start.esp -= 9 * sizeof(uint32_t));
    words[0] = inside.entry - 16 * REAL_CODE;
    words[1] = REAL_CODE;
    words[2] = (mine.eflags | (uint32_t)ARG0) & ~(uint32_t)ARG1;
    words[3] = mine.esp;
    words[4] = mine.ss;
    words[5] = mine.es;
    words[6] = mine.ds;
    words[7] = mine.fs;
    words[8] = mine.gs;
    FAULT32("iretd");
}

static void flags(void)
{
    there(ASSEMBLE16(MARK(entry) "int3\n" MARK(stop) "nop\n"));
}

static void step(void)
{
    there(ASSEMBLE16("nop\n" MARK(stop) "nop\n"));
}

static void page(void)
{
    there(ASSEMBLE16(MARK(stop) "mov ax, [0]\n"));
}

#define ROW(name_, run_, set, clear, about_, vector_, error_)                                                                                        \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = "IRETD to virtual-8086 mode: " about_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .run = run_, \
                 .arg = {set, clear}, .vector = vector_, .error = error_, .saved_rip = "stop"                                                        \
    }
VARIANTS(ROW("all", flags, 0xffffffff, EFLAGS_TF, "all bits of EFLAGS are 1 but TF", VEC_BP, NO_ERROR),
         ROW("step", step, EFLAGS_TF, 0, "TF=1", VEC_DB, NO_ERROR), ROW("page", page, 0, 0, "MOV of a supervisor page", VEC_PF, PF_P | PF_U));
