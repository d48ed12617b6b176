/*
 * At CPL 3 with AM=1 and AC=1 every instruction that reads a descriptor does so without an alignment check: the table is at an odd address, and only
 * the processor's own accesses go there. exempt.c has MOV DS of the GDT.
 */
#include <case.h>

enum { GLOBAL, LOCAL };

static unsigned cpl(void)
{
    return 3;
}

/* ARG0 */
static uint16_t selector(void)
{
    return ARG0 == LOCAL ? 8 | SELECTOR_TI | 3 : (GDT_LIMIT + 1) | 3;
}

static void place(uint64_t low, uint64_t high)
{
    uint8_t *table = (uint8_t *)map_page("table", PAGE_PRESENT | PAGE_WRITE) + 0x101;
    unsigned at = selector() & 0xfff8u;

    set_gate(VEC_BP, .dpl = 3);
    for (unsigned i = 0; i < (ARG0 == LOCAL ? 8 : GDT_LIMIT + 1); i++)
        table[i] = ((const uint8_t *)gdt)[i];
    for (unsigned i = 0; i < 8; i++) {
        table[at + i] = (uint8_t)(low >> 8 * i);
        table[at + 8 + i] = (uint8_t)(high >> 8 * i);
    }
    if (ARG0 == LOCAL)
        lldt(add_system_descriptor("ldt",
                                   encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)(uintptr_t)table, .limit = at + 15}),
                                   (uintptr_t)table >> 32));
    else
        lgdt((uintptr_t)table, (uint16_t)(at + 15));
    in_user_mode();
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
    start.rcx = selector();
}

#include "../ldt/forms.h"

#define ROW(run_, name_, table, about_, ...)                                                                                 \
    {                                                                                                                        \
        VARIANT, .name = #run_ name_, .about = about_ " at CPL 3 with AM=1, AC=1, at an odd address",                        \
                 .spec = "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\"", .run = run_, .arg = {table}, __VA_ARGS__ \
    }
#define EACH_TABLE(run, about, ...) \
    ROW(run, "_gdt", GLOBAL, about " of the GDT", __VA_ARGS__), ROW(run, "_ldt", LOCAL, about " of the LDT", __VA_ARGS__)
#define PASSES .vector = NO_EXCEPTION
#define REACHES .vector = VEC_BP, .error = NO_ERROR
VARIANTS(ROW(mov_ds, "_ldt", LOCAL, "MOV DS of the LDT", PASSES), ROW(mov_ss, "_ldt", LOCAL, "MOV SS of the LDT", PASSES),
         ROW(lfs, "_gdt", GLOBAL, "LFS of the GDT", PASSES), ROW(pop_gs, "_gdt", GLOBAL, "POP GS of the GDT", PASSES), EACH_TABLE(lar, "LAR", PASSES),
         EACH_TABLE(lsl, "LSL", PASSES), EACH_TABLE(verr, "VERR", PASSES), EACH_TABLE(verw, "VERW", PASSES),
         EACH_TABLE(jmp, "far JMP to a code segment", REACHES), EACH_TABLE(call, "far CALL to a code segment", REACHES),
         EACH_TABLE(iretq_cs, "IRETQ to a code segment", REACHES), EACH_TABLE(retfq_cs, "RETFQ to a code segment", REACHES),
         EACH_TABLE(gate, "CALL by a call gate", REACHES), EACH_TABLE(gate_code, "CALL by a call gate to a code segment", REACHES),
         EACH_TABLE(int_n, "INT 0x40 to a code segment", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER));
