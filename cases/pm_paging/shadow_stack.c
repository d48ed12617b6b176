/*
 * A shadow-stack page of 32-bit paging: D=1 and R/W=0 in the entry that maps it, R/W=1 in those above. A page of 4 MiB has none above: its directory
 * entry alone decides. CALL and RET at CPL 3.
 */
#include <case32.h>

#define TOP 0x7f0u

/* ARG0: the flags of the entry that maps the page. ARG1: those that the directory's lacks. */
static void run(uintptr_t page)
{
    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, page + TOP);
    PROGRAM(MARK(fault) "call 1f\n" MARK(after) "jmp 2f\n1: ret\n2: nop\n");
}

static void large(void)
{
    run(map_large_page("large", ARG0));
}

static void small(void)
{
    uintptr_t page = map_page("small", ARG0);

    *page_entry(page, 2) &= ~(uint32_t)ARG1;
    run(page);
}

#define USER (PAGE_PRESENT | PAGE_USER)
#define ROW(name_, run_, flags, without, needs_, about_, ...)                                                                        \
    {                                                                                                                                \
        VARIANT, .name = name_, .about = "CALL at CPL 3, " about_, .spec = "SDM 3A \"Determination of Access Rights\"", .run = run_, \
                 .arg = {flags, without}, .needs = needs_, __VA_ARGS__                                                               \
    }
#define PASSES .vector = NO_EXCEPTION
#define FAULTS .vector = VEC_PF, .error = PF_P | PF_W | PF_U | PF_SS, .saved_rip = AT_FAULT
VARIANTS(ROW("large", large, USER | PAGE_D, 0, "cet_ss pse", "a shadow-stack page of 4 MiB", PASSES),
         ROW("large_writable", large, USER | PAGE_D | PAGE_WRITE, 0, "cet_ss pse", "SSP in a page of 4 MiB with R/W=1", FAULTS),
         ROW("large_clean", large, USER, 0, "cet_ss pse", "SSP in a page of 4 MiB with D=0", FAULTS),
         ROW("small", small, USER | PAGE_D, 0, "cet_ss", "a shadow-stack page", PASSES),
         ROW("small_clean", small, USER, 0, "cet_ss", "SSP in a page with D=0", FAULTS),
         ROW("small_directory", small, USER | PAGE_D, PAGE_WRITE, "cet_ss", "SSP in a page whose PDE has R/W=0", FAULTS));
