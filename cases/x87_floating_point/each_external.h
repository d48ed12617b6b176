/*
 * each_external.h: CR0.NE=0, so that an unmasked x87 exception, a division by 0, is no #MF: the processor asserts FERR# and stops in front of the
 * next waiting instruction. On a PC it is line 13 of the 8259s, here with the vector that its firmware sets. A processor may ask for the interrupt as
 * soon as it detects the exception or not before that instruction (SDM 3B "Assertion of the FERR# Pin"), so nothing lies between the two where IF is
 * set. A file says in RUN and SIZE what its code is, and has prepare(), which sets the mode and [EBX].
 */
#include <pic.h>
#include <wide.h>

enum { VECTOR = 0x75, BASE = 0x68, LINE_13 = 1 << 13, ZERO_DIVIDE_UNMASKED = 0x37b, ALL_MASKED = 0x37f };

/* At EBX. */
enum { UNMASKED = 0, MASKED = 2, SINGLE_1 = 4, IMAGE = 0x20, STORED = 0x100 };

static uint8_t *operands;

static void set_word(unsigned offset, unsigned value)
{
    operands[offset] = (uint8_t)value;
    operands[offset + 1] = (uint8_t)(value >> 8);
}

static void note_unit(void)
{
    uint16_t status, control;

    __asm__ volatile("fnstsw %0" : "=a"(status));
    __asm__ volatile("fnstcw %0" : "=m"(control));
    note("fsw", status);
    note("fcw", control);
    silence_pic();
}

static void note_stored(void)
{
    note_unit();
    note("stored", operands[STORED] | (uint32_t)operands[STORED + 1] << 8);
}

/* The image is one of 32-bit operand size: control word, status word with ZE, all tags empty. */
static void set_up(unsigned lines)
{
    operands = prepare();
    set_word(UNMASKED, ZERO_DIVIDE_UNMASKED);
    set_word(MASKED, ALL_MASKED);
    set_word(SINGLE_1 + 2, 0x3f80);
    set_word(IMAGE, ZERO_DIVIDE_UNMASKED);
    set_word(IMAGE + 4, 4);
    set_word(IMAGE + 8, 0xffff);
    write_cr0(read_cr0() & ~(uintptr_t)CR0_NE);
    enable_pic(BASE, lines);
    at_end(note_unit);
}

#define DIVIDE(control) "fninit\nfldcw [ebx + " control "]\nfldz\nfld1\nfdiv st, st(1)\n"
#define WAITING(instruction) MARK(fault) instruction "\n" MARK(after) "jmp 1f\n1: " MARK(late) "nop\n"

#define WAITS(name, instruction, ...)                     \
    static void name(void)                                \
    {                                                     \
        set_up(LINE_13);                                  \
        RUN(DIVIDE("0") WAITING(instruction) "fninit\n"); \
    }
#define LOADED(name, instructions, ...)                \
    static void name(void)                             \
    {                                                  \
        set_up(LINE_13);                               \
        RUN(instructions WAITING("fwait") "fninit\n"); \
    }
/* With IF=0 and the line masked: what stopped here would stop for ever. */
#define SILENT(name, instruction, ...)                             \
    static void name(void)                                         \
    {                                                              \
        set_up(0);                                                 \
        start.R(flags) &= ~(uint32_t)RFLAGS_IF;                    \
        at_end(note_stored);                                       \
        RUN(DIVIDE("0") MARK(fault) instruction "\n" MARK(after)); \
    }

/* What waits; what makes an exception pending that is there or was masked; what doesn't wait. */
#define WAITING_FORMS(X)                                            \
    X(fwait, "fwait", NULL, "FWAIT")                                \
    X(fadd, "fadd st, st(1)", NULL, "FADD")                         \
    X(fld1, "fld1", NULL, "FLD1")                                   \
    X(fld, "fld dword ptr [ebx + 4]", NULL, "FLD from memory")      \
    X(fst, "fst dword ptr [ebx + 0x100]", NULL, "FST to memory")    \
    X(fldcw, "fldcw [ebx + 2]", NULL, "FLDCW that masks it")        \
    X(fstsw, ".byte 0x9b, 0xdf, 0xe0", NULL, "FSTSW AX, its FWAIT") \
    X(movq, "movq mm0, mm1", "mmx", "MOVQ MM0, MM1")                \
    X(emms, "emms", "mmx", "EMMS")
#define LOADED_FORMS(X)                                                                                         \
    X(fldcw_unmasks, DIVIDE("2") "fldcw [ebx]\n", NULL, "FLDCW that unmasks a flag, then FWAIT")                \
    X(fldenv, "fninit\n" SIZE "fldenv [ebx + 0x20]\n", NULL, "FLDENV of an image with ZE unmasked, then FWAIT") \
    X(frstor, "fninit\n" SIZE "frstor [ebx + 0x20]\n", NULL, "FRSTOR of an image with ZE unmasked, then FWAIT")
#define SILENT_FORMS(X)                                                                           \
    X(fninit, "fninit\nfwait", NULL, "FNINIT, then FWAIT")                                        \
    X(fnclex, "fnclex\nfwait", NULL, "FNCLEX, then FWAIT")                                        \
    X(fnstsw, "fnstsw [ebx + 0x100]", NULL, "FNSTSW")                                             \
    X(fnstcw, "fnstcw [ebx + 0x100]", NULL, "FNSTCW")                                             \
    X(fnstenv, SIZE "fnstenv [ebx + 0x100]\nfwait", NULL, "FNSTENV, which masks all, then FWAIT") \
    X(fnsave, SIZE "fnsave [ebx + 0x100]\nfwait", NULL, "FNSAVE, which initializes, then FWAIT")

/* Nothing is pending. */
static void __attribute__((unused)) masked(void)
{
    set_up(LINE_13);
    RUN(DIVIDE("2") MARK(fault) "fwait\nfld1\n" MARK(after));
}

/* What doesn't wait passes with IF=0; the interrupt comes when STI has let it in, and still in front of what waits. */
static void __attribute__((unused)) let_in(void)
{
    set_up(LINE_13);
    start.R(flags) = (start.R(flags) & ~(uint32_t)RFLAGS_IF) | RFLAGS_IOPL(3);
    RUN(DIVIDE("0") "fnstsw [ebx + 0x100]\nsti\nnop\n" WAITING("fwait") "fninit\n");
}

/*
 * The handler writes to port F0H, upon which the PC asserts IGNNE# until FERR# goes: what waits is executed with the exception pending. Behind FNCLEX
 * the next exception stops the program again.
 */
static void __attribute__((unused)) ignored(void)
{
    set_up(LINE_13);
    start.R(ax) = 0x20; /* the end of an interrupt, for the 8259s */
    on_exception_run(VECTOR, HANDLER("out 0xf0, al\nout 0xa0, al\nout 0x20, al\nfwait\nfld1\nfnclex\n"));
    RUN(DIVIDE("0") WAITING("fwait") "fdiv st, st(2)\n" MARK(second) "fwait\njmp 1f\n1: " MARK(late_too) "nop\n");
}

/* A TS that is set is looked at first. */
#define SWITCHED(name, instruction)                                                                                     \
    static void __attribute__((unused)) name(void)                                                                      \
    {                                                                                                                   \
        set_up(0);                                                                                                      \
        start.R(flags) &= ~(uint32_t)RFLAGS_IF;                                                                         \
        start.R(ax) = (read_cr0() & ~(uintptr_t)(current_case->env == REAL16 ? CR0_PG | CR0_PE : 0)) | CR0_TS | CR0_MP; \
        RUN(DIVIDE("0") SET_CR0 MARK(fault) instruction "\n" MARK(after));                                              \
    }

#define FUNCTIONS WAITING_FORMS(WAITS) LOADED_FORMS(LOADED) SILENT_FORMS(SILENT)

#define SPEC "SDM 3A \"Control Registers\": NE; SDM 3B \"Assertion of the FERR# Pin\"; SDM 1 \"MS-DOS Compatibility Sub-mode\""
#define ROW(name_, run_, needs_, about_, ...) {VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = needs_, .run = run_, __VA_ARGS__},
#define COMES .vector = VECTOR, .error = NO_ERROR, .saved_rip = AT_FAULT
#define BEHIND " behind an unmasked division by 0 with CR0.NE=0"

#define WAITING_ROW(suffix, number, where, name_, needs_, about_) ROW(#name_ suffix, name_, needs_, about_ BEHIND where, COMES, .arg = {number})
#define LOADED_ROW(suffix, number, where, name_, needs_, about_) \
    ROW(#name_ suffix, name_, needs_, about_ " with CR0.NE=0" where, COMES, .arg = {number})
#define SILENT_ROW(suffix, number, where, name_, needs_, about_) \
    ROW(#name_ suffix, name_, needs_, about_ BEHIND ", IF=0" where, .vector = NO_EXCEPTION, .arg = {number})
#define MORE_ROWS(suffix, number, where)                                                                                                            \
    ROW("masked" suffix, masked, NULL, "FWAIT and FLD1 behind a masked division by 0 with CR0.NE=0" where, .vector = NO_EXCEPTION, .arg = {number}) \
    ROW("let_in" suffix, let_in, NULL, "FNSTSW" BEHIND ", IF=0; STI, NOP, FWAIT" where, COMES, .arg = {number})                                     \
    ROW("ignored" suffix, ignored, NULL, "FWAIT" BEHIND where "; the handler writes to port F0H, then waits", COMES, .resumes = 1, .arg = {number})
#define SWITCHED_ROW(name_, about_) \
    ROW(#name_, name_, NULL, about_ BEHIND ", CR0.TS=1 and MP=1", .vector = VEC_NM, .error = NO_ERROR, .saved_rip = AT_FAULT)
