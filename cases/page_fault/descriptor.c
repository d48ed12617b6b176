/*
 * Each instruction and delivery that reads a descriptor of the GDT or the LDT faults where a page of it isn't there: with the address of the first
 * byte that is missing, as a supervisor's read at CPL 3 too. The descriptor's other bytes may lie on a page that is there, and it needn't be aligned.
 * Where the accessed flag has to be set and the page can't be written to, it is a supervisor's write. ldt/entry.c has these writes of an LDT.
 */
#include <case.h>

enum { LOCAL = 1, USER = 2, READ_ONLY = 4 };

static unsigned cpl(void)
{
    return ARG0 & USER ? 3 : 0;
}

/* RPL is the CPL. Without bytes on the first page it isn't the second one's first. */
static uint16_t selector(void)
{
    return (uint16_t)((ARG0 & LOCAL ? 8 | SELECTOR_TI : GDT_LIMIT + 1) + (ARG1 ? 0 : 16) + cpl());
}

static void put(uintptr_t address, uint64_t descriptor)
{
    for (unsigned i = 0; i < 8; i++)
        *(uint8_t *)frame_of(address + i) = (uint8_t)(descriptor >> 8 * i);
}

/* ARG1: how many bytes of the descriptor lie on the first page. What is added to the GDT later isn't in this one. */
static void place(uint64_t low, uint64_t high)
{
    unsigned size = ARG0 & LOCAL ? 8 : GDT_LIMIT + 1, at = selector() & 0xfff8u;
    uintptr_t table = split_table("table", gdt, size, size + (unsigned)ARG1);

    if (ARG0 & USER)
        in_user_mode();
    put(table + at, ARG0 & READ_ONLY ? low & ~DESCRIPTOR_ACCESSED : low);
    put(table + at + 8, high);
    if (ARG0 & READ_ONLY)
        change_page(table + at, PAGE_WRITE, PAGE_PRESENT);
    if (ARG0 & LOCAL)
        lldt(add_system_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)table, .limit = at + 15}),
                                   table >> 32));
    else
        lgdt(table, (uint16_t)(at + 15));
    start.rcx = selector();
}

#include "../ldt/forms.h"

#define SPEC "SDM 3A \"Determination of Access Mode\"; SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""
#define ROW(name_, run_, how, bytes, error_, about_)                                                                                           \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            how,                                                                                                                               \
            bytes                                                                                                                              \
        }                                                                                                                                      \
    }
#define CROSSES(run, about)                                                                                   \
    ROW(#run "_gdt", run, 0, 4, 0, about " of the GDT, whose second half lies on a page that isn't present"), \
        ROW(#run "_ldt", run, LOCAL, 4, 0, about " of the LDT, whose second half lies on a page that isn't present")
#define MISSES(run, about)                                                                                          \
    ROW(#run "_gdt_user", run, USER, 0, 0, "CPL 3: " about " of the GDT, which lies on a page that isn't present"), \
        ROW(#run "_ldt_user", run, USER | LOCAL, 0, 0, "CPL 3: " about " of the LDT, which lies on a page that isn't present")
#define WRITES(run, about) ROW(#run "_read_only", run, READ_ONLY, 0, PF_P | PF_W, about " of a GDT that nobody may write to, accessed flag clear")
#define LOADS(run, about) CROSSES(run, about), WRITES(run, about)
#define BYTES(n)                                                                                                                      \
    ROW("mov_ds_gdt_" #n, mov_ds, 0, n, 0, "MOV DS of a descriptor of the GDT, " #n " bytes of which lie on a page that is present"), \
        ROW("mov_ds_ldt_" #n, mov_ds, LOCAL, n, 0, "MOV DS of a descriptor of the LDT, " #n " bytes of which lie on a page that is present")

VARIANTS(LOADS(mov_ds, "MOV DS of a descriptor"), LOADS(mov_es, "MOV ES of a descriptor"), CROSSES(mov_fs, "MOV FS of a descriptor"),
         LOADS(mov_gs, "MOV GS of a descriptor"), CROSSES(mov_ss, "MOV SS of a descriptor"), LOADS(pop_fs, "POP FS of a descriptor"),
         LOADS(pop_gs, "POP GS of a descriptor"), LOADS(lss, "LSS of a descriptor"), LOADS(lfs, "LFS of a descriptor"),
         LOADS(lgs, "LGS of a descriptor"), LOADS(jmp, "far JMP to a code segment"), LOADS(call, "far CALL to a code segment"),
         CROSSES(gate, "CALL by a call gate"), LOADS(gate_code, "CALL by a call gate to a code segment"), LOADS(iretq_cs, "IRETQ to a code segment"),
         LOADS(iretq_outer, "IRETQ to CPL 3, to a code segment"), LOADS(iretq_ss, "IRETQ to CPL 3, to a stack segment"),
         LOADS(retfq_cs, "RETFQ to a code segment"), LOADS(retfq_outer, "RETFQ to CPL 3, to a code segment"),
         LOADS(retfq_ss, "RETFQ to CPL 3, to a stack segment"), LOADS(int_n, "INT 0x40 to a code segment"), LOADS(ud2, "#UD to a code segment"),
         CROSSES(lar, "LAR of a descriptor"), CROSSES(lsl, "LSL of a descriptor"), CROSSES(verr, "VERR of a descriptor"),
         CROSSES(verw, "VERW of a descriptor"), BYTES(1), BYTES(2), BYTES(3), BYTES(5), BYTES(6), BYTES(7), MISSES(mov_gs, "MOV GS of a descriptor"),
         MISSES(mov_ss, "MOV SS of a descriptor"), MISSES(lss, "LSS of a descriptor"), MISSES(lfs, "LFS of a descriptor"),
         MISSES(jmp, "far JMP to a code segment"), MISSES(call, "far CALL to a code segment"), MISSES(gate, "CALL by a call gate"),
         MISSES(gate_code, "CALL by a call gate to a code segment"), MISSES(iretq_cs, "IRETQ to a code segment"),
         MISSES(retfq_cs, "RETFQ to a code segment"),
         ROW("int_n_ldt_user", int_n, USER | LOCAL, 0, 0, "CPL 3: INT 0x40 to a code segment of the LDT, which lies on a page that isn't present"),
         ROW("lsl_ldt_user", lsl, USER | LOCAL, 0, 0, "CPL 3: LSL of a descriptor of the LDT, which lies on a page that isn't present"),
         ROW("verr_ldt_user", verr, USER | LOCAL, 0, 0, "CPL 3: VERR of a descriptor of the LDT, which lies on a page that isn't present"),
         MISSES(verw, "VERW of a descriptor"));
