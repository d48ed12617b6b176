/*
 * DR7.GD=1 makes a MOV to or from a debug register a fault, with BD set and GD clear in the handler; above CPL 0 it is #GP(0) first. INT1 is a
 * debug exception that sets nothing in DR6.
 */
#include <case32.h>

#define DETECT "SDM 3B \"General-Detect Exception Condition\""
#define INT1 "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

/* At CPL ARG0; DR6's bits ARG1 are set before. */
#define RUN(name, text)              \
    static void name(void)           \
    {                                \
        in_ring((unsigned)ARG0);     \
        start.dr6 |= (uint32_t)ARG1; \
        FAULT(text);                 \
    }
#define GUARDED(name, text)          \
    static void name(void)           \
    {                                \
        in_ring((unsigned)ARG0);     \
        start.dr6 |= (uint32_t)ARG1; \
        start.dr7 |= DR7_GD;         \
        FAULT(text);                 \
    }

GUARDED(read_0, "mov eax, dr0")
GUARDED(read_6, "mov eax, dr6")
GUARDED(read_7, "mov eax, dr7")
GUARDED(write_3, "mov dr3, eax")
GUARDED(write_6, "mov dr6, eax")
GUARDED(write_7, "mov dr7, eax")
RUN(int1, ".byte 0xf1")
RUN(int1_o16, ".byte 0x66, 0xf1")
RUN(int_1, ".byte 0xcd, 1")

static void restarted(void)
{
    on_exception(VEC_DB, resume);
    start.dr7 |= DR7_GD;
    FAULT("mov eax, dr7");
}

static void after_mov_ss(void)
{
    start.dr7 |= DR7_GD;
    start.ebx = SEL_KERNEL_DATA;
    PROGRAM("mov ss, ebx\n" MARK(fault) "mov eax, dr0\n" MARK(after));
}

static void stepped(void)
{
    start.eflags |= EFLAGS_TF;
    read_0();
}

/* The harness can't read DR7 with GD set: the handler of #GP does, and is the one that is recorded. */
static void privilege(void)
{
    struct program handler = HANDLER(MARK(still_set) "mov eax, dr7\n" MARK(not_set) "ud2\n");

    on_exception_run(VEC_GP, handler);
    *gate_of(VEC_GP) = make_gate(handler.entry, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    read_0();
}

static void int1_code16(void)
{
    in_ring((unsigned)ARG0);
    in_code16();
    FAULT16(".byte 0xf1");
}

static void int1_resumed(void)
{
    on_exception(VEC_DB, resume);
    int1();
}

static void int1_gate16(void)
{
    set_gate(VEC_DB, .type = GATE_INTERRUPT16);
    int1();
}

#define ROW(name_, about_, id_, spec_, cpl, dr6, rip_, run_, ...)                                                                               \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = rip_, .run = run_, \
                 .arg = {cpl, dr6}, __VA_ARGS__                                                                                                 \
    }
#define BD(name, what, run, ...) ROW(name, what " with GD=1", "", DETECT, 0, 0, AT_FAULT, run, __VA_ARGS__)
#define ICEBP(name, about, id, cpl, dr6, run, ...) ROW(name, about, id, INT1, cpl, dr6, AFTER, run, __VA_ARGS__)
#define STICKY (DR6_BD | DR6_BS | DR6_BT)

VARIANTS(BD("read_0", "MOV from DR0", read_0, ), BD("read_6", "MOV from DR6", read_6, ), BD("read_7", "MOV from DR7", read_7, ),
         BD("write_3", "MOV to DR3", write_3, ), BD("write_6", "MOV to DR6", write_6, ), BD("write_7", "MOV to DR7", write_7, ),
         BD("restarted", "MOV from DR7, restarted,", restarted, .resumes = 1), BD("after_mov_ss", "MOV SS, MOV from DR0", after_mov_ss, ),
         BD("stepped", "MOV from DR0 with TF=1 and", stepped, ),
         {VARIANT, .name = "user", .about = "MOV from DR0 at CPL 3 with GD=1: #GP(0), GD stays", .spec = DETECT, .vector = VEC_DB, .error = NO_ERROR,
          .saved_rip = "still_set", .run = privilege, .arg = {3}},
         {VARIANT, .name = "ring1", .about = "MOV from DR0 at CPL 1 with GD=1: #GP(0), GD stays", .spec = DETECT, .vector = VEC_DB, .error = NO_ERROR,
          .saved_rip = "still_set", .run = privilege, .arg = {1}},
         ICEBP("int1", "INT1 at CPL 0", "db-icebp-pm32", 0, 0, int1, ), ICEBP("int1_user", "INT1 at CPL 3, gate of DPL 0", "", 3, 0, int1, ),
         ICEBP("int1_ring2", "INT1 at CPL 2, gate of DPL 0", "", 2, 0, int1, ),
         ICEBP("int1_sticky", "INT1 with BD, BS and BT set before", "", 0, STICKY, int1, ),
         ICEBP("int1_o16", "INT1 with a 66 prefix: a 32-bit frame", "", 0, 0, int1_o16, ),
         ICEBP("int1_code16", "INT1 of 16-bit code at CPL 3", "", 3, 0, int1_code16, ),
         ICEBP("int1_resumed", "INT1 whose handler returns", "", 0, 0, int1_resumed, .resumes = 1),
         ICEBP("int1_gate16", "INT1 through a 16-bit interrupt gate", "", 0, 0, int1_gate16, ),
         ICEBP("cd_01", "CD 01, INT n with n=1", "", 0, 0, int_1, ));
