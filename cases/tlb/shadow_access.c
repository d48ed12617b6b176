/*
 * What an ordinary access left in the TLB is no leave for a shadow-stack access, nor the other way round: tlb/other_access.c, of pages and
 * instructions of CET.
 */
#include <case.h>

#define OFFSET 0x5c0u
#define LOAD "mov esi, [rbx]\n"
#define STORE "mov [rbx], esi\n"
#define WRSS "wrssd [rbx], esi\n"
#define WRUSS "wrussd [rbx], esi\n"
#define INCSSP "mov eax, 1\nincsspq rax\n"
#define SHADOW PAGE_D
#define ORDINARY (PAGE_WRITE | PAGE_D)

/* ARG0: the page's flags; it is that of SSP, too. */
static void set_up(void)
{
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_USER | PAGE_A | ARG0) + OFFSET;
    start.rflags &= ~(uint64_t)RFLAGS_AC;
    write_cr4((read_cr4() & ~(uint64_t)CR4_SMAP) | CR4_CET);
}

static void user(struct program p)
{
    set_up();
    in_user_mode();
    write_msr(MSR_U_CET, CET_SH_STK_EN | CET_WR_SHSTK_EN);
    write_msr(MSR_PL3_SSP, start.rbx);
    run_program(p);
}

static void kernel(struct program p)
{
    set_up();
    run_program(p);
}

#define TWO(cpl, name, first, second)                                \
    static void cpl##_##name(void)                                   \
    {                                                                \
        cpl(ASSEMBLE(first MARK(fault) second MARK(after) "nop\n")); \
    }
TWO(user, load_wrss, LOAD, WRSS)
TWO(user, store_wrss, STORE, WRSS)
TWO(user, wrss_store, WRSS, STORE)
TWO(user, load_store, LOAD, STORE)
TWO(user, incssp_store, INCSSP, STORE)
TWO(user, load_incssp, LOAD "mov eax, 1\n", "incsspq rax\n")
TWO(user, store_incssp, STORE "mov eax, 1\n", "incsspq rax\n")
TWO(kernel, load_wruss, LOAD, WRUSS)
TWO(kernel, store_wruss, STORE, WRUSS)
TWO(kernel, wruss_store, WRUSS, STORE)
TWO(kernel, wruss_load, WRUSS, LOAD)

#define ROW(run_, page_, error_, about_, vector_, ...)                                                                                            \
    {                                                                                                                                             \
        VARIANT, .name = #run_, .about = about_, .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Details of TLB Use\"", .run = run_, \
                 .vector = vector_, .error = error_, .needs = "cet_ss", .arg = {page_}, __VA_ARGS__                                               \
    }
#define FAULTS(run, page, error, about) ROW(run, page, PF_P | (error), about, VEC_PF, .saved_rip = AT_FAULT)

VARIANTS(FAULTS(user_load_wrss, ORDINARY, PF_W | PF_U | PF_SS, "CPL-3 load from an ordinary page, WRSSD"),
         FAULTS(user_store_wrss, ORDINARY, PF_W | PF_U | PF_SS, "CPL-3 store to an ordinary page, WRSSD"),
         FAULTS(user_wrss_store, SHADOW, PF_W | PF_U, "CPL-3 WRSSD to a shadow-stack page, a store"),
         FAULTS(user_load_store, SHADOW, PF_W | PF_U, "CPL-3 load from a shadow-stack page, a store"),
         FAULTS(user_incssp_store, SHADOW, PF_W | PF_U, "CPL-3 INCSSPQ in a shadow-stack page, a store"),
         FAULTS(user_load_incssp, ORDINARY, PF_U | PF_SS, "CPL-3 load from an ordinary page, INCSSPQ with SSP there"),
         FAULTS(user_store_incssp, ORDINARY, PF_U | PF_SS, "CPL-3 store to an ordinary page, INCSSPQ with SSP there"),
         FAULTS(kernel_load_wruss, ORDINARY, PF_W | PF_U | PF_SS, "CPL-0 load from an ordinary user page, WRUSSD"),
         FAULTS(kernel_store_wruss, ORDINARY, PF_W | PF_U | PF_SS, "CPL-0 store to an ordinary user page, WRUSSD"),
         FAULTS(kernel_wruss_store, SHADOW, PF_W, "WRUSSD to a user shadow-stack page, CPL-0 store"),
         ROW(kernel_wruss_load, SHADOW, 0, "WRUSSD to a user shadow-stack page, CPL-0 load", NO_EXCEPTION, ));
