/*
 * nmi/iret.c in 32-bit mode: each execution of IRET unblocks NMIs, of either operand size, at each CPL, to the same level, to an outer one and to
 * another task, to virtual-8086 mode and in it, and also one that faults, before the fault's handler begins. The first time it runs, the NMI's
 * handler sends a second NMI to itself, which waits for that IRET; the second time it ends the run by INT3. Another INT3 is where the program gets to
 * without it.
 */
#include <case32.h>

/* EBX: the ICR, EAX: the command for an NMI. ECX tells the second time from the first. EDI and ESI: what the variant needs. */
#define FIRST_TIME "jecxz 1f\njmp 8f\n1: mov ecx, 1\nmov ss:[ebx], eax\n"
#define SECOND_TIME "8: int3\n" MARK(second)
#define TARGET "7: " MARK(inner) "int3\n"
#define IRETW ".byte 0x66, 0xcf\n"
#define PUSHW(value) ".byte 0x66, 0x68\n.word " #value "\n"

static void block_and_send(void)
{
    enable_apic();
    block_nmi();
    send_self_nmi();
    start.eax = 0x4400;
    start.ebx = APIC_BASE + APIC_ICR_LOW;
    start.ecx = 0;
    set_gate(VEC_BP, .dpl = 3);
}

#define THE_PROGRAM MARK(fault) "nop\n" MARK(after) "int3\n" MARK(behind)

static void run(struct program handler)
{
    block_and_send();
    on_exception_run(VEC_NMI, handler);
    PROGRAM(THE_PROGRAM);
}

/* Of 64 KiB from the target on: its offset is 0. */
static uint16_t short_code(struct program p, uint8_t dpl)
{
    struct descriptor d = {.type = CODE_READABLE, .base = label_of(p, "inner"), .limit = 0xffff, .d = true, .dpl = dpl};

    return (uint16_t)(add_descriptor("short_code", encode_descriptor(d)) | dpl);
}

static void word(void)
{
    struct program p = HANDLER(FIRST_TIME "pushfw\npush di\n" PUSHW(0) IRETW TARGET SECOND_TIME);

    start.edi = short_code(p, 0);
    run(p);
}

static void outer_word(void)
{
    struct program p = HANDLER(FIRST_TIME PUSHW(0x23) PUSHW(0x7f80) "pushfw\npush di\n" PUSHW(0) IRETW TARGET SECOND_TIME);

    user_may_run_program();
    start.edi = short_code(p, 3);
    run(p);
}

/* To the level of EDI by RET, with ESP at the image. EDX: SS. ARG0: CPL. */
#define TO_RING "push edx\npush esi\npush edi\n.byte 0x68\n.long 6f\nretf\n6: "

static void ring(void)
{
    struct program p = HANDLER(FIRST_TIME TO_RING "iretd\n" TARGET SECOND_TIME);
    uint32_t *image = (uint32_t *)(stack_top(ARG0 == 1 ? STACK_RING1 : STACK_USER) - 0x80);

    user_may_run_program();
    start.edi = image[1] = ARG0 == 1 ? SEL_RING1_CODE : SEL_USER_CODE;
    start.edx = ARG0 == 1 ? SEL_RING1_DATA : SEL_USER_DATA;
    image[0] = label_of(p, "inner");
    image[2] = EFLAGS_FIXED;
    start.esi = (uintptr_t)image;
    run(p);
}

/* From the NMI's handler to the program. */
static void to_vm86(void)
{
    in_vm86();
    block_and_send();
    on_exception_run(VEC_NMI, HANDLER(FIRST_TIME "jmp 9f\n" SECOND_TIME "9:\n"));
    PROGRAM16(THE_PROGRAM);
}

/* The task has the NMI's gate. */
static void by_link(void)
{
    struct task *task = add_task("handler");

    block_and_send();
    task->tss.eax = start.eax;
    task->tss.ebx = start.ebx;
    task->tss.ecx = 0;
    set_task_program(task, ASSEMBLE(MARK(entry) FIRST_TIME "iretd\n" MARK(left) SECOND_TIME));
    set_task_gate(VEC_NMI, task);
    PROGRAM(THE_PROGRAM);
}

/* For a far transfer by EDI. */
static void point_to(const struct task *task)
{
    uint32_t *pointer = frame_of(start.edi = map_page("pointer", PAGE_PRESENT));

    pointer[1] = task->selector;
}

/* The handler calls a task, which returns by its link. */
static void nested(void)
{
    struct task *task = add_task("other");

    set_task_program(task, ASSEMBLE("iretd\n" MARK(returned)));
    point_to(task);
    run(HANDLER(FIRST_TIME "call fword ptr [edi]\n" TARGET SECOND_TIME));
}

/* The handler jumps to a task in virtual-8086 mode. ARG0: EFLAGS. */
static void go_to_vm86(struct program p, bool wide)
{
    struct task *task = add_task("other");
    const struct start mine = start;
    uint32_t image[3];

    in_vm86();
    set_task_program(task, p);
    image[0] = label_of(p, "inner") - 16 * REAL_CODE;
    image[1] = REAL_CODE;
    image[2] = EFLAGS_FIXED;
    task->tss.esp = start.esp - (wide ? 12 : 6);
    for (unsigned i = 0; i < 3; i++)
        if (wide)
            ((uint32_t *)(16 * REAL_STACK + task->tss.esp))[i] = image[i];
        else
            ((uint16_t *)(16 * REAL_STACK + task->tss.esp))[i] = (uint16_t)image[i];
    task->tss.eip -= 16 * REAL_CODE;
    task->tss.cs = start.cs;
    task->tss.eflags |= EFLAGS_VM | (uint32_t)ARG0;
    task->tss.ss = start.ss;
    task->tss.ds = start.ds;
    task->tss.es = start.es;
    task->tss.fs = start.fs;
    task->tss.gs = start.gs;
    task->tss.ecx = 1;
    start = mine;
    if (current_case->needs[4])
        write_cr4(read_cr4() | CR4_VME);
    point_to(task);
    run(HANDLER(FIRST_TIME "jmp fword ptr [edi]\n" MARK(jumped) SECOND_TIME));
}

static void vm86(void)
{
    go_to_vm86(ASSEMBLE16(MARK(returns) "iret\n" TARGET), false);
}

static void vm86_wide(void)
{
    go_to_vm86(ASSEMBLE16(MARK(returns) "iretd\n" TARGET), true);
}

/* The fault's handler, which the second NMI comes before. ARG1: the vector. */
static void catch_fault(void)
{
    struct program p = HANDLER(MARK(handler) "int3\n" MARK(reached));

    on_exception_run((unsigned)ARG1, p);
    *gate_of((unsigned)ARG1) = make_gate(p.entry, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
}

static void fault_vm86(void)
{
    catch_fault();
    vm86();
}

static void fault_vm86_wide(void)
{
    catch_fault();
    vm86_wide();
}

static void fault_code(void)
{
    catch_fault();
    run(HANDLER(FIRST_TIME "mov dword ptr [esp + 4], 0\n" MARK(returns) "iretd\n" SECOND_TIME));
}

/* The link names a task that isn't busy. */
static void fault_link(void)
{
    tss.link = add_task("other")->selector;
    catch_fault();
    run(HANDLER(FIRST_TIME "pushfd\nor dword ptr [esp], 0x4000\npopfd\n" MARK(returns) "iretd\n" SECOND_TIME));
}

#define ROW(name_, run_, arg0, fault, needs_, about_, ...)                                                                                    \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "in an NMI's handler, another waits: " about_, .spec = "SDM 3A \"Handling Multiple NMIs\"",          \
                 .needs = needs_, .vector = VEC_NMI, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = run_, .arg = {arg0, fault}, __VA_ARGS__ \
    }

VARIANTS(ROW("word", word, 0, 0, "apic", "IRET of a word", ), ROW("outer_word", outer_word, 0, 0, "apic", "IRET of a word to CPL 3", ),
         ROW("ring1", ring, 1, 0, "apic", "IRETD at CPL 1", ), ROW("user", ring, 3, 0, "apic", "IRETD at CPL 3", ),
         ROW("to_vm86", to_vm86, 0, 0, "apic", "IRETD to virtual-8086 mode", ),
         {VARIANT, .name = "by_link", .about = "in an NMI's handler, another waits: IRETD with NT=1 from the task of the NMI's gate",
          .spec = "SDM 3A \"Handling Multiple NMIs\"", .needs = "apic", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "second", .run = by_link},
         ROW("nested", nested, 0, 0, "apic", "IRETD with NT=1 in a task that the handler calls", ),
         ROW("vm86", vm86, EFLAGS_IOPL(3), 0, "apic", "IRET in virtual-8086 mode with IOPL=3", ),
         ROW("vm86_wide", vm86_wide, EFLAGS_IOPL(3), 0, "apic", "IRETD in virtual-8086 mode with IOPL=3", ),
         ROW("vm86_vme", fault_vm86, 0, VEC_GP, "apic vme", "IRET in virtual-8086 mode with IOPL=0, CR4.VME=1", ),
         ROW("fault_vm86", fault_vm86, 0, VEC_GP, "apic", "IRET in virtual-8086 mode with IOPL=0 is #GP(0)", ),
         ROW("fault_vm86_wide", fault_vm86_wide, EFLAGS_IOPL(2), VEC_GP, "apic vme",
             "IRETD in virtual-8086 mode with IOPL=2, CR4.VME=1, is #GP(0)", ),
         ROW("fault_code", fault_code, 0, VEC_GP, "apic", "IRETD with CS=0 is #GP(0)", ),
         ROW("fault_link", fault_link, 0, VEC_TS, "apic", "IRETD with NT=1 to a task that isn't busy is #TS", ));
