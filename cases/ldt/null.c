/*
 * A null selector in LDTR takes away the LDT that was there before: who reads a descriptor of it gets #GP(selector), though that LDT still has a good
 * one, and the GDT, too. LAR, LSL, VERR and VERW clear ZF. lldt.c has MOV FS.
 */
#include <case.h>

#define INDEX (SEL_KERNEL_CODE64 / 8)

static uint64_t table[16];

/* ARG0 */
static unsigned cpl(void)
{
    return (unsigned)ARG0;
}

static uint16_t selector(void)
{
    return (uint16_t)(INDEX * 8 | SELECTOR_TI | cpl());
}

static void place(uint64_t low, uint64_t high)
{
    if (cpl() == 3)
        in_user_mode();
    table[INDEX] = low;
    table[INDEX + 1] = high;
    lldt(add_system_descriptor(
        "ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)(uintptr_t)table, .limit = sizeof(table) - 1}), 0));
    lldt(0);
    start.rcx = selector();
}

#include "forms.h"

#define SPEC "SDM 3A \"Local Descriptor Table Register (LDTR)\"; SDM 2A \"LLDT-Load Local Descriptor Table Register\""
#define FAULTS(run_, about_)                                                                                                                   \
    {                                                                                                                                          \
        VARIANT, .name = #run_, .about = "LDTR null: " about_ " of the LDT", .spec = SPEC, .vector = VEC_GP, .error = INDEX * 8 | SELECTOR_TI, \
                 .saved_rip = AT_FAULT, .run = run_                                                                                            \
    }
#define USER(run_, about_)                                                                                                    \
    {                                                                                                                         \
        VARIANT, .name = #run_ "_user", .about = "LDTR null: " about_ " of the LDT at CPL 3", .spec = SPEC, .vector = VEC_GP, \
                 .error = INDEX * 8 | SELECTOR_TI, .saved_rip = AT_FAULT, .run = run_, .arg = {                               \
                     3                                                                                                        \
                 }                                                                                                            \
    }
#define LOOKS(run_, about_)                                                                                                    \
    {                                                                                                                          \
        VARIANT, .name = #run_, .about = "LDTR null: " about_ " of the LDT", .spec = SPEC, .vector = NO_EXCEPTION, .run = run_ \
    }
VARIANTS(FAULTS(mov_ss, "MOV SS"), FAULTS(pop_fs, "POP FS"), FAULTS(pop_gs, "POP GS"), FAULTS(lss, "LSS"), FAULTS(lfs, "LFS"), FAULTS(lgs, "LGS"),
         FAULTS(jmp, "far JMP to a code segment"), FAULTS(call, "far CALL to a code segment"), FAULTS(gate, "CALL by a call gate"),
         FAULTS(gate_code, "CALL by a call gate to a code segment"), FAULTS(iretq_cs, "IRETQ to a code segment"),
         FAULTS(iretq_outer, "IRETQ to CPL 3, to a code segment"), FAULTS(iretq_ss, "IRETQ to CPL 3, to a stack segment"),
         FAULTS(retfq_cs, "RETFQ to a code segment"), FAULTS(retfq_outer, "RETFQ to CPL 3, to a code segment"),
         FAULTS(retfq_ss, "RETFQ to CPL 3, to a stack segment"), FAULTS(int_n, "INT 0x40 to a code segment"), USER(mov_ds, "MOV DS"),
         USER(lss, "LSS"), USER(jmp, "far JMP to a code segment"), USER(call, "far CALL to a code segment"), USER(gate, "CALL by a call gate"),
         USER(gate_code, "CALL by a call gate to a code segment"), USER(iretq_cs, "IRETQ to a code segment"),
         USER(retfq_cs, "RETFQ to a code segment"), LOOKS(lar, "LAR of a descriptor"), LOOKS(lsl, "LSL of a descriptor"),
         LOOKS(verr, "VERR of a descriptor"), LOOKS(verw, "VERW of a descriptor"));
