/*
 * With CR4.LA57=1 a stack may lie where bit 47 isn't bit 48: RSP0, IST and an interrupted RSP are checked by 57 bits, whoever loads them. Entry 1 of
 * the PML5 table leads to all that entry 0 leads to, so that such a stack has the memory of a usual one.
 */
#include <case.h>

#define SECOND 0x0001000000000000u
#define BEYOND NONCANONICAL_57

/* ARG0: the upper bits of the stack's address. */
static uintptr_t moved(enum stack stack)
{
    uint64_t *pml5 = enter_5_level_paging();
    uintptr_t top = stack_top(stack) | ARG0;

    pml5[1] = pml5[0];
    name_place("moved", top - 0x1000, 0x1000);
    set_gate(VEC_SS, .ist = 2);
    return top;
}

static void rsp0(void)
{
    tss.rsp[0] = moved(STACK_RSP0);
    set_gate(0x40, .dpl = 3);
    in_user_mode();
    FAULT("int 0x40");
}

static void rsp0_ud(void)
{
    tss.rsp[0] = moved(STACK_RSP0);
    in_user_mode();
    FAULT("ud2");
}

static void rsp0_compat(void)
{
    tss.rsp[0] = moved(STACK_RSP0);
    set_gate(0x40, .dpl = 3);
    in_compat_user();
    FAULT32("int 0x40");
}

static void rsp0_call(void)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(next) "nop\n" MARK(target) "int3\n" MARK(after));
    uint8_t *pointer;

    tss.rsp[0] = moved(STACK_RSP0);
    in_user_mode();
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint16_t *)(pointer + 4) =
        add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE64, .dpl = 3}) | 3;
    run_program(p);
}

static void ist(void)
{
    tss.ist[0] = moved(STACK_IST(1));
    set_gate(0x40, .ist = 1);
    FAULT("int 0x40");
}

static void ist_ud(void)
{
    tss.ist[0] = moved(STACK_IST(1));
    set_gate(VEC_UD, .ist = 1);
    FAULT("ud2");
}

static void same(void)
{
    start.rsp = moved(STACK_KERNEL);
    FAULT("int 0x40");
}

static void same_ud(void)
{
    start.rsp = moved(STACK_KERNEL);
    FAULT("ud2");
}

static void same_call(void)
{
    struct program p = ASSEMBLE("push rbx\npop rcx\n" MARK(fault) "call rdx\n" MARK(after) "ud2\n" MARK(target) "int3\n" MARK(behind));

    start.rsp = moved(STACK_KERNEL);
    start.rdx = label_of(p, "target");
    run_program(p);
}

#define ROW(name_, run_, upper_, vector_, error_, rip_, about_, ...)                                                                          \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "CR4.LA57=1, " about_, .spec = "SDM 1 \"Canonical Addressing\"", .vector = vector_, .error = error_, \
                 .saved_rip = rip_, .needs = "la57", .run = run_, .arg = {upper_}, __VA_ARGS__                                                \
    }
#define EACH(name, run, vector, error, rip, beyond, about, ...)                                   \
    ROW(name, run, SECOND, vector, error, rip, about " isn't canonical by 48 bits", __VA_ARGS__), \
        ROW(name "_beyond", run, BEYOND, VEC_SS, beyond, AT_FAULT, about " isn't canonical by 57 bits", __VA_ARGS__)
VARIANTS(EACH("rsp0", rsp0, 0x40, NO_ERROR, AFTER, 0, "INT n at CPL 3, RSP0"),
         EACH("rsp0_ud", rsp0_ud, VEC_UD, NO_ERROR, AT_FAULT, ERROR_EXT, "UD2 at CPL 3, RSP0"),
         EACH("rsp0_compat", rsp0_compat, 0x40, NO_ERROR, AFTER, 0, "INT n in compatibility mode at CPL 3, RSP0", .env = COMPAT32),
         EACH("rsp0_call", rsp0_call, VEC_BP, NO_ERROR, "after", 0, "call gate at CPL 3, RSP0"),
         EACH("ist", ist, 0x40, NO_ERROR, AFTER, 0, "INT n, IST1"), EACH("ist_ud", ist_ud, VEC_UD, NO_ERROR, AT_FAULT, ERROR_EXT, "UD2, IST1"),
         ROW("same", same, SECOND, 0x40, NO_ERROR, AFTER, "INT n at CPL 0, RSP isn't canonical by 48 bits"),
         ROW("same_ud", same_ud, SECOND, VEC_UD, NO_ERROR, AT_FAULT, "UD2 at CPL 0, RSP isn't canonical by 48 bits"),
         ROW("same_call", same_call, SECOND, VEC_BP, NO_ERROR, "behind", "PUSH, POP and CALL, RSP isn't canonical by 48 bits"));
