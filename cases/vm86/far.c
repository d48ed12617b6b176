/*
 * Far JMP, CALL and RET, and IRET, in virtual-8086 mode go to any segment: its number is CS, and 16 times that its base. JMP needs no stack, CALL
 * room for two words, and RET n moves SP by n more. INT3 at the target shows them.
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

/* What CALL pushes: what stands above CS's 16 bits is the processor's own affair. */
static void record_pushed(bool wide)
{
    if (!ARG0)
        record_memory("pushed", (const void *)(16 * REAL_STACK + (uintptr_t)start.esp - (wide ? 8 : 4)), wide ? 6 : 4);
}

static void call(void)
{
    set_up();
    record_pushed(false);
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

static void iretd(void)
{
    set_up();
    PROGRAM16("pushfd\n" PUSH_DWORD(OTHER) PUSH_DWORD(OFFSET) MARK(fault) ".byte 0x66, 0xcf" THERE);
}

static void retf_32(void)
{
    set_up();
    PROGRAM16(PUSH_DWORD(OTHER) PUSH_DWORD(OFFSET) MARK(fault) ".byte 0x66, 0xcb" THERE);
}

static void jmp_32(void)
{
    set_up();
    PROGRAM16(MARK(fault) ".byte 0x66, 0xea\n.long " OFFSET "\n.word " OTHER THERE);
}

static void call_32(void)
{
    set_up();
    record_pushed(true);
    PROGRAM16(MARK(fault) ".byte 0x66, 0x9a\n.long " OFFSET "\n.word " OTHER THERE);
}

/* By a pointer at DS:BX. */
static void through(struct program program, bool wide)
{
    uint16_t *words = (uint16_t *)(16 * (uintptr_t)REAL_DS + 0x10);

    set_up();
    record_pushed(wide);
    start.ebx = 0x10;
    *words++ = (uint16_t)(label_of(program, "target") - 0x7f80);
    if (wide)
        *words++ = 0;
    *words = 0x7f8;
    run_program(program);
}

static void jmp_memory(void)
{
    through(ASSEMBLE16(MARK(fault) ".byte 0xff, 0x2f" THERE), false);
}

static void jmp_memory_32(void)
{
    through(ASSEMBLE16(MARK(fault) ".byte 0x66, 0xff, 0x2f" THERE), true);
}

static void call_memory(void)
{
    through(ASSEMBLE16(MARK(fault) ".byte 0xff, 0x1f" THERE), false);
}

static void call_memory_32(void)
{
    through(ASSEMBLE16(MARK(fault) ".byte 0x66, 0xff, 0x1f" THERE), true);
}

static void iret_vme(void)
{
    set_up();
    start.eflags &= ~EFLAGS_IOPL(3);
    write_cr4(read_cr4() | CR4_VME);
    PROGRAM16("pushf\n" PUSH_WORD(OTHER) PUSH_WORD(OFFSET) MARK(fault) ".byte 0xcf" THERE);
}

#define ROW(name_, run_, sp, spec_, about_, ...)                                                      \
    {                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .arg = {sp}, __VA_ARGS__ \
    }
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define COMES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached"
VARIANTS(ROW("jmp", jmp, 0, "SDM 2A \"JMP-Jump\"", "far JMP to another segment", COMES),
         ROW("jmp_sp_1", jmp, 1, "SDM 2A \"JMP-Jump\"", "far JMP to another segment, SP=1", COMES),
         ROW("call", call, 0, "SDM 2A \"CALL-Call Procedure\"", "far CALL to another segment", COMES),
         ROW("call_sp_5", call, 5, "SDM 2A \"CALL-Call Procedure\"", "far CALL to another segment, SP=5", COMES),
         ROW("call_beyond_sp_7", call_beyond, 7, "SDM 2A \"CALL-Call Procedure\"", "far CALL of 32 bits to an offset above 0xffff, SP=7",
             .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT),
         ROW("retf", retf, 0, "SDM 2B \"RET-Return from Procedure\"", "far RET to another segment", COMES),
         ROW("retf_n", retf_n, 0, "SDM 2B \"RET-Return from Procedure\"", "far RET 6 to another segment", COMES),
         ROW("iret", iret, 0, IRET, "IRET to another segment", COMES), ROW("iretd", iretd, 0, IRET, "IRETD to another segment", COMES),
         ROW("retf_32", retf_32, 0, "SDM 2B \"RET-Return from Procedure\"", "far RET of 32 bits to another segment", COMES),
         ROW("jmp_32", jmp_32, 0, "SDM 2A \"JMP-Jump\"", "far JMP of 32 bits to another segment", COMES),
         ROW("call_32", call_32, 0, "SDM 2A \"CALL-Call Procedure\"", "far CALL of 32 bits to another segment", COMES),
         ROW("jmp_memory", jmp_memory, 0, "SDM 2A \"JMP-Jump\"", "far JMP m16:16 to another segment", COMES),
         ROW("jmp_memory_32", jmp_memory_32, 0, "SDM 2A \"JMP-Jump\"", "far JMP m16:32 to another segment", COMES),
         ROW("call_memory", call_memory, 0, "SDM 2A \"CALL-Call Procedure\"", "far CALL m16:16 to another segment", COMES),
         ROW("call_memory_32", call_memory_32, 0, "SDM 2A \"CALL-Call Procedure\"", "far CALL m16:32 to another segment", COMES),
         ROW("iret_vme", iret_vme, 0, IRET "; SDM 3B \"Method 6: Software Interrupt Handling\"", "CR4.VME=1, IOPL 0: IRET to another segment", COMES,
             .needs = "vme"));
