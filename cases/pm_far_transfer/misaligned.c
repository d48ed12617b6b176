/* A far CALL at CPL 3 with alignment checks and a stack pointer that the words don't divide: #AC(0), nothing is pushed. A far JMP doesn't push. */
#include <case32.h>

static uint32_t *set_up(void)
{
    uint32_t *pointer = (uint32_t *)map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);

    in_user_mode();
    start.ebx = (uintptr_t)pointer;
    start.esp -= (uint32_t)ARG0;
    start.eflags |= EFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
    return pointer;
}

static void to(uint16_t selector, struct program program)
{
    uint32_t *pointer = set_up();

    pointer[0] = label_of(program, "after");
    pointer[1] = selector;
    run_program(program);
}

static void call(void)
{
    to(SEL_USER_CODE, ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "ud2\n"));
}

static void jump(void)
{
    to(SEL_USER_CODE, ASSEMBLE("jmp fword ptr [ebx]\n" MARK(after) MARK(fault) "ud2\n"));
}

static void gate(void)
{
    struct program program = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "ud2\n");

    to(add_call_gate("gate", (struct call_gate){.offset = label_of(program, "after"), .selector = SEL_USER_CODE, .dpl = 3}) | 3, program);
}

#define ROW(name_, run_, distance, about_, ...)                                                                                             \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_ " at CPL 3, alignment checks", .needs = "i486", .run = run_, .arg = {distance}, __VA_ARGS__ \
    }
#define REFUSED .spec = "SDM 2A \"CALL-Call Procedure\"", .vector = VEC_AC, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW("call", call, 1, "far CALL, ESP misaligned by 1", REFUSED), ROW("call_word", call, 2, "far CALL, ESP misaligned by 2", REFUSED),
         ROW("gate", gate, 2, "far CALL through a call gate to CPL 3, ESP misaligned by 2", REFUSED),
         ROW("jump", jump, 1, "far JMP, ESP misaligned by 1", .spec = "SDM 2A \"JMP-Jump\"", .vector = VEC_UD, .error = NO_ERROR,
             .saved_rip = AT_FAULT));
