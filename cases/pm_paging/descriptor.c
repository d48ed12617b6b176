/*
 * page_fault/descriptor.c in 32-bit protected mode: each instruction and delivery that reads a descriptor of the GDT or the LDT faults where a page
 * of it isn't there, with the address of the first byte that is missing, as a supervisor's read at any CPL. Where the accessed flag has to be set and
 * the page can't be written to, it is a supervisor's write; accessed_fault.c has these of the GDT.
 */
#include <case32.h>

#include "descriptor.h"

/* The GDT has an LDT or a TSS there. */
static void lldt_cx(void)
{
    place(encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .limit = 0xffff}));
    FAULT("lldt cx");
}

static void ltr_cx(void)
{
    place(encode_descriptor((struct descriptor){.type = SYSTEM_TSS_AVAILABLE, .base = (uintptr_t)&tss, .limit = sizeof(tss) - 1}));
    FAULT("ltr cx");
}

VARIANTS(LOADS(mov_ds, "MOV DS of a descriptor"), CROSSES(mov_es, "MOV ES of a descriptor"), CROSSES(mov_fs, "MOV FS of a descriptor"),
         LOADS(mov_gs, "MOV GS of a descriptor"), LOADS(mov_ss, "MOV SS of a descriptor"), LOADS(pop_ds, "POP DS of a descriptor"),
         CROSSES(pop_es, "POP ES of a descriptor"), CROSSES(pop_fs, "POP FS of a descriptor"), CROSSES(pop_gs, "POP GS of a descriptor"),
         LOADS(pop_ss, "POP SS of a descriptor"), LOADS(lds, "LDS of a descriptor"), CROSSES(les, "LES of a descriptor"),
         CROSSES(lfs, "LFS of a descriptor"), CROSSES(lgs, "LGS of a descriptor"), LOADS(lss, "LSS of a descriptor"),
         CROSSES_GDT(lldt_cx, "LLDT of a descriptor"), CROSSES_GDT(ltr_cx, "LTR of a descriptor"), CROSSES(lar, "LAR of a descriptor"),
         CROSSES(lsl, "LSL of a descriptor"), CROSSES(verr, "VERR of a descriptor"), CROSSES(verw, "VERW of a descriptor"), BYTES(1), BYTES(2),
         BYTES(3), BYTES(5), BYTES(6), BYTES(7), MISSES(mov_gs, "MOV GS of a descriptor"), MISSES(mov_ss, "MOV SS of a descriptor"),
         MISSES(lds, "LDS of a descriptor"), MISSES(lss, "LSS of a descriptor"), MISSES(lar, "LAR of a descriptor"),
         MISSES_LDT(lsl, "LSL of a descriptor"), MISSES_LDT(verr, "VERR of a descriptor"), MISSES(verw, "VERW of a descriptor"));
