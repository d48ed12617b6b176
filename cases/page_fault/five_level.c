/*
 * 5-level paging: one level more that may say no, and linear addresses of 57 bits. What isn't canonical any more raises #GP,
 * what has become canonical raises #PF.
 */
#include <case.h>

#define SECOND_PML5E 0x0001000000000000ull

static void run(void)
{
    uint64_t *pml5 = enter_5_level_paging();

    if (ARG0 == SECOND_PML5E)
        pml5[1] = ARG1;
    start.rbx = ARG0 + 0x5c0;
    FAULT("mov eax, [rbx]");
}

/* Bit 8 of a PML5E that leads where the first one does, to a page. */
static void bit_8(void)
{
    uint64_t *pml5;

    start.rbx = SECOND_PML5E + map_page("victim", PAGE_PRESENT) + 0x5c0;
    pml5 = enter_5_level_paging();
    pml5[1] = pml5[0] | PAGE_G;
    FAULT("mov eax, [rbx]");
}

#define ROW(name_, about_, id_, address_, pml5e_, spec_, vector_, error_, ...)                                                                \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "CPL-0 load with CR4.LA57=1: " about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, \
                 .saved_rip = AT_FAULT, .run = run, .arg = {address_, pml5e_}, .needs = "la57" __VA_ARGS__                                    \
    }
#define PAGING "SDM 3A \"5-Level Paging\"; SDM 3A \"Page-Fault Exceptions\""

VARIANTS(ROW("pml5e_not_present", "PML5E with P=0", "pf-la57-pml5e-np", SECOND_PML5E, 0, PAGING, VEC_PF, 0),
         ROW("pml5e_ps", "PML5E with bit 7 set", NULL, SECOND_PML5E, PAGE_PRESENT | PAGE_PS, PAGING, VEC_PF, PF_P | PF_RSVD),
         ROW("pml5e_reserved_address", "PML5E with bit 51 set", NULL, SECOND_PML5E, PAGE_PRESENT | 1ull << 51, PAGING, VEC_PF, PF_P | PF_RSVD,
             " reserved_address_bits"),
         {VARIANT, .name = "pml5e_g", .about = "CPL-0 load with CR4.LA57=1: PML5E with bit 8 set: ignored", .spec = "SDM 3A \"5-Level Paging\"",
          .vector = NO_EXCEPTION, .run = bit_8, .needs = "la57"},
         ROW("canonical_57", "bit 47 isn't bit 48", NULL, NONCANONICAL, 0, PAGING, VEC_PF, 0),
         ROW("not_canonical", "bit 56 isn't bit 57", "pf-la57-noncanon", NONCANONICAL_57, 0, "SDM 1 \"Canonical Addressing\"", VEC_GP, 0));
