/*
 * CPL 1 and 2 are no CPL 0: INT n and INT3 need a gate whose DPL isn't below them, and no event leads to a code segment whose DPL is above them, be
 * it non-conforming or conforming.
 */
#include <case.h>

#include "../general_protection/in_ring.h"

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

/* ARG0: CPL; ARG1: the gate's DPL. */
static void int_n(void)
{
    in_ring((uint8_t)ARG0);
    set_gate(0x40, .dpl = (uint8_t)ARG1);
    FAULT("int 0x40");
}

static void int3(void)
{
    in_ring((uint8_t)ARG0);
    set_gate(VEC_BP, .dpl = (uint8_t)ARG1);
    FAULT("int3");
}

/* ARG1: the DPL of the handler's code, and whether it is conforming. */
#define CONFORMING 4
static uint16_t handler_code(void)
{
    struct descriptor d = {.type = ARG1 & CONFORMING ? CODE_CONFORMING : CODE_READABLE, .dpl = ARG1 & 3, .l = true};

    return add_descriptor("handler", encode_descriptor(d));
}

static void code_int_n(void)
{
    set_gate(0x40, .dpl = 3);
    gate_of(0x40)->selector = handler_code();
    in_ring((uint8_t)ARG0);
    FAULT("int 0x40");
}

static void code_ud(void)
{
    gate_of(VEC_UD)->selector = handler_code();
    in_ring((uint8_t)ARG0);
    FAULT("ud2");
}

#define ROW(name_, run_, cpl, dpl, vector_, error_, rip_, about_)                                                                           \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, .arg = { \
            cpl,                                                                                                                            \
            dpl                                                                                                                             \
        }                                                                                                                                   \
    }
#define GATE(cpl, dpl, name)                                                                                            \
    ROW(name, int_n, cpl, dpl, VEC_GP, IDT_ERROR(0x40), AT_FAULT, "INT 0x40 at CPL " #cpl ", the gate's DPL is " #dpl), \
        ROW("int3_" name, int3, cpl, dpl, VEC_GP, IDT_ERROR(VEC_BP), AT_FAULT, "INT3 at CPL " #cpl ", the gate's DPL is " #dpl)
#define SAME(cpl, name)                                                                                     \
    ROW(name, int_n, cpl, cpl, 0x40, NO_ERROR, AFTER, "INT 0x40 at CPL " #cpl ", the gate's DPL is " #cpl), \
        ROW("int3_" name, int3, cpl, cpl, VEC_BP, NO_ERROR, AFTER, "INT3 at CPL " #cpl ", the gate's DPL is " #cpl)
#define CODE(cpl, dpl, what, name)                                                                                  \
    ROW("code_" name, code_int_n, cpl, dpl, VEC_GP, SEL_FREE, AT_FAULT, "INT 0x40 at CPL " #cpl ", gate to " what), \
        ROW("code_" name "_ud", code_ud, cpl, dpl, VEC_GP, SEL_FREE | ERROR_EXT, AT_FAULT, "UD2 at CPL " #cpl ", gate to " what)
VARIANTS(GATE(1, 0, "1_dpl0"), GATE(2, 0, "2_dpl0"), GATE(2, 1, "2_dpl1"), SAME(1, "1_dpl1"), SAME(2, "2_dpl2"),
         CODE(0, 1, "code of DPL 1", "0_dpl1"), CODE(0, 2, "code of DPL 2", "0_dpl2"), CODE(1, 2, "code of DPL 2", "1_dpl2"),
         CODE(1, 3, "code of DPL 3", "1_dpl3"), CODE(2, 3, "code of DPL 3", "2_dpl3"),
         CODE(0, 1 | CONFORMING, "conforming code of DPL 1", "0_conforming1"), CODE(1, 2 | CONFORMING, "conforming code of DPL 2", "1_conforming2"));
