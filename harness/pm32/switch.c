/* switch.c: a program for each way to switch to another task. */
#include "case32.h"

static uint16_t task_gate;

uint16_t gate_to_switch_by(enum task_switch way)
{
    if (!task_gate && (way == BY_JMP_GATE || way == BY_CALL_GATE))
        task_gate = add_task_gate("gate", 0, 0);
    return task_gate;
}

struct task *add_task_to_switch_to(enum task_switch way, bool is_16bit)
{
    struct task *task;

    gate_to_switch_by(way);
    task = is_16bit ? add_task16("other") : add_task("other");
    set_task_program(task, ASSEMBLE32(MARK(entry) "int3\n" MARK(stop)));
    if (way == BY_IRET)
        set_task_descriptor(task, is_16bit ? (struct descriptor){.type = SYSTEM_TSS16_BUSY, .limit = sizeof(struct tss16) - 1}
                                           : (struct descriptor){.type = SYSTEM_TSS_BUSY, .limit = sizeof(struct tss32) - 1});
    return task;
}

/* The offset is ignored. */
static void point_to(uint16_t selector)
{
    uint32_t *pointer = frame_of(start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER));

    pointer[0] = 0x12345678;
    pointer[1] = selector;
}

/* Keeps the DPL, as the case may have set it. */
static void point_gate_to(struct gate *gate, uint16_t selector)
{
    *gate = make_gate(0, selector, GATE_TASK, gate->type_dpl_p >> 5 & 3, true);
}

static void switch_by_interrupt(void)
{
    start.eflags &= ~EFLAGS_IF;
    enable_apic();
    send_self(0x40);
    PROGRAM32("sti\nnop\n" MARK(fault) "nop\n" MARK(after));
}

static void switch_by_alignment_check(void)
{
    in_user_mode();
    write_cr0(read_cr0() | CR0_AM);
    start.eflags |= EFLAGS_AC;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER) + 1;
    FAULT32("mov eax, [ebx]");
}

void switch_task(enum task_switch way, uint16_t selector)
{
    switch (way) {
    case BY_JMP_GATE:
    case BY_CALL_GATE:
        point_gate_to((struct gate *)&gdt[gate_to_switch_by(way) / 8], selector);
        point_to(gate_to_switch_by(way));
        break;
    case BY_JMP:
    case BY_CALL:
        point_to(selector);
        break;
    case BY_UD:
        point_gate_to(gate_of(VEC_UD), selector);
        FAULT32("ud2");
        return;
    case BY_AC:
        point_gate_to(gate_of(VEC_AC), selector);
        switch_by_alignment_check();
        return;
    case BY_INT:
        point_gate_to(gate_of(0x40), selector);
        FAULT32("int 0x40");
        return;
    case BY_INTERRUPT:
        point_gate_to(gate_of(0x40), selector);
        switch_by_interrupt();
        return;
    case BY_IRET:
        tss.link = selector;
        start.eflags |= EFLAGS_NT;
        FAULT32("iretd");
        return;
    }
    if (way == BY_JMP || way == BY_JMP_GATE)
        FAULT32("jmp fword ptr [ebx]");
    else
        FAULT32("call fword ptr [ebx]");
}
