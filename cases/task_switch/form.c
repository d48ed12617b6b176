/* The same switch by each form of the instruction: a pointer in the instruction or in memory, operand size 16 and 32, whose offset is ignored. */
#include <case32.h>

#define SELECTOR "0xa0" /* SEL_FREE: the task's */
_Static_assert(SEL_FREE == 0xa0, "SELECTOR");

static struct task *begin(void)
{
    struct task *other = add_task("other");

    set_task_program(other, ASSEMBLE(MARK(entry) "fld1\n")); /* #NM, since INT3 may be what switched */
    return other;
}

static void jump(void)
{
    begin();
    FAULT(".byte 0xea\n.long 0x12345678\n.word " SELECTOR);
}

static void jump16(void)
{
    begin();
    FAULT(".byte 0x66, 0xea\n.word 0x5678, " SELECTOR);
}

static void call(void)
{
    begin();
    FAULT(".byte 0x9a\n.long 0x12345678\n.word " SELECTOR);
}

static void call16(void)
{
    begin();
    FAULT(".byte 0x66, 0x9a\n.word 0x5678, " SELECTOR);
}

/* Four bytes at EBX, the last of a page that none follows. */
static void point16(void)
{
    uint16_t *pointer = frame_of(start.ebx = map_page("pointer", PAGE_PRESENT));

    pointer[0x7fe] = 0x5678;
    pointer[0x7ff] = begin()->selector;
    start.ebx += 0xffc;
}

static void jump_memory16(void)
{
    point16();
    FAULT(".byte 0x66, 0xff, 0x2b"); /* FF /5, [EBX] */
}

static void call_memory16(void)
{
    point16();
    FAULT(".byte 0x66, 0xff, 0x1b"); /* FF /3, [EBX] */
}

static void iretw(void)
{
    struct task *other = begin();

    set_task_descriptor(other, (struct descriptor){.type = SYSTEM_TSS_BUSY, .limit = sizeof(struct tss32) - 1});
    tss.link = other->selector;
    start.eflags |= EFLAGS_NT;
    FAULT(".byte 0x66, 0xcf");
}

static void int3(void)
{
    *gate_of(VEC_BP) = make_gate(0, begin()->selector, GATE_TASK, 0, true);
    FAULT("int3");
}

static void int_3(void)
{
    *gate_of(VEC_BP) = make_gate(0, begin()->selector, GATE_TASK, 0, true);
    FAULT(".byte 0xcd, 3");
}

static void into(void)
{
    *gate_of(VEC_OF) = make_gate(0, begin()->selector, GATE_TASK, 0, true);
    FAULT("into");
}

#define ROW(name_, run_, about_)                                                                                                                \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\", SDM 2A \"JMP-Jump\"", .vector = VEC_NM, .error = NO_ERROR, \
                 .saved_rip = "entry", .run = run_                                                                                              \
    }
VARIANTS(ROW("jmp", jump, "far JMP, ptr16:32"), ROW("jmp16", jump16, "far JMP, ptr16:16"), ROW("jmp_memory16", jump_memory16, "far JMP, m16:16"),
         ROW("call", call, "far CALL, ptr16:32"), ROW("call16", call16, "far CALL, ptr16:16"),
         ROW("call_memory16", call_memory16, "far CALL, m16:16"), ROW("iretw", iretw, "IRET of operand size 16 with NT=1"),
         ROW("int3", int3, "INT3 through a task gate"), ROW("int_3", int_3, "INT 3 of two bytes through a task gate"),
         ROW("into", into, "INTO through a task gate"));
