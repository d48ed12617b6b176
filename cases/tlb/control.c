/* What a program's use left in the TLB doesn't outlive a control bit that forbids it: CR4.SMEP, CR4.SMAP and CR0.WP count at the next access. */
#include <case.h>

/* The page holds RET. */
static void set_up(uint64_t flags)
{
    start.rbx = map_page("page", PAGE_PRESENT | flags);
    *(uint8_t *)frame_of(start.rbx) = 0xc3;
    start.rflags &= ~RFLAGS_AC;
}

static void smep(void)
{
    set_up(PAGE_USER);
    write_cr4(read_cr4() & ~(uint64_t)CR4_SMEP);
    start.r8 = read_cr4() | CR4_SMEP;
    PROGRAM("call rbx\nmov cr4, r8\n" MARK(fault) "call rbx\n" MARK(after));
}

static void smap(void)
{
    set_up(PAGE_USER);
    write_cr4(read_cr4() & ~(uint64_t)CR4_SMAP);
    start.r8 = read_cr4() | CR4_SMAP;
    PROGRAM("mov eax, [rbx]\nmov cr4, r8\n" MARK(fault) "mov eax, [rbx]\n" MARK(after));
}

static void wp(void)
{
    set_up(0);
    write_cr0(read_cr0() & ~(uint64_t)CR0_WP);
    start.r8 = read_cr0() | CR0_WP;
    PROGRAM("mov [rbx], eax\nmov cr0, r8\n" MARK(fault) "mov [rbx], eax\n" MARK(after));
}

#define ROW(run_, about_, spec_, error_, ...)                                                                               \
    {                                                                                                                       \
        VARIANT, .name = #run_, .about = about_, .spec = spec_, .run = run_, .vector = VEC_PF, .error = error_, __VA_ARGS__ \
    }
#define INVALIDATE "SDM 3A \"Operations that Invalidate TLBs and Paging-Structure Caches\""
#define RIGHTS "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Details of TLB Use\""

VARIANTS(ROW(smep, "CPL-0 CALL to a user page, CR4.SMEP set, the same CALL", INVALIDATE, PF_P | PF_I, .needs = "smep"),
         ROW(smap, "CPL-0 load from a user page, CR4.SMAP set, the same load", RIGHTS, PF_P, .saved_rip = AT_FAULT, .needs = "smap"),
         ROW(wp, "CPL-0 store to a read-only page, CR0.WP set, the same store", RIGHTS, PF_P | PF_W, .saved_rip = AT_FAULT));
