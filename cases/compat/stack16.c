/*
 * A stack segment with B=0 in compatibility mode: SP alone counts and wraps at 64 KiB, so that SP=0 is as good as any; bits 31:16 of ESP stay. An
 * operand that would cross the segment's last byte is #SS(0), and so is one beyond a smaller limit, or at or below that of a segment that expands
 * down. The base is a page, with present pages around the 64 KiB. The program loads ESP itself: IRETQ may leave its upper half out.
 */
#include <case.h>

#define UPPER 0xabcd0000u

enum { WHOLE, SHORT, DOWN }; /* the segment: limit 0xffff, limit 0xfff, expand-down with limit 0xfff */

static uintptr_t base;

/* ARG0: SP. ARG1: the segment. */
static void stack(void)
{
    struct descriptor d = {.type = ARG1 == DOWN ? DATA_EXPAND_DOWN : DATA_WRITABLE, .limit = ARG1 == WHOLE ? 0xffff : 0xfff, .dpl = 3};

    in_compat_user();
    base = map_pages("stack", 18, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
    d.base = (uint32_t)base;
    for (unsigned page = 0; page < 16; page++)
        fill_words((uintptr_t)frame_of(base + page * PAGE_SIZE), 0x5a5a5a5a5a5a5a5a, PAGE_SIZE / 8);
    start.ss = add_descriptor("small_stack", encode_descriptor(d)) | 3;
    start.fs = 0;
    start.rsp = 0x800;
    start.rdi = UPPER | ARG0;
    start.rbp = UPPER | ARG0;
    start.rbx = 0x12345678;
}

static void record(void)
{
    record_memory("bottom", frame_of(base), 16);
    record_memory("page_end", frame_of(base + 0xff0), 16);
    record_memory("top", frame_of(base + 0xfff0), 16);
}

#define RUN(name, text)                                                        \
    static void name(void)                                                     \
    {                                                                          \
        stack();                                                               \
        record();                                                              \
        PROGRAM32("mov esp, edi\n" MARK(fault) text "\n" MARK(after) "nop\n"); \
    }

RUN(push, "push bx")
RUN(push32, "push ebx")
RUN(push_imm, ".byte 0x66, 0x6a, 0x85")
RUN(push_imm32, "push 0x12345678")
RUN(push_segment, ".byte 0x66, 0x0f, 0xa0") /* FS, which is NULL */
RUN(push_sp, "push sp")
RUN(push_sp32, "push esp")
RUN(pushf, ".byte 0x66, 0x9c")
RUN(pushf32, "pushfd")
RUN(pusha, ".byte 0x66, 0x60")
RUN(pusha32, ".byte 0x60")
RUN(enter, ".byte 0x66, 0xc8, 4, 0, 0")
RUN(enter32, ".byte 0xc8, 4, 0, 0")
RUN(pop, "pop bx")
RUN(pop32, "pop ebx")
RUN(popa, ".byte 0x66, 0x61")
RUN(popa32, ".byte 0x61")
RUN(leave, ".byte 0x66, 0xc9")
RUN(leave32, ".byte 0xc9")

static uint32_t *pushed(void)
{
    return frame_of(base + ((ARG0 - 4) & 0xffff));
}

static void note_selector(void)
{
    note("pushed_is_fs", *pushed() == SEL_USER_DATA);
}

/* The upper half of what it pushes is 0 or what lay there, which is 0. */
static void push_segment32(void)
{
    stack();
    start.fs = SEL_USER_DATA;
    *pushed() = 0;
    at_end(note_selector);
    PROGRAM32("mov esp, edi\n" MARK(fault) ".byte 0x0f, 0xa0\n" MARK(after) "nop\n");
}

static void pop_segment32(void)
{
    stack();
    *(uint32_t *)frame_of(base + ARG0) = 0x12340000; /* NULL */
    start.fs = SEL_USER_DATA;
    PROGRAM32("mov esp, edi\n" MARK(fault) ".byte 0x0f, 0xa1\n" MARK(after) "nop\n");
}

static void note_pushed(void)
{
    note("return_address_is_after", *(uint32_t *)frame_of(base + 0xfffc) == recorded_label("after"));
}

static void call(void)
{
    stack();
    if (!ARG0)
        at_end(note_pushed);
    PROGRAM32("mov esp, edi\n" MARK(fault) "call 1f\n" MARK(after) "1: nop\n");
}

/* What they pop: the label `after`, CS, flags with ID set. */
static void back(struct program p, unsigned size)
{
    uint32_t words[] = {(uint32_t)label_of(p, "after"), SEL_USER_CODE32, RFLAGS_FIXED | RFLAGS_ID};

    stack();
    for (unsigned i = 0; i < size; i++)
        ((volatile uint8_t *)frame_of(base + ARG0 / PAGE_SIZE * PAGE_SIZE))[(ARG0 % PAGE_SIZE) + i] = ((const uint8_t *)words)[i];
    run_program(p);
}

static void ret(void)
{
    back(ASSEMBLE32("mov esp, edi\n" MARK(fault) "ret\n" MARK(next) "ud2\n" MARK(after) "nop\n"), 4);
}

static void ret_n(void)
{
    back(ASSEMBLE32("mov esp, edi\n" MARK(fault) "ret 8\n" MARK(next) "ud2\n" MARK(after) "nop\n"), 4);
}

static void retf(void)
{
    back(ASSEMBLE32("mov esp, edi\n" MARK(fault) ".byte 0xcb\n" MARK(next) "ud2\n" MARK(after) "nop\n"), 8);
}

static void retf_n(void)
{
    back(ASSEMBLE32("mov esp, edi\n" MARK(fault) ".byte 0xca, 8, 0\n" MARK(next) "ud2\n" MARK(after) "nop\n"), 8);
}

static void iretd(void)
{
    back(ASSEMBLE32("mov esp, edi\n" MARK(fault) "iretd\n" MARK(next) "ud2\n" MARK(after) "nop\n"), 12);
}

static void int_n(void)
{
    set_gate(0x40, .dpl = 3);
    stack();
    PROGRAM32("mov esp, edi\n" MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

static void ud2(void)
{
    stack();
    PROGRAM32("mov esp, edi\n" MARK(fault) "ud2\n" MARK(after) "nop\n");
}

static void resumed(void)
{
    on_exception(0x40, resume);
    set_gate(0x40, .dpl = 3);
    stack();
    record();
    PROGRAM32("mov esp, edi\n" MARK(fault) "int 0x40\n" MARK(after) "push bx\n");
}

#define CALL "SDM 2A \"CALL-Call Procedure\""
#define ENTER "SDM 2A \"ENTER-Make Stack Frame for Procedure Parameters\""
#define LEAVE "SDM 2A \"LEAVE-High Level Procedure Exit\""
#define POP "SDM 2B \"POP-Pop a Value From the Stack\""
#define POPA "SDM 2B \"POPA/POPAD-Pop All General-Purpose Registers\""
#define PUSH "SDM 2B \"PUSH-Push Word, Doubleword, or Quadword Onto the Stack\""
#define PUSHA "SDM 2B \"PUSHA/PUSHAD-Push All General-Purpose Registers\""
#define PUSHF "SDM 2B \"PUSHF/PUSHFD/PUSHFQ-Push EFLAGS Register Onto the Stack\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define ROW(name_, run_, sp, segment, spec_, about_, ...)                                                                           \
    {                                                                                                                               \
        VARIANT, .name = name_, .env = COMPAT32, .about = "SS with B=0 in compatibility mode: " about_, .spec = spec_, .run = run_, \
                 .arg = {sp, segment}, __VA_ARGS__                                                                                  \
    }
#define OK(name, run, sp, segment, spec, about) ROW(name, run, sp, segment, spec, about, .vector = NO_EXCEPTION)
#define SS(name, run, sp, segment, spec, about) ROW(name, run, sp, segment, spec, about, .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT)

VARIANTS(OK("push_0", push, 0x0, WHOLE, PUSH, "PUSH BX with SP=0x0"), OK("push_2", push, 0x2, WHOLE, PUSH, "PUSH BX with SP=0x2"),
         OK("push32_0", push32, 0x0, WHOLE, PUSH, "PUSH EBX with SP=0x0"), OK("push32_4", push32, 0x4, WHOLE, PUSH, "PUSH EBX with SP=0x4"),
         OK("push_imm_0", push_imm, 0x0, WHOLE, PUSH, "PUSH imm8 of 16 bits with SP=0x0"),
         OK("push_imm32_0", push_imm32, 0x0, WHOLE, PUSH, "PUSH imm32 with SP=0x0"),
         OK("push_segment_0", push_segment, 0x0, WHOLE, PUSH, "PUSH FS of 16 bits with SP=0x0"),
         OK("push_segment32_0", push_segment32, 0x0, WHOLE, PUSH, "PUSH FS of 32 bits with SP=0x0"),
         OK("push_segment32_800", push_segment32, 0x800, WHOLE, PUSH, "PUSH FS of 32 bits with SP=0x800"),
         OK("pop_segment32_fffc", pop_segment32, 0xfffc, WHOLE, POP, "POP FS of 32 bits with SP=0xfffc"),
         OK("pop_segment32_7fc", pop_segment32, 0x7fc, WHOLE, POP, "POP FS of 32 bits with SP=0x7fc"),
         OK("push_sp_0", push_sp, 0x0, WHOLE, PUSH, "PUSH SP with SP=0x0"), OK("push_sp32_0", push_sp32, 0x0, WHOLE, PUSH, "PUSH ESP with SP=0x0"),
         OK("pushf_0", pushf, 0x0, WHOLE, PUSHF, "PUSHF with SP=0x0"), OK("pushf32_0", pushf32, 0x0, WHOLE, PUSHF, "PUSHFD with SP=0x0"),
         OK("pusha_0", pusha, 0x0, WHOLE, PUSHA, "PUSHA with SP=0x0"), OK("pusha_8", pusha, 0x8, WHOLE, PUSHA, "PUSHA with SP=0x8"),
         OK("pusha32_0", pusha32, 0x0, WHOLE, PUSHA, "PUSHAD with SP=0x0"), OK("pusha32_10", pusha32, 0x10, WHOLE, PUSHA, "PUSHAD with SP=0x10"),
         OK("call_0", call, 0x0, WHOLE, CALL, "CALL with SP=0x0"), OK("enter_0", enter, 0x0, WHOLE, ENTER, "ENTER 4, 0 of 16 bits with SP=0x0"),
         OK("enter_4", enter, 0x4, WHOLE, ENTER, "ENTER 4, 0 of 16 bits with SP=0x4"),
         OK("enter32_0", enter32, 0x0, WHOLE, ENTER, "ENTER 4, 0 with SP=0x0"), OK("pop_fffe", pop, 0xfffe, WHOLE, POP, "POP BX with SP=0xfffe"),
         OK("pop32_fffc", pop32, 0xfffc, WHOLE, POP, "POP EBX with SP=0xfffc"), OK("popa_fff0", popa, 0xfff0, WHOLE, POPA, "POPA with SP=0xfff0"),
         OK("popa_fff8", popa, 0xfff8, WHOLE, POPA, "POPA with SP=0xfff8"), OK("popa32_ffe0", popa32, 0xffe0, WHOLE, POPA, "POPAD with SP=0xffe0"),
         OK("popa32_fff0", popa32, 0xfff0, WHOLE, POPA, "POPAD with SP=0xfff0"),
         OK("leave_fffe", leave, 0xfffe, WHOLE, LEAVE, "LEAVE of 16 bits with SP=0xfffe"),
         OK("leave32_fffc", leave32, 0xfffc, WHOLE, LEAVE, "LEAVE with SP=0xfffc"), OK("ret_fffc", ret, 0xfffc, WHOLE, RET, "RET with SP=0xfffc"),
         OK("ret_n_fffc", ret_n, 0xfffc, WHOLE, RET, "RET 8 with SP=0xfffc"), OK("retf_fff8", retf, 0xfff8, WHOLE, RET, "far RET with SP=0xfff8"),
         OK("retf_n_fff8", retf_n, 0xfff8, WHOLE, RET, "far RET 8 with SP=0xfff8"),
         OK("iretd_fff4", iretd, 0xfff4, WHOLE, IRET, "IRETD with SP=0xfff4"), SS("push_1", push, 0x1, WHOLE, PUSH, "PUSH BX with SP=0x1"),
         SS("push32_1", push32, 0x1, WHOLE, PUSH, "PUSH EBX with SP=0x1"), SS("push32_2", push32, 0x2, WHOLE, PUSH, "PUSH EBX with SP=0x2"),
         SS("push32_3", push32, 0x3, WHOLE, PUSH, "PUSH EBX with SP=0x3"),
         SS("push_imm_1", push_imm, 0x1, WHOLE, PUSH, "PUSH imm8 of 16 bits with SP=0x1"),
         SS("push_imm32_3", push_imm32, 0x3, WHOLE, PUSH, "PUSH imm32 with SP=0x3"),
         SS("push_segment_1", push_segment, 0x1, WHOLE, PUSH, "PUSH FS of 16 bits with SP=0x1"),
         SS("pushf_1", pushf, 0x1, WHOLE, PUSHF, "PUSHF with SP=0x1"), SS("pushf32_2", pushf32, 0x2, WHOLE, PUSHF, "PUSHFD with SP=0x2"),
         SS("call_2", call, 0x2, WHOLE, CALL, "CALL with SP=0x2"), SS("enter_1", enter, 0x1, WHOLE, ENTER, "ENTER 4, 0 of 16 bits with SP=0x1"),
         SS("enter32_2", enter32, 0x2, WHOLE, ENTER, "ENTER 4, 0 with SP=0x2"), SS("pusha_1", pusha, 0x1, WHOLE, PUSHA, "PUSHA with SP=0x1"),
         SS("pusha32_2", pusha32, 0x2, WHOLE, PUSHA, "PUSHAD with SP=0x2"), SS("pop_ffff", pop, 0xffff, WHOLE, POP, "POP BX with SP=0xffff"),
         SS("pop32_fffd", pop32, 0xfffd, WHOLE, POP, "POP EBX with SP=0xfffd"), SS("pop32_fffe", pop32, 0xfffe, WHOLE, POP, "POP EBX with SP=0xfffe"),
         SS("pop32_ffff", pop32, 0xffff, WHOLE, POP, "POP EBX with SP=0xffff"), SS("popa_fff1", popa, 0xfff1, WHOLE, POPA, "POPA with SP=0xfff1"),
         SS("popa32_ffe2", popa32, 0xffe2, WHOLE, POPA, "POPAD with SP=0xffe2"),
         SS("leave_ffff", leave, 0xffff, WHOLE, LEAVE, "LEAVE of 16 bits with SP=0xffff"),
         SS("leave32_fffe", leave32, 0xfffe, WHOLE, LEAVE, "LEAVE with SP=0xfffe"), SS("ret_fffe", ret, 0xfffe, WHOLE, RET, "RET with SP=0xfffe"),
         SS("retf_fffa", retf, 0xfffa, WHOLE, RET, "far RET with SP=0xfffa"), SS("iretd_fff6", iretd, 0xfff6, WHOLE, IRET, "IRETD with SP=0xfff6"),
         OK("short_push_1000", push, 0x1000, SHORT, PUSH, "PUSH BX with SP=0x1000, limit 0xfff"),
         OK("short_pop32_ffc", pop32, 0xffc, SHORT, POP, "POP EBX with SP=0xffc, limit 0xfff"),
         OK("short_pusha_1000", pusha, 0x1000, SHORT, PUSHA, "PUSHA with SP=0x1000, limit 0xfff"),
         OK("short_popa_ff0", popa, 0xff0, SHORT, POPA, "POPA with SP=0xff0, limit 0xfff"),
         SS("short_push_0", push, 0x0, SHORT, PUSH, "PUSH BX with SP=0x0, limit 0xfff"),
         SS("short_push_1001", push, 0x1001, SHORT, PUSH, "PUSH BX with SP=0x1001, limit 0xfff"),
         SS("short_push_1002", push, 0x1002, SHORT, PUSH, "PUSH BX with SP=0x1002, limit 0xfff"),
         SS("short_push32_1002", push32, 0x1002, SHORT, PUSH, "PUSH EBX with SP=0x1002, limit 0xfff"),
         SS("short_call_1002", call, 0x1002, SHORT, CALL, "CALL with SP=0x1002, limit 0xfff"),
         SS("short_pop_fff", pop, 0xfff, SHORT, POP, "POP BX with SP=0xfff, limit 0xfff"),
         SS("short_pop_1000", pop, 0x1000, SHORT, POP, "POP BX with SP=0x1000, limit 0xfff"),
         SS("short_popa_ff8", popa, 0xff8, SHORT, POPA, "POPA with SP=0xff8, limit 0xfff"),
         SS("short_enter_1002", enter, 0x1002, SHORT, ENTER, "ENTER 4, 0 of 16 bits with SP=0x1002, limit 0xfff"),
         SS("short_leave_1000", leave, 0x1000, SHORT, LEAVE, "LEAVE of 16 bits with SP=0x1000, limit 0xfff"),
         SS("short_pusha_1004", pusha, 0x1004, SHORT, PUSHA, "PUSHA with SP=0x1004, limit 0xfff"),
         SS("short_pushf_1001", pushf, 0x1001, SHORT, PUSHF, "PUSHF with SP=0x1001, limit 0xfff"),
         SS("short_ret_ffe", ret, 0xffe, SHORT, RET, "RET with SP=0xffe, limit 0xfff"),
         OK("down_push_1002", push, 0x1002, DOWN, PUSH, "PUSH BX with SP=0x1002, expand-down with limit 0xfff"),
         OK("down_push_0", push, 0x0, DOWN, PUSH, "PUSH BX with SP=0x0, expand-down with limit 0xfff"),
         OK("down_pop_fffe", pop, 0xfffe, DOWN, POP, "POP BX with SP=0xfffe, expand-down with limit 0xfff"),
         OK("down_pop32_1000", pop32, 0x1000, DOWN, POP, "POP EBX with SP=0x1000, expand-down with limit 0xfff"),
         SS("down_push_1000", push, 0x1000, DOWN, PUSH, "PUSH BX with SP=0x1000, expand-down with limit 0xfff"),
         SS("down_push32_1002", push32, 0x1002, DOWN, PUSH, "PUSH EBX with SP=0x1002, expand-down with limit 0xfff"),
         SS("down_pop_fff", pop, 0xfff, DOWN, POP, "POP BX with SP=0xfff, expand-down with limit 0xfff"),
         SS("down_pop_ffe", pop, 0xffe, DOWN, POP, "POP BX with SP=0xffe, expand-down with limit 0xfff"),
         SS("down_call_1002", call, 0x1002, DOWN, CALL, "CALL with SP=0x1002, expand-down with limit 0xfff"),
         SS("down_pusha_1008", pusha, 0x1008, DOWN, PUSHA, "PUSHA with SP=0x1008, expand-down with limit 0xfff"),
         SS("down_popa_ff8", popa, 0xff8, DOWN, POPA, "POPA with SP=0xff8, expand-down with limit 0xfff"),
         SS("down_enter_1000", enter, 0x1000, DOWN, ENTER, "ENTER 4, 0 of 16 bits with SP=0x1000, expand-down with limit 0xfff"),
         SS("down_enter_1004", enter, 0x1004, DOWN, ENTER, "ENTER 4, 0 of 16 bits with SP=0x1004, expand-down with limit 0xfff"),
         SS("down_leave_ffe", leave, 0xffe, DOWN, LEAVE, "LEAVE of 16 bits with SP=0xffe, expand-down with limit 0xfff"),
         SS("down_ret_ffe", ret, 0xffe, DOWN, RET, "RET with SP=0xffe, expand-down with limit 0xfff"),
         ROW("int_n", int_n, 0x800, WHOLE, "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", "INT 0x40 saves all of ESP", .vector = 0x40,
             .error = NO_ERROR, .saved_rip = AFTER),
         ROW("ud2", ud2, 0x800, WHOLE, "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", "UD2, which saves all of ESP", .vector = VEC_UD,
             .error = NO_ERROR, .saved_rip = AT_FAULT),
         ROW("resumed", resumed, 0, WHOLE, IRET, "INT 0x40 with SP=0, IRETQ back, PUSH BX", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER,
             .resumes = 1));
