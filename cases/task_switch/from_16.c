/*
 * The old task is one of a 16-bit TSS: 44 bytes are written to it, and nothing behind them. The program's JMP goes there. Before the task switches on
 * it changes all that is saved: what a switch left as it was would show the value with which it began.
 */
#include <case32.h>

/* Behind the far pointer to the new task: the selectors for CS, SS, ES and DS. */
#define CHANGE_ALL                      \
    "movzx esp, sp\n"                   \
    "push dword ptr [0x50000008]\n"     \
    ".byte 0x68\n.long 1f - 0x100000\n" \
    ".byte 0xcb\n"                      \
    "1: pushfd\n"                       \
    "or dword ptr [esp], 0x8d5\n"       \
    "popfd\n"                           \
    "lea esp, [esp - 0x20]\n"           \
    "mov ss, word ptr [0x5000000c]\n"   \
    "mov es, word ptr [0x50000010]\n"   \
    "mov ds, word ptr [0x50000014]\n"   \
    "not eax\nnot ecx\nnot edx\nnot ebx\nnot ebp\nnot esi\nnot edi\n"

static struct program switching(enum task_switch way)
{
    if (way == BY_JMP)
        return ASSEMBLE(CHANGE_ALL MARK(first) "jmp fword ptr [0x50000000]\n" MARK(behind));
    if (way == BY_CALL)
        return ASSEMBLE(CHANGE_ALL MARK(first) "call fword ptr [0x50000000]\n" MARK(behind));
    if (way == BY_INT)
        return ASSEMBLE(CHANGE_ALL MARK(first) "int 0x40\n" MARK(behind));
    if (way == BY_IRET)
        return ASSEMBLE(CHANGE_ALL MARK(first) "iretd\n" MARK(behind));
    return ASSEMBLE(CHANGE_ALL MARK(first) "ud2\n" MARK(behind));
}

static void run(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *first = add_task16("first"), *other = add_task_to_switch_to(way, ARG1);
    uint32_t *pointer = frame_of(map_page_at("second_pointer", 0x50000000, PAGE_PRESENT));

    set_task_program(first, switching(way));
    pointer[1] = other->selector;
    pointer[2] =
        add_descriptor("code_again", encode_descriptor((struct descriptor){.base = 0x100000, .limit = 0xffff, .d = true, .type = CODE_READABLE}));
    pointer[3] = SEL_KERNEL_DATA;
    pointer[4] = SEL_DATA_FS;
    pointer[5] = SEL_DATA_GS;
    set_task_gate(0x40, other);
    set_task_gate(VEC_UD, other);
    if (way == BY_IRET) {
        first->tss16.link = other->selector;
        first->tss16.flags |= EFLAGS_NT;
    }
    record_memory("behind_tss", &first->tss16 + 1, 16);
    for (unsigned i = 0; i < 16; i++)
        ((uint8_t *)(&first->tss16 + 1))[i] = 0x5a;
    switch_task(BY_JMP, first->selector);
}

#define ROW(name_, way_, is_16bit_, about_)                                                                                                  \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"16-Bit Task-State Segment (TSS)\", \"Task Switching\"", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = "stop", .run = run, .arg = {                                                                \
                     way_,                                                                                                                   \
                     is_16bit_                                                                                                               \
                 }                                                                                                                           \
    }
#define BOTH(name, way, about) \
    ROW(name, way, 0, "a task of 16 bits, " about " to one of 32"), ROW(name "16", way, 1, "a task of 16 bits, " about " to another")
VARIANTS(BOTH("jmp", BY_JMP, "far JMP"), BOTH("call", BY_CALL, "far CALL"), BOTH("int", BY_INT, "INT n"), BOTH("iret", BY_IRET, "IRET with NT=1"),
         BOTH("ud", BY_UD, "#UD"));
