/*
 * Two tasks, each of which is left twice. Before it is left again it changes all that a switch saves: what is saved by the first switch only, or
 * loaded by the first only, shows the value of before. `main` is one of a 32-bit TSS, the other one of either size.
 */
#include <case32.h>

/* At 0x50000000, behind the far pointers to the two tasks: selectors for CS and SS, those of a 16-bit task, for ES, DS, FS and GS. */
#define CHANGE(code, base, stack, fs_and_gs)                                     \
    "push dword ptr [" code "]\n"                                                \
    ".byte 0x68\n.long 1f - " base "\n"                                          \
    ".byte 0xcb\n"                                                               \
    "1: pushfd\n"                                                                \
    "xor dword ptr [esp], 0x8d5\n"                                               \
    "popfd\n"                                                                    \
    "lea esp, [esp - 0x20]\n"                                                    \
    "mov ss, word ptr [" stack "]\n" fs_and_gs "mov es, word ptr [0x50000020]\n" \
    "mov ds, word ptr [0x50000024]\n"                                            \
    "not eax\nnot ecx\nnot edx\nnot ebx\nnot ebp\nnot esi\nnot edi\n"
#define CHANGE_ALL CHANGE("0x50000010", "0", "0x50000014", "mov fs, word ptr [0x50000028]\nmov gs, word ptr [0x5000002c]\n")
#define CHANGE_ALL16 "movzx esp, sp\n" CHANGE("0x50000018", "0x100000", "0x5000001c", "")
#define TO_OTHER "fword ptr [0x50000000]\n"
#define TO_MAIN "fword ptr [0x50000008]\n"
#define FIRST(instruction)              \
    instruction CHANGE_ALL MARK(second) \
    instruction MARK(after)
#define THERE(change, instruction) \
    MARK(there) change MARK(back)  \
    instruction MARK(again) "int3\n" MARK(done)

static struct program of_main(enum task_switch way)
{
    if (way == BY_JMP)
        return ASSEMBLE(FIRST("jmp " TO_OTHER));
    if (way == BY_CALL)
        return ASSEMBLE(FIRST("call " TO_OTHER));
    if (way == BY_INT)
        return ASSEMBLE(FIRST("int 0x40\n"));
    return ASSEMBLE(FIRST("iretd\n"));
}

static struct program of_other(enum task_switch way, bool is_16bit)
{
    if (way == BY_JMP)
        return is_16bit ? ASSEMBLE(THERE(CHANGE_ALL16, "jmp " TO_MAIN)) : ASSEMBLE(THERE(CHANGE_ALL, "jmp " TO_MAIN));
    if (way == BY_IRET)
        return is_16bit ? ASSEMBLE(THERE(CHANGE_ALL16, "call " TO_MAIN)) : ASSEMBLE(THERE(CHANGE_ALL, "call " TO_MAIN));
    return is_16bit ? ASSEMBLE(THERE(CHANGE_ALL16, "iretd\n")) : ASSEMBLE(THERE(CHANGE_ALL, "iretd\n"));
}

/* ARG0: the way from `main`, ARG1: the other has a 16-bit TSS. */
static void run(void)
{
    static const struct descriptor code = {.limit = 0xfffff, .g = true, .d = true, .type = CODE_READABLE},
                                   code16 = {.base = 0x100000, .limit = 0xffff, .d = true, .type = CODE_READABLE},
                                   stack = {.limit = 0xfffff, .g = true, .d = true, .type = DATA_WRITABLE},
                                   stack16 = {.limit = 0xfffff, .g = true, .type = DATA_WRITABLE};
    enum task_switch way = (enum task_switch)ARG0;
    struct task *other = add_task_to_switch_to(way, ARG1);
    uint32_t *table = frame_of(map_page_at("table", 0x50000000, PAGE_PRESENT));

    table[1] = other->selector;
    table[3] = SEL_TSS;
    table[4] = add_descriptor("code_again", encode_descriptor(code));
    table[5] = add_descriptor("stack_again", encode_descriptor(stack));
    table[6] = add_descriptor("code16_again", encode_descriptor(code16));
    table[7] = add_descriptor("stack16_again", encode_descriptor(stack16));
    table[8] = SEL_DATA_FS;
    table[9] = SEL_DATA_GS;
    table[10] = SEL_DATA_ES;
    table[11] = SEL_DATA_DS;
    set_task_program(other, of_other(way, ARG1));
    *gate_of(0x40) = make_gate(0, other->selector, GATE_TASK, 0, true);
    if (way == BY_IRET) {
        tss.link = other->selector;
        start.eflags |= EFLAGS_NT;
    }
    run_program(of_main(way));
}

#define ROW(name_, way_, is_16bit_, about_)                                                                                         \
    {                                                                                                                               \
        VARIANT, .name = name_, .about = about_ ", each task is left twice", .spec = "SDM 3A \"Task Switching\"", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = "done", .run = run, .arg = {                                                       \
                     way_,                                                                                                          \
                     is_16bit_                                                                                                      \
                 }                                                                                                                  \
    }
#define BOTH(name, way, about) ROW(name, way, 0, about " to a 32-bit TSS"), ROW(name "16", way, 1, about " to a 16-bit TSS")
VARIANTS(BOTH("jmp", BY_JMP, "far JMP and back by JMP"), BOTH("call", BY_CALL, "far CALL and back by IRET"),
         BOTH("int", BY_INT, "INT n and back by IRET"), BOTH("iret", BY_IRET, "IRET with NT=1 and back by far CALL"));
