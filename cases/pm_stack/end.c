/*
 * Where a stack ends: an expand-down segment at FFFFH or FFFFFFFFH by B, however its limit; the last word of one that expands up is still in it. What
 * is beyond the limit is #SS, aligned or not. SP and ESP wrap to 0 where a pop reaches the end, and linear addresses at 4 GiB.
 */
#include <case32.h>

enum { UP, DOWN };

/* A stack segment of CPL 3 and ESP in it. Of expand-down segments 4 KiB are missing below. ARG0: ESP. */
static void stack(unsigned kind, uint32_t base, uint32_t limit, bool big)
{
    in_user_mode();
    start.ss = add_descriptor("stack", encode_descriptor((struct descriptor){.type = kind == DOWN ? DATA_EXPAND_DOWN : DATA_WRITABLE,
                                                                             .dpl = 3,
                                                                             .base = base,
                                                                             .limit = limit > 0xfffff ? limit >> 12 : limit,
                                                                             .g = limit > 0xfffff,
                                                                             .d = big})) |
               3u;
    start.esp = (uint32_t)ARG0;
}

static uint32_t bottom(void)
{
    return (uint32_t)stack_base(STACK_USER);
}

static uint32_t top(void)
{
    return (uint32_t)stack_top(STACK_USER);
}

#define RUN(name, set_up, instruction) \
    static void name(void)             \
    {                                  \
        set_up;                        \
        FAULT(instruction);            \
    }
#define IMAGE 0x897 /* OF, SF, AF, PF, CF */
#define CALL "call 1f\n1:"

RUN(down16, stack(DOWN, top() - 0x10000, 0xfff, false), "pushfd")
RUN(down32, stack(DOWN, 0, 0xfff, true), "pushfd")
RUN(up, stack(UP, bottom(), 0xfff, true), "pushfd")
RUN(up_call, stack(UP, bottom(), 0xfff, true), CALL)
/* POPF; the upper half of ESP is the program's. */
static void pop16(void)
{
    stack(UP, top() - 0x10000, 0xffff, false);
    *(uint16_t *)(top() - 2) = IMAGE;
    PROGRAM("mov esp, 0x5a5afffe\n" MARK(fault) ".byte 0x66, 0x9d\n" MARK(after));
}
RUN(down32_high, stack(DOWN, 0, 0xfff, true); start.esp = top(), CALL)
RUN(pop32, stack(UP, top(), 0xffffffff, true); *(uint32_t *)(top() - 4) = IMAGE, "popfd")
RUN(wrap_call, stack(UP, 0x80000000, 0xffffffff, true); start.esp += top(), CALL)

static void check_alignment(void)
{
    write_cr0(read_cr0() | CR0_AM);
    start.eflags |= EFLAGS_AC;
}
RUN(misaligned_push, stack(UP, bottom(), 0xfff, true); check_alignment(), "pushfd")
RUN(misaligned_pop, stack(UP, bottom(), 0xfff, true); check_alignment(), "popfd")

#define ROW(name_, run_, esp_, about_, ...)                                                                                                        \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = "CPL 3, " about_, .spec = "SDM 3A \"Limit Checking\"; SDM 1 \"Stack-Segment Address-Size\"", .run = run_, \
                 .arg = {esp_}, __VA_ARGS__                                                                                                        \
    }
#define PASSES .vector = NO_EXCEPTION
#define FAULTS .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT
VARIANTS(ROW("down16", down16, 2, "PUSHFD to an expand-down stack, B=0, SP 2", FAULTS),
         ROW("down16_last", down16, 0, "PUSHFD to an expand-down stack, B=0, SP 0: the last dword", PASSES),
         ROW("down32", down32, 2, "PUSHFD to an expand-down stack, B=1, ESP 2", FAULTS),
         ROW("down32_high", down32_high, 0, "CALL, expand-down stack, B=1, ESP above FFFFH", PASSES),
         ROW("up_last", up, 4, "PUSHFD to the lowest dword of the segment", PASSES),
         ROW("up_last_call", up_call, 4, "CALL, the lowest dword of the segment", PASSES),
         ROW("pop16", pop16, 0xfffe, "POPF of the last word, B=0: SP wraps to 0", PASSES),
         ROW("pop32", pop32, 0xfffffffc, "POPFD of the last dword, B=1: ESP wraps to 0", PASSES),
         ROW("wrap_call", wrap_call, 0x80000000, "CALL, base and ESP add up to more than 4 GiB", PASSES),
         ROW("misaligned_push", misaligned_push, 2, "PUSHFD beyond the limit, ESP isn't aligned, AC=1: #SS", FAULTS),
         ROW("misaligned_pop", misaligned_pop, 0xffe, "POPFD beyond the limit, ESP isn't aligned, AC=1: #SS", FAULTS));
