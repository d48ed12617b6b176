/*
 * INT n with CR4.VME=1 whose bit of the redirection map is 0 stays in virtual-8086 mode and goes through the table at address 0: FLAGS, CS and IP
 * on its own stack. Below IOPL 3 FLAGS have VIF as IF, and IOPL 3, and VIF is cleared; with IOPL 3 it's IF. No exception goes there, nor do
 * INT3, INTO and INT1.
 */
#include <case32.h>

#define VECTOR 0x21u

static void set_up(void)
{
    in_vm86();
    enable_vme();
    set_gate(VEC_BP, .dpl = 3);
    set_gate(VEC_OF, .dpl = 3);
    start.eflags = (start.eflags | (uint32_t)ARG0) & ~(uint32_t)ARG1;
    record_memory("pushed", (const void *)(16 * REAL_STACK + (uintptr_t)start.esp - 4), 4);
}

/* The handler of the virtual machine: INT3 shows what it has. */
static struct program handler(void)
{
    return ASSEMBLE16(MARK(handler) "int3\n" MARK(stop) "iret\n");
}

static void int_n(void)
{
    set_up();
    set_ivt(VECTOR, handler());
    FAULT16("int 0x21");
}

/* Another CS of the same code. */
static void other_segment(void)
{
    set_up();
    set_ivt(VECTOR, handler());
    ivt[VECTOR].segment -= 8;
    ivt[VECTOR].offset += 0x80;
    FAULT16("int 0x21");
}

static void last_vector(void)
{
    set_up();
    set_ivt(0xff, handler());
    for (unsigned v = 0; v < 0xff; v++)
        set_redirection(v, true);
    FAULT16("int 0xff");
}

static void first_vector(void)
{
    set_up();
    set_ivt(0, handler());
    for (unsigned v = 1; v < 0x100; v++)
        set_redirection(v, true);
    FAULT16("int 0");
}

/* The two-byte form is an INT n. */
static void breakpoint_two_bytes(void)
{
    set_up();
    set_ivt(VEC_BP, ASSEMBLE16(MARK(handler) "ud2\n"));
    FAULT16(".byte 0xcd, 3");
}

static void returns(void)
{
    set_up();
    set_ivt(VECTOR, ASSEMBLE16("mov ax, 0x1234\n" MARK(return ) "iret\n"));
    FAULT16("int 0x21");
}

/* Bits that are 0 change nothing here. */
#define NOT_REDIRECTED(name, instruction) \
    static void name(void)                \
    {                                     \
        set_up();                         \
        FAULT16(instruction);             \
    }
NOT_REDIRECTED(int3, "int3")
NOT_REDIRECTED(into, "into")
NOT_REDIRECTED(int1, ".byte 0xf1")
NOT_REDIRECTED(undefined, "ud2")
NOT_REDIRECTED(divide, ".byte 0xd4, 0")

#define METHOD "SDM 3B \"Class 3-Software Interrupt Handling in Virtual-8086 Mode\"; SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define ROW(name_, run_, set, clear, about_, ...)                                                                                                 \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = METHOD, .needs = "vme", .run = run_, .error = NO_ERROR, .arg = {set, clear}, __VA_ARGS__ \
    }
#define COMES .vector = VEC_BP, .saved_rip = "stop"
#define VIF EFLAGS_VIF
#define IOPL(level) EFLAGS_IOPL(level)
VARIANTS(ROW("vif", int_n, VIF, 0, "INT n, IOPL 0, VIF=1, IF=1", COMES), ROW("vif_no_if", int_n, VIF, EFLAGS_IF, "INT n, IOPL 0, VIF=1, IF=0", COMES),
         ROW("no_vif", int_n, 0, 0, "INT n, IOPL 0, VIF=0, IF=1", COMES), ROW("vif_iopl_2", int_n, VIF | IOPL(2), 0, "INT n, IOPL 2, VIF=1", COMES),
         ROW("vip", int_n, EFLAGS_VIP, 0, "INT n, IOPL 0, VIF=0, VIP=1", COMES),
         ROW("vif_iopl_3", int_n, VIF | IOPL(3), 0, "INT n, IOPL 3, VIF=1, IF=1", COMES),
         ROW("no_if_iopl_3", int_n, VIF | IOPL(3), EFLAGS_IF, "INT n, IOPL 3, VIF=1, IF=0", COMES),
         ROW("nested_task", int_n, EFLAGS_NT, 0, "INT n, IOPL 0, NT=1", COMES),
         ROW("step", int_n, EFLAGS_TF, 0, "INT n, IOPL 0, TF=1: the handler isn't stepped", COMES),
         ROW("other_segment", other_segment, 0, 0, "INT n, IOPL 0: a handler in another segment", COMES),
         ROW("other_segment_iopl_3", other_segment, IOPL(3), 0, "INT n, IOPL 3: a handler in another segment", COMES),
         ROW("last_vector", last_vector, 0, 0, "INT 0xff, all other bits of the map are 1", COMES),
         ROW("first_vector", first_vector, 0, 0, "INT 0, all other bits of the map are 1", COMES),
         ROW("breakpoint_two_bytes", breakpoint_two_bytes, 0, 0, "INT 3 of two bytes", .vector = VEC_UD, .saved_rip = "handler"),
         ROW("returns_iopl_3", returns, IOPL(3), 0, "INT n, IOPL 3, and IRET", .vector = NO_EXCEPTION),
         ROW("returns", returns, VIF, 0, "INT n, IOPL 0, VIF=1, and IRET", .vector = NO_EXCEPTION),
         ROW("int3", int3, 0, 0, "INT3", .vector = VEC_BP, .saved_rip = AFTER), ROW("into", into, 0, 0, "INTO", .vector = VEC_OF, .saved_rip = AFTER),
         ROW("int1", int1, 0, 0, "INT1", .vector = VEC_DB, .saved_rip = AFTER),
         ROW("undefined", undefined, 0, 0, "UD2", .vector = VEC_UD, .saved_rip = AT_FAULT),
         ROW("divide", divide, 0, 0, "AAM 0", .vector = VEC_DE, .saved_rip = AT_FAULT));
