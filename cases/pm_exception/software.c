/*
 * INT3 and INTO are traps: EIP is behind them, and RF is 0 in the image whatever it was. INT n with the vector of an exception pushes no
 * error code. Prefixes change nothing but where the instruction begins.
 */
#include <case32.h>

#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

#define RUN(name, text)          \
    static void name(void)       \
    {                            \
        in_ring((unsigned)ARG0); \
        FAULT(text);             \
    }

RUN(int3, "int3")
RUN(int3_o16, ".byte 0x66\nint3")
RUN(int3_lock, ".byte 0xf0\nint3")
RUN(int3_rep, ".byte 0xf3\nint3")
RUN(cd_03, ".byte 0xcd, 3")
RUN(into, "into")
RUN(into_o16, ".byte 0x66\ninto")
RUN(into_lock, ".byte 0xf0\ninto")
RUN(int_n_o16, ".byte 0x66\nint 0x40")
RUN(int_n_lock, ".byte 0xf0\nint 0x40")
RUN(int_0, "int 0")
RUN(int_2, "int 2")
RUN(int_8, "int 8")
RUN(int_10, "int 10")
RUN(int_11, "int 11")
RUN(int_12, "int 12")
RUN(int_13, "int 13")
RUN(int_14, "int 14")
RUN(int_17, "int 17")
RUN(int_255, "int 255")

static void int_8_user(void)
{
    set_gate(VEC_DF, .dpl = 3);
    int_8();
}

static void int_13_user(void)
{
    set_gate(VEC_GP, .dpl = 3);
    int_13();
}

static void int_14_user(void)
{
    set_gate(VEC_PF, .dpl = 3);
    int_14();
}

static void added(void)
{
    start.eflags &= ~EFLAGS_OF;
    start.eax = 0x7fffffff;
    PROGRAM("add eax, 1\n" MARK(fault) "into\n" MARK(after));
}

static void not_taken(void)
{
    start.eflags &= ~EFLAGS_OF;
    FAULT("into");
}

static void with_rf(void)
{
    start.eflags |= EFLAGS_RF;
    if (ARG1 == VEC_BP)
        FAULT("int3");
    if (ARG1 == VEC_OF)
        FAULT("into");
    FAULT("int 0x40");
}

static void code16(void)
{
    in_ring((unsigned)ARG0);
    in_code16();
    set_gate(VEC_OF, .dpl = 3);
    set_gate(VEC_BP, .dpl = 3);
    if (ARG1 == VEC_BP)
        FAULT16("int3");
    FAULT16("into");
}

#define ROW(name_, about_, id_, cpl, which, vector_, rip_, run_, ...)                                                                          \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = INT, .id = id_, .vector = vector_, .error = NO_ERROR, .saved_rip = rip_, .run = run_, \
                 .arg = {cpl, which}, __VA_ARGS__                                                                                              \
    }
#define TRAP(name, about, id, vector, run) ROW(name, about, id, 0, 0, vector, AFTER, run, )
#define NUMBER(n) TRAP("int_" #n, "INT " #n " at CPL 0: no error code", "", n, int_##n)

VARIANTS(TRAP("int3", "INT3 at CPL 0", "bp-pm32", VEC_BP, int3), TRAP("int3_o16", "INT3 with a 66 prefix: a 32-bit frame", "", VEC_BP, int3_o16),
         TRAP("int3_rep", "INT3 with an F3 prefix", "", VEC_BP, int3_rep), ROW("int3_lock", "LOCK INT3", "", 0, 0, VEC_UD, AT_FAULT, int3_lock, ),
         TRAP("cd_03", "CD 03, INT n with n=3", "", VEC_BP, cd_03), TRAP("into", "INTO at CPL 0", "", VEC_OF, into),
         TRAP("into_added", "ADD that overflows, INTO at CPL 0", "of-into-pm32", VEC_OF, added),
         ROW("into_not_taken", "INTO with OF=0 at CPL 0", "of-into-pm32-of0", 0, 0, NO_EXCEPTION, NULL, not_taken, ),
         TRAP("into_o16", "INTO with a 66 prefix: a 32-bit frame", "", VEC_OF, into_o16),
         ROW("into_lock", "LOCK INTO", "", 0, 0, VEC_UD, AT_FAULT, into_lock, ),
         TRAP("int_n_o16", "INT 0x40 with a 66 prefix: a 32-bit frame", "", 0x40, int_n_o16),
         ROW("int_n_lock", "LOCK INT 0x40", "", 0, 0, VEC_UD, AT_FAULT, int_n_lock, ),
         ROW("int3_rf", "INT3 with RF=1: saved as 0", "", 0, VEC_BP, VEC_BP, AFTER, with_rf, ),
         ROW("into_rf", "INTO with RF=1: saved as 0", "", 0, VEC_OF, VEC_OF, AFTER, with_rf, ),
         ROW("int_n_rf", "INT 0x40 with RF=1: saved as 0", "", 0, 0x40, 0x40, AFTER, with_rf, ),
         ROW("int3_code16", "INT3 of 16-bit code at CPL 0", "", 0, VEC_BP, VEC_BP, AFTER, code16, ),
         ROW("into_code16_user", "INTO of 16-bit code at CPL 3", "", 3, VEC_OF, VEC_OF, AFTER, code16, ), NUMBER(0), NUMBER(2), NUMBER(8), NUMBER(10),
         NUMBER(11), NUMBER(12), NUMBER(13), NUMBER(14), NUMBER(17), NUMBER(255),
         ROW("int_8_user", "INT 8 at CPL 3: no error code", "", 3, 0, VEC_DF, AFTER, int_8_user, ),
         ROW("int_13_user", "INT 13 at CPL 3: no error code", "", 3, 0, VEC_GP, AFTER, int_13_user, ),
         ROW("int_14_user", "INT 14 at CPL 3: no error code", "", 3, 0, VEC_PF, AFTER, int_14_user, ));
