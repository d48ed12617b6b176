/*
 * MOV to and from a debug register is #GP(0) in virtual-8086 mode, whatever IOPL, GD and DE are: no #DB, no BD, and GD stays, as the handler's own
 * MOV shows.
 */
#include <case32.h>

static void detect(struct program program)
{
    struct program handler = HANDLER32(MARK(still_set) "mov eax, dr7\n" MARK(not_set) "ud2\n");

    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    start.dr7 |= DR7_GD;
    on_exception_run(VEC_GP, handler);
    *gate_of(VEC_GP) = make_gate(handler.entry, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    run_program(program);
}

static void read_0(void)
{
    detect(ASSEMBLE16(MARK(fault) "mov eax, dr0\n" MARK(after) "nop\n"));
}

static void write_7(void)
{
    detect(ASSEMBLE16(MARK(fault) "mov dr7, eax\n" MARK(after) "nop\n"));
}

#define PRIVILEGE(name, instruction)    \
    static void name(void)              \
    {                                   \
        in_vm86();                      \
        start.eflags |= EFLAGS_IOPL(3); \
        FAULT16(instruction);           \
    }
PRIVILEGE(read_1, "mov eax, dr1")
PRIVILEGE(read_6, "mov eax, dr6")
PRIVILEGE(write_3, "mov dr3, eax")
PRIVILEGE(write_6, "mov dr6, eax")
PRIVILEGE(read_4, ".byte 0x0f, 0x21, 0xe0")
PRIVILEGE(write_5, ".byte 0x0f, 0x23, 0xe8")

#define DETECT "SDM 3B \"General-Detect Exception Condition\"; SDM 2B \"MOV-Move to/from Debug Registers\""
#define ROW(run_, about_, vector_, error_, place)                                                                                        \
    {                                                                                                                                    \
        VARIANT, .name = #run_, .about = about_ " in virtual-8086 mode with IOPL 3", .spec = DETECT, .vector = vector_, .error = error_, \
                 .saved_rip = place, .run = run_                                                                                         \
    }
#define REFUSED(run, about) ROW(run, about, VEC_GP, 0, AT_FAULT)
VARIANTS(ROW(read_0, "MOV from DR0 with GD=1", VEC_DB, NO_ERROR, "still_set"), ROW(write_7, "MOV to DR7 with GD=1", VEC_DB, NO_ERROR, "still_set"),
         REFUSED(read_1, "MOV from DR1"), REFUSED(read_6, "MOV from DR6"), REFUSED(write_3, "MOV to DR3"), REFUSED(write_6, "MOV to DR6"),
         REFUSED(read_4, "MOV from DR4 with CR4.DE=0"), REFUSED(write_5, "MOV to DR5 with CR4.DE=0"));
