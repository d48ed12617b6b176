/*
 * Far JMP, CALL and RET in virtual-8086 mode go to any segment: its number is CS, and 16 times that its base. JMP needs no stack, CALL room for two
 * words, and RET n moves SP by n more. INT3 at the target shows them.
 */
#include <case32.h>

#define OTHER "0x7f8" /* begins 0x80 bytes before REAL_CODE */
#define OFFSET "1f - 0x7f80"
#define THERE "\n" MARK(after) "nop\n1: " MARK(target) "int3\n" MARK(reached)

static void set_up(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_gate(VEC_BP, .dpl = 3);
    if (ARG0)
        start.esp = (uint32_t)ARG0;
}

static void jmp(void)
{
    set_up();
    PROGRAM16(MARK(fault) ".byte 0xea\n.word " OFFSET ", " OTHER THERE);
}

static void call(void)
{
    set_up();
    PROGRAM16(MARK(fault) ".byte 0x9a\n.word " OFFSET ", " OTHER THERE);
}

/* An offset beyond 0xffff. UD2 is there for who looks at no limit: what lies there would be run with any outcome. */
static void call_beyond(void)
{
    set_up();
    *(uint16_t *)(0x7f80 + 0x11000) = 0x0b0f;
    PROGRAM16(MARK(fault) ".byte 0x66, 0x9a\n.long 0x11000\n.word " OTHER "\n" MARK(after) "nop\n");
}

static void retf(void)
{
    set_up();
    PROGRAM16(PUSH_WORD(OTHER) PUSH_WORD(OFFSET) MARK(fault) ".byte 0xcb" THERE);
}

static void retf_n(void)
{
    set_up();
    PROGRAM16("sub sp, 6\n" PUSH_WORD(OTHER) PUSH_WORD(OFFSET) MARK(fault) ".byte 0xca, 6, 0" THERE);
}

static void iret(void)
{
    set_up();
    PROGRAM16("pushf\n" PUSH_WORD(OTHER) PUSH_WORD(OFFSET) MARK(fault) ".byte 0xcf" THERE);
}

#define ROW(name_, run_, sp, spec_, about_, ...)                                                      \
    {                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .arg = {sp}, __VA_ARGS__ \
    }
#define COMES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached"
VARIANTS(ROW("jmp", jmp, 0, "SDM 2A \"JMP-Jump\"", "far JMP to another segment", COMES),
         ROW("jmp_sp_1", jmp, 1, "SDM 2A \"JMP-Jump\"", "far JMP to another segment, SP=1", COMES),
         ROW("call", call, 0, "SDM 2A \"CALL-Call Procedure\"", "far CALL to another segment", COMES),
         ROW("call_sp_5", call, 5, "SDM 2A \"CALL-Call Procedure\"", "far CALL to another segment, SP=5", COMES),
         ROW("call_beyond_sp_7", call_beyond, 7, "SDM 2A \"CALL-Call Procedure\"", "far CALL of 32 bits to an offset above 0xffff, SP=7",
             .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT),
         ROW("retf", retf, 0, "SDM 2B \"RET-Return from Procedure\"", "far RET to another segment", COMES),
         ROW("retf_n", retf_n, 0, "SDM 2B \"RET-Return from Procedure\"", "far RET 6 to another segment", COMES),
         ROW("iret", iret, 0, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "IRET to another segment", COMES));
