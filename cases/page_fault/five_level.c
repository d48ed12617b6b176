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

enum { READ = 0, WRITE = 1, FETCH = 2, USER = 4, NXE0 = 8 };

static uint64_t *second;

static void look(void)
{
    note("accessed", *second >> 5 & 1);
}

/* A PML5E that leads where the first one does, but for a bit. ARG0: the bit to change; ARG1: how to access. */
static void bit(void)
{
    uint64_t *pml5;

    start.rbx = SECOND_PML5E + map_page("victim", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 0x5c0;
    name_place("target", start.rbx, 1);
    pml5 = enter_5_level_paging();
    second = &pml5[1];
    *second = (pml5[0] & ~(uint64_t)PAGE_A) ^ ARG0;
    if (current_case->vector == NO_EXCEPTION)
        at_end(look);
    if (ARG1 & NXE0)
        write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_NXE);
    if (ARG1 & USER)
        in_user_mode();
    if (ARG1 & WRITE)
        FAULT("mov [rbx], eax");
    else if (ARG1 & FETCH)
        FAULT("jmp rbx");
    else
        FAULT("mov eax, [rbx]");
}

#define ROW(name_, about_, id_, address_, pml5e_, spec_, vector_, error_, ...)                                                                \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "CPL-0 load with CR4.LA57=1: " about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, \
                 .saved_rip = AT_FAULT, .run = run, .arg = {address_, pml5e_}, .needs = "la57" __VA_ARGS__                                    \
    }
#define BIT(name_, about_, bit_, how_, vector_, error_, rip_, needs_)                                                                              \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = "CR4.LA57=1: " about_, .spec = PAGING, .vector = vector_, .error = error_, .saved_rip = rip_, .run = bit, \
                 .arg = {bit_, how_}, .needs = "la57" needs_                                                                                       \
    }
#define PAGING "SDM 3A \"5-Level Paging\"; SDM 3A \"Page-Fault Exceptions\""

VARIANTS(ROW("pml5e_not_present", "PML5E with P=0", "pf-la57-pml5e-np", SECOND_PML5E, 0, PAGING, VEC_PF, 0),
         ROW("pml5e_ps", "PML5E with bit 7 set", NULL, SECOND_PML5E, PAGE_PRESENT | PAGE_PS, PAGING, VEC_PF, PF_P | PF_RSVD),
         ROW("pml5e_reserved_address", "PML5E with bit 51 set", NULL, SECOND_PML5E, PAGE_PRESENT | 1ull << 51, PAGING, VEC_PF, PF_P | PF_RSVD,
             " reserved_address_bits"),
         {VARIANT, .name = "pml5e_g", .about = "CPL-0 load with CR4.LA57=1: PML5E with bit 8 set: ignored", .spec = "SDM 3A \"5-Level Paging\"",
          .vector = NO_EXCEPTION, .run = bit_8, .needs = "la57"},
         ROW("canonical_57", "bit 47 isn't bit 48", NULL, NONCANONICAL, 0, PAGING, VEC_PF, 0),
         ROW("not_canonical", "bit 56 isn't bit 57", "pf-la57-noncanon", NONCANONICAL_57, 0, "SDM 1 \"Canonical Addressing\"", VEC_GP, 0),
         BIT("pml5e_p_alone", "CPL-0 load, PML5E has P=0 and is otherwise in order", PAGE_PRESENT, READ, VEC_PF, 0, AT_FAULT, ),
         BIT("pml5e_p_alone_user", "CPL-3 load, PML5E has P=0 and is otherwise in order", PAGE_PRESENT, USER, VEC_PF, PF_U, AT_FAULT, ),
         BIT("pml5e_p_alone_write", "CPL-0 store, PML5E has P=0 and is otherwise in order", PAGE_PRESENT, WRITE, VEC_PF, PF_W, AT_FAULT, ),
         BIT("pml5e_user", "CPL-3 load, only PML5E has U/S=0", PAGE_USER, USER, VEC_PF, PF_P | PF_U, AT_FAULT, ),
         BIT("pml5e_user_write", "CPL-3 store, only PML5E has R/W=0", PAGE_WRITE, USER | WRITE, VEC_PF, PF_P | PF_W | PF_U, AT_FAULT, ),
         BIT("pml5e_kernel_write", "CPL-0 store, WP=1, only PML5E has R/W=0", PAGE_WRITE, WRITE, VEC_PF, PF_P | PF_W, AT_FAULT, ),
         BIT("pml5e_execute_disable", "CPL-0 JMP, only PML5E has XD=1", PAGE_NX, FETCH, VEC_PF, PF_P | PF_I, "target", " nx"),
         BIT("pml5e_reserved_xd", "CPL-0 load, EFER.NXE=0, bit 63 of PML5E set", PAGE_NX, NXE0, VEC_PF, PF_P | PF_RSVD, AT_FAULT, ),
         {VARIANT, .name = "pml5e_accessed", .about = "CPL-0 load with CR4.LA57=1: sets the accessed flag of PML5E", .spec = PAGING,
          .vector = NO_EXCEPTION, .run = bit, .arg = {0, READ}, .needs = "la57"});
