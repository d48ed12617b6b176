/* A call gate to an inner ring: SS, ESP, parameters, CS, EIP on the inner stack. INT3 at the target shows where the stack is. */
#include <case32.h>

static void through(struct call_gate gate, const uint32_t *pushed, unsigned count)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    uint32_t *pointer;

    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    gate.offset = label_of(p, "target");
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[0] = 0x12345678; /* ignored: the gate says where */
    pointer[1] = add_call_gate("gate", gate) | 3u;
    for (unsigned i = count; i-- > 0;) {
        start.esp -= 4;
        *(uint32_t *)frame_of(start.esp) = pushed[i];
    }
    run_program(p);
}

static const uint32_t two[] = {0x11111111, 0x22222222};

static void none(void)
{
    through((struct call_gate){.selector = SEL_KERNEL_CODE, .dpl = 3}, NULL, 0);
}

static void parameters(void)
{
    through((struct call_gate){.selector = SEL_KERNEL_CODE, .dpl = 3, .parameters = 2}, two, 2);
}

static void ring1(void)
{
    through((struct call_gate){.selector = SEL_RING1_CODE, .dpl = 3, .parameters = 1}, two, 1);
}

static void gate_dpl(void)
{
    through((struct call_gate){.selector = SEL_KERNEL_CODE, .dpl = 2}, NULL, 0);
}

static void not_present(void)
{
    through((struct call_gate){.selector = SEL_KERNEL_CODE, .dpl = 3, .not_present = true}, NULL, 0);
}

#define ROW(name_, run_, vector_, error_, rip_, id_, about_)                                                                         \
    {                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Call Gates\", \"Stack Switching\"", .id = id_, .vector = vector_, \
                 .error = error_, .saved_rip = rip_, .run = run_                                                                     \
    }
VARIANTS(ROW("none", none, VEC_BP, NO_ERROR, "reached", "", "far CALL through a gate to CPL 0, no parameters"),
         ROW("parameters", parameters, VEC_BP, NO_ERROR, "reached", "pm-callgate-params-ok", "far CALL through a gate to CPL 0, two parameters"),
         ROW("ring1", ring1, VEC_BP, NO_ERROR, "reached", "", "far CALL through a gate to CPL 1, one parameter"),
         ROW("gate_dpl", gate_dpl, VEC_GP, SEL_FREE, "fault", "pm-callgate-dpl", "CPL 3, the gate's DPL is 2"),
         ROW("not_present", not_present, VEC_NP, SEL_FREE, "fault", "pm-callgate-np", "the gate isn't present"));
