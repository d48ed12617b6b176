/*
 * A null selector in LDTR takes away the LDT that was there before: who reads a descriptor of it gets #GP(selector), of SS in the TSS #TS(selector),
 * though that LDT still has a good one. LAR, LSL, VERR and VERW clear ZF.
 */
#include <case32.h>

static uint64_t table[16];

/* ARG0 */
static unsigned cpl(void)
{
    return ARG0 & 3;
}

static uint16_t selector(void)
{
    return (uint16_t)(8 | SELECTOR_TI | cpl());
}

static void place(uint64_t descriptor)
{
    in_ring(cpl());
    table[1] = descriptor;
    lldt(add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)table, .limit = sizeof(table) - 1})));
    lldt(0);
    start.ecx = selector();
}

#include "forms.h"

#define SPEC "SDM 3A \"Local Descriptor Table Register (LDTR)\"; SDM 2A \"LLDT-Load Local Descriptor Table Register\""
#define ROW(name_, run_, cpl_, vector_, about_)                                                                                         \
    {                                                                                                                                   \
        VARIANT, .name = name_, .about = "LDTR null: " about_ " of the LDT", .spec = SPEC, .vector = vector_, .error = 8 | SELECTOR_TI, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                           \
                     cpl_                                                                                                               \
                 }                                                                                                                      \
    }
#define FAULTS(run, about) ROW(#run, run, 0, VEC_GP, about)
#define USER(run, about) ROW(#run "_user", run, 3, VEC_GP, "CPL 3: " about)
#define LOOKS(run_, about_)                                                                                                    \
    {                                                                                                                          \
        VARIANT, .name = #run_, .about = "LDTR null: " about_ " of the LDT", .spec = SPEC, .vector = NO_EXCEPTION, .run = run_ \
    }
VARIANTS(FAULTS(pop_ds, "POP DS"), FAULTS(pop_es, "POP ES"), FAULTS(pop_ss, "POP SS"), FAULTS(lds, "LDS"), FAULTS(les, "LES"), FAULTS(lgs, "LGS"),
         FAULTS(lss, "LSS"), FAULTS(jmp, "far JMP to a code segment"), FAULTS(call, "far CALL to a code segment"),
         FAULTS(gate, "CALL by a call gate"), FAULTS(gate_code, "CALL by a call gate to a code segment"), FAULTS(iretd_cs, "IRETD to a code segment"),
         FAULTS(iretd_outer, "IRETD to CPL 3, to a code segment"), FAULTS(iretd_ss, "IRETD to CPL 3, to a stack segment"),
         FAULTS(retf_cs, "far RET to a code segment"), FAULTS(retf_outer, "far RET to CPL 3, to a code segment"),
         FAULTS(retf_ss, "far RET to CPL 3, to a stack segment"), FAULTS(int_n, "INT 0x40 to a code segment"), USER(mov_gs, "MOV GS"),
         USER(lss, "LSS"), USER(jmp, "far JMP to a code segment"), USER(call, "far CALL to a code segment"), USER(gate, "CALL by a call gate"),
         USER(gate_code, "CALL by a call gate to a code segment"), USER(iretd_cs, "IRETD to a code segment"),
         USER(retf_cs, "far RET to a code segment"), ROW("gate_stack", gate_stack, 3, VEC_TS, "CPL 3: CALL to CPL 1 with SS1"),
         ROW("int_n_stack", int_n_stack, 3, VEC_TS, "CPL 3: INT 0x40 to CPL 1 with SS1"), LOOKS(lar, "LAR of a descriptor"),
         LOOKS(lsl, "LSL of a descriptor"), LOOKS(verr, "VERR of a descriptor"), LOOKS(verw, "VERW of a descriptor"));
