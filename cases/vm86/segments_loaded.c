/*
 * What enters virtual-8086 mode loads each segment's base, its selector times 16, and a limit of 0xffff. The program reads the first bytes of each
 * segment and its last one, and then a word there, which is beyond the limit: #GP, or #SS for SS. The handler goes on behind it.
 */
#include <case32.h>

#include "iretd.h"

#define SEGMENTS(X) X("es", "a") X("ds", "b") X("ss", "c") X("fs", "d")
#define READ(segment, letter) "mov e" letter "x, " segment ":[0]\nmov " letter "l, " segment ":[0xffff]\n"
#define READ_ALL SEGMENTS(READ) "mov esi, gs:[0]\nmov ah, gs:[0xffff]\n"
#define BEYOND(segment) "mov bp, " segment ":[0xffff]\n"
#define ALL_BEYOND \
    MARK(es_word) BEYOND("es") MARK(ds_word) BEYOND("ds") MARK(ss_word) BEYOND("ss") MARK(fs_word) BEYOND("fs") MARK(gs_word) BEYOND("gs")
#define END MARK(all_read) "int3\n" MARK(end)

#define LIMITS (ARG1)

/* The first doubleword, and the byte at 0xffff. */
static void fill(unsigned segment, uint32_t first, uint8_t last)
{
    uintptr_t base = 16 * segment;

    *(volatile uint32_t *)base = first;
    *(volatile uint8_t *)(base + 0xffff) = last;
    *(volatile uint8_t *)(base + 0x10000) = 0xee; /* of who has no limit */
    change_page(base + 0xffff, 0, PAGE_USER);
    change_page(base + 0x10000, 0, PAGE_USER);
}

static void set_up(void)
{
    set_up_vm86(LIMITS ? ASSEMBLE16(ALL_BEYOND END) : ASSEMBLE16(READ_ALL END));
    fill(there.es, 0x1e000100, 0xe1);
    fill(there.ds, 0x1d000200, 0xd1);
    fill(there.ss, 0x12000300, 0x51);
    fill(there.fs, 0x1f000400, 0xf1);
    fill(there.gs, 0x16000500, 0x61);
}

/* MOV BP with a displacement, with a prefix or without. */
static void next(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->eip += *(const uint8_t *)(16 * (frame->cs & 0xffff) + frame->eip) == 0x8b ? 4 : 5;
}

static void handle(void)
{
    if (!LIMITS)
        return;
    on_exception(VEC_GP, next);
    on_exception(VEC_SS, next);
}

static void iretd(void)
{
    set_up();
    handle();
    push_vm86_image();
    FAULT32("iretd");
}

static void by_task(void)
{
    struct task *task = add_task_to_switch_to((enum task_switch)ARG0, false);

    set_up();
    handle();
    task->tss.eip = there.eip;
    task->tss.eflags = EFLAGS_VM | EFLAGS_FIXED;
    task->tss.cs = there.cs;
    task->tss.ss = there.ss;
    task->tss.esp = there.esp;
    task->tss.ds = there.ds;
    task->tss.es = there.es;
    task->tss.fs = there.fs;
    task->tss.gs = there.gs;
    switch_task((enum task_switch)ARG0, task->selector);
}

#define ROW(name_, run_, way, limits, vector_, rip_, spec_, needs_, about_)                                                             \
    {                                                                                                                                   \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = (limits) ? 0 : NO_ERROR, .saved_rip = rip_, \
                 .needs = needs_, .run = run_, .arg = {                                                                                 \
                     way,                                                                                                               \
                     limits                                                                                                             \
                 }                                                                                                                      \
    }
#define EACH(name, run, way, needs, spec, about)                                                    \
    ROW(name "_bases", run, way, false, VEC_BP, "end", spec, needs, about ", each segment's base"), \
        ROW(name "_limits", run, way, true, VEC_GP, "es_word", spec, needs, about ", each segment's limit")
#define IRET "SDM 3B \"Entering Virtual-8086 Mode\"; SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", RETURN-TO-VIRTUAL-8086-MODE"
#define SWITCH "SDM 3B \"Entering Virtual-8086 Mode\"; SDM 3A \"Task Switching\""
#define TASK(name, way, needs, about) EACH(name, by_task, way, needs, SWITCH, about " to a task in virtual-8086 mode")
VARIANTS(EACH("iretd", iretd, 0, "", IRET, "IRETD to virtual-8086 mode"), TASK("jmp", BY_JMP, "", "far JMP"), TASK("call", BY_CALL, "", "far CALL"),
         TASK("jmp_gate", BY_JMP_GATE, "", "far JMP through a task gate"), TASK("call_gate", BY_CALL_GATE, "", "far CALL through a task gate"),
         TASK("int", BY_INT, "", "INT n"), TASK("iret", BY_IRET, "", "IRET with NT=1"), TASK("ud", BY_UD, "", "#UD"),
         TASK("interrupt", BY_INTERRUPT, "apic", "an interrupt"));
