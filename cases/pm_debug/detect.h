/*
 * MOV to and from each debug register with DR7.GD=1 is #DB before anything is moved, DR4 and DR5 too where they are names of DR6 and DR7; with
 * CR4.DE=1 these two are #UD, and with DE=0 they do all that DR6 and DR7 do.
 *
 * The file includes its mode's header before, at CPL 0.
 */
#define GUARDED(X)                                                    \
    X(read_1, "MOV from DR1", "mov eax, dr1")                         \
    X(read_2, "MOV from DR2", "mov eax, dr2")                         \
    X(read_3, "MOV from DR3", "mov eax, dr3")                         \
    X(read_4, "MOV from DR4, which is DR6", ".byte 0x0f, 0x21, 0xe0") \
    X(read_5, "MOV from DR5, which is DR7", ".byte 0x0f, 0x21, 0xe8") \
    X(write_0, "MOV to DR0", "mov dr0, eax")                          \
    X(write_1, "MOV to DR1", "mov dr1, eax")                          \
    X(write_2, "MOV to DR2", "mov dr2, eax")                          \
    X(write_4, "MOV to DR4, which is DR6", ".byte 0x0f, 0x23, 0xe0") X(write_5, "MOV to DR5, which is DR7", ".byte 0x0f, 0x23, 0xe8") MORE_GUARDED(X)

#define DEFINE(name, about, instruction) \
    static void name(void)               \
    {                                    \
        start.dr7 |= DR7_GD;             \
        FAULT(instruction);              \
    }
GUARDED(DEFINE)

#define RESERVED(X)                                        \
    X(de_read_5, "MOV from DR5", ".byte 0x0f, 0x21, 0xe8") \
    X(de_write_4, "MOV to DR4", ".byte 0x0f, 0x23, 0xe0") X(de_write_5, "MOV to DR5", ".byte 0x0f, 0x23, 0xe8") MORE_RESERVED(X)

#define DEFINE_RESERVED(name, about, instruction) \
    static void name(void)                        \
    {                                             \
        write_cr4(read_cr4() | CR4_DE);           \
        start.ecx = DR7_START;                    \
        FAULT(instruction);                       \
    }
RESERVED(DEFINE_RESERVED)

/* GD is set by the MOV to DR7 right before. */
static void set_right_before(void)
{
    start.edx = DR7_START | DR7_GD;
    PROGRAM("mov dr7, edx\n" MARK(fault) "mov eax, dr0\n" MARK(after) "nop\n");
}

/* In the shadow of MOV SS all the same. */
static void after_mov_ss(void)
{
    start.dr7 |= DR7_GD;
    start.ebx = start.ss;
    PROGRAM("mov ss, ebx\n" MARK(fault) "mov eax, dr1\n" MARK(after) "nop\n");
}

/* BD without BS. */
static void stepped(void)
{
    start.dr7 |= DR7_GD;
    start.eflags |= EFLAGS_TF;
    FAULT("mov eax, dr1");
}

/* BS and BT stay. */
static void sticky(void)
{
    start.dr7 |= DR7_GD;
    start.dr6 |= DR6_BS | DR6_BT;
    FAULT("mov eax, dr1");
}

/* A read of DR6 and DR7 by their other names: ECX and EDX; EBX and ESI are what they hold. */
static void aliases(void)
{
    start.ebx = 0xffff0ff2;
    start.esi = 0x700;
    FAULT("mov dr6, ebx\nmov dr7, esi\n.byte 0x0f, 0x21, 0xe1, 0x0f, 0x21, 0xea");
}

/* Written by their other names. */
static void aliases_written(void)
{
    start.ebx = 0xffff0ff4;
    start.esi = 0x500;
    FAULT(".byte 0x0f, 0x23, 0xe3, 0x0f, 0x23, 0xee\nmov ecx, dr6\nmov edx, dr7");
}

#define DETECT "SDM 3B \"General-Detect Exception Condition\""
#define ALIASES "SDM 3B \"Debug Registers DR4 and DR5\""
#define ROW(name_, about_, instruction) \
    {VARIANT, .name = #name_, .about = about_ " with GD=1", .spec = DETECT, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_},
#define ROW_RESERVED(name_, about_, instruction)                                                                                                   \
    {VARIANT,       .name = #name_, .about = about_ " with CR4.DE=1", .spec = ALIASES, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, \
     .needs = "de", .run = name_},
#define DETECTED(run_, about_)                                                                                                           \
    {                                                                                                                                    \
        VARIANT, .name = #run_, .about = about_, .spec = DETECT, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = run_ \
    }
VARIANTS(GUARDED(ROW) RESERVED(ROW_RESERVED) DETECTED(set_right_before, "MOV to DR7 sets GD, MOV from DR0"),
         DETECTED(after_mov_ss, "MOV SS, MOV from DR1 with GD=1"), DETECTED(stepped, "MOV from DR1 with GD=1 and TF=1: BD without BS"),
         DETECTED(sticky, "MOV from DR1 with GD=1, BS and BT set before"),
         {VARIANT, .name = "aliases", .about = "DR4 and DR5 with CR4.DE=0 are what DR6 and DR7 are", .spec = ALIASES, .vector = NO_EXCEPTION,
          .run = aliases},
         {VARIANT, .name = "aliases_written", .about = "DR4 and DR5 written with CR4.DE=0, read as DR6 and DR7", .spec = ALIASES,
          .vector = NO_EXCEPTION, .run = aliases_written});
