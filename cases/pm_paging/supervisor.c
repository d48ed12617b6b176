/*
 * 4-MiB pages need CR4.PSE, else bit 7 of a directory entry is ignored; with it bit 21 is reserved. With CR4.SMEP supervisor mode fetches nothing
 * from user pages, and a fetch has its bit in the error code; with CR4.SMAP it reads and writes them only with EFLAGS.AC set, and never for a
 * descriptor.
 */
#include <case32.h>

#define RW (PAGE_PRESENT | PAGE_WRITE)

/* Bit 7 of the directory entry, with an ordinary table below. */
static void size_bit_ignored(void)
{
    start.ebx = map_page("victim", RW);
    *page_entry(start.ebx, 2) |= PAGE_PS;
    fill_words((uintptr_t)frame_of(start.ebx), start.eax, PAGE_SIZE / 4);
    write_cr3(read_cr3());
    FAULT("mov eax, [ebx]");
}

/* arg: bits to set. */
static void large(void)
{
    start.ebx = map_large_page("victim", RW | ARG0);
    FAULT("mov [ebx], eax");
}

/* arg: flags of the page; the CPL. It holds INT3. */
static void with_cr4(uint32_t bits)
{
    in_ring(ARG1);
    set_gate(VEC_BP, .dpl = 3);
    start.ebx = map_page("victim", PAGE_PRESENT | ARG0);
    *(uint8_t *)frame_of(start.ebx) = 0xcc;
    name_place("behind", start.ebx + 1, 1);
    write_cr4(read_cr4() | bits);
}

static void smep_fetch(void)
{
    with_cr4(CR4_SMEP);
    FAULT("jmp ebx");
}

static void smep_fetch_not_present(void)
{
    with_cr4(CR4_SMEP);
    change_page(start.ebx, PAGE_PRESENT, 0);
    FAULT("jmp ebx");
}

static void smep_write(void)
{
    with_cr4(CR4_SMEP);
    FAULT("mov [ebx], eax");
}

static void smap_read(void)
{
    with_cr4(CR4_SMAP);
    FAULT("bt dword ptr [ebx], 0\nstc");
}

static void smap_write(void)
{
    with_cr4(CR4_SMAP);
    FAULT("mov [ebx], eax");
}

static void smap_write_ac(void)
{
    with_cr4(CR4_SMAP);
    start.eflags |= EFLAGS_AC;
    FAULT("mov [ebx], eax");
}

static void smap_fetch(void)
{
    with_cr4(CR4_SMAP);
    FAULT("jmp ebx");
}

static void smap_pop(void)
{
    with_cr4(CR4_SMAP);
    FAULT("pop dword ptr [ebx]");
}

/* The descriptor lies in a user page; AC doesn't help. */
static void smap_descriptor(void)
{
    uintptr_t table = split_table("table", gdt, GDT_LIMIT + 1, GDT_LIMIT + 1), page = table + GDT_LIMIT + 1;

    *(uint64_t *)frame_of(page) = encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true, .dpl = 3});
    change_page(page, 0, RW | PAGE_USER);
    lgdt(table, GDT_LIMIT + PAGE_SIZE);
    start.ecx = GDT_LIMIT + 1;
    start.eflags |= EFLAGS_AC;
    write_cr4(read_cr4() | CR4_SMAP);
    FAULT("mov fs, ecx");
}

#define ROW(name_, run_, arg0, arg1, vector_, error_, rip_, needs_, spec_, id_, about_)                                                            \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .needs = needs_, \
                 .run = run_, .arg = {                                                                                                             \
                     arg0,                                                                                                                         \
                     arg1                                                                                                                          \
                 }                                                                                                                                 \
    }
#define PSE "SDM 3A \"32-Bit Paging\""
#define RIGHTS "SDM 3A \"Determination of Access Rights\", \"Page-Fault Exceptions\""
#define PF(name_, run_, arg0, arg1, error_, needs_, spec_, id_, about_) \
    ROW(name_, run_, arg0, arg1, VEC_PF, error_, AT_FAULT, needs_, spec_, id_, about_)
#define OK(name_, run_, arg0, arg1, needs_, spec_, about_) ROW(name_, run_, arg0, arg1, NO_EXCEPTION, 0, NULL, needs_, spec_, "", about_)
#define USER (RW | PAGE_USER)
VARIANTS(OK("size_bit_without_pse", size_bit_ignored, 0, 0, "", PSE, "bit 7 of a directory entry, without CR4.PSE"),
         PF("large_reserved", large, 1u << 21, 0, PF_P | PF_W | PF_RSVD, "pse", PSE, "pf-pm32-4m-reserved", "bit 21 of a 4-MiB page's entry is set"),
         OK("large_pat", large, 1u << 12, 0, "pse pat", PSE, "bit 12 of a 4-MiB page's entry, PAT, is set"),
         OK("large_global", large, PAGE_G, 0, "pse pge", PSE, "bit 8 of a 4-MiB page's entry, G, is set"),
         ROW("smep_fetch", smep_fetch, USER, 0, VEC_PF, PF_P | PF_I, "victim", "smep", RIGHTS, "pf-pm32-fetch-smep",
             "CPL 0, SMEP: a fetch from a user page"),
         ROW("smep_fetch_ring1", smep_fetch, USER, 1, VEC_PF, PF_P | PF_I, "victim", "smep", RIGHTS, "", "CPL 1, SMEP: a fetch from a user page"),
         ROW("smep_fetch_not_present", smep_fetch_not_present, USER, 0, VEC_PF, PF_I, "victim", "smep", RIGHTS, "",
             "CPL 0, SMEP: a fetch from a page that isn't present"),
         ROW("smep_fetch_user", smep_fetch, USER, 3, VEC_BP, NO_ERROR, "behind", "smep", RIGHTS, "", "CPL 3, SMEP: a fetch from a user page"),
         ROW("smep_fetch_user_supervisor", smep_fetch, RW, 3, VEC_PF, PF_P | PF_U | PF_I, "victim", "smep", RIGHTS, "",
             "CPL 3, SMEP: a fetch from a supervisor page"),
         ROW("smep_fetch_supervisor", smep_fetch, RW, 0, VEC_BP, NO_ERROR, "behind", "smep", RIGHTS, "",
             "CPL 0, SMEP: a fetch from a supervisor page"),
         OK("smep_write", smep_write, USER, 0, "smep", RIGHTS, "CPL 0, SMEP: a write to a user page"),
         PF("smap_read", smap_read, USER, 0, PF_P, "smap", RIGHTS, "", "CPL 0, SMAP, AC=0: a read of a user page"),
         PF("smap_write", smap_write, USER, 0, PF_P | PF_W, "smap", RIGHTS, "", "CPL 0, SMAP, AC=0: a write to a user page"),
         PF("smap_write_ring2", smap_write, USER, 2, PF_P | PF_W, "smap", RIGHTS, "", "CPL 2, SMAP, AC=0: a write to a user page"),
         PF("smap_pop", smap_pop, USER, 0, PF_P | PF_W, "smap", RIGHTS, "", "CPL 0, SMAP, AC=0: a POP to a user page"),
         OK("smap_write_ac", smap_write_ac, USER, 0, "smap", RIGHTS, "CPL 0, SMAP, AC=1: a write to a user page"),
         PF("smap_write_ac_read_only", smap_write_ac, PAGE_USER, 0, PF_P | PF_W, "smap", RIGHTS, "",
            "CPL 0, SMAP, AC=1: a write to a read-only user page"),
         ROW("smap_fetch", smap_fetch, USER, 0, VEC_BP, NO_ERROR, "behind", "smap", RIGHTS, "", "CPL 0, SMAP, AC=0: a fetch from a user page"),
         PF("smap_descriptor", smap_descriptor, 0, 0, PF_P, "smap", RIGHTS, "", "CPL 0, SMAP, AC=1: a descriptor in a user page"));
