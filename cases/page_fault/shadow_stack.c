/*
 * SS (bit 6) describes the access, not the page: 1 for a shadow-stack access, which only a shadow-stack page allows (R/W=0 and
 * D=1 in its PTE); 0 for an ordinary store to such a page, which is read-only to it.
 */
#include <case.h>

#define OFFSET 0x5c0u

static void prepare(uint64_t flags)
{
    start.rbx = map_page("victim", PAGE_PRESENT | PAGE_USER | flags) + OFFSET;
    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, start.rbx);
}

static void store(void)
{
    prepare(PAGE_D);
    FAULT("mov [rbx], eax");
}

static void ret(void)
{
    struct program p = ASSEMBLE(MARK(fault) "ret\n" MARK(after));

    prepare(ARG0);
    start.rsp -= 8;
    *(uint64_t *)start.rsp = label_of(p, "after");
    run_program(p);
}

/* The directory entry above is read-only, which a shadow-stack page's may not be. */
static void ret_directory(void)
{
    struct program p = ASSEMBLE(MARK(fault) "ret\n" MARK(after));

    prepare(PAGE_D);
    *page_entry(start.rbx, 2) &= ~PAGE_WRITE;
    start.rsp -= 8;
    *(uint64_t *)start.rsp = label_of(p, "after");
    run_program(p);
}

/* All else is right: the return address is there. */
static void ret_supervisor(void)
{
    struct program p = ASSEMBLE(MARK(fault) "ret\n" MARK(after));

    prepare(PAGE_D);
    change_page(start.rbx & -(uint64_t)PAGE_SIZE, PAGE_USER, 0);
    *(uint64_t *)frame_of(start.rbx) = label_of(p, "after");
    start.rsp -= 8;
    *(uint64_t *)start.rsp = label_of(p, "after");
    run_program(p);
}

static void call(void)
{
    prepare(ARG0);
    PROGRAM(MARK(fault) "call 1f\n" MARK(after) "nop\n" /* a displacement of 0 would push nothing */
                                                "1:\n");
}

#define ROW(name_, about_, id_, run_, flags_, error_)                                                                                            \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = "CPL-3 " about_, .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Page-Fault Exceptions\"", \
                 .id = id_, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {flags_}, .needs = "cet_ss"            \
    }

VARIANTS(ROW("store", "store to a shadow-stack page", "pf-sstk-normal-store", store, 0, PF_P | PF_W | PF_U),
         ROW("ret_ordinary", "RET with SSP in a writable page", "pf-sstk-access-normal-page", ret, PAGE_WRITE, PF_P | PF_U | PF_SS),
         ROW("ret_clean", "RET with SSP in a read-only page with D=0", NULL, ret, 0, PF_P | PF_U | PF_SS),
         ROW("ret_writable_dirty", "RET with SSP in a writable page with D=1", NULL, ret, PAGE_WRITE | PAGE_D, PF_P | PF_U | PF_SS),
         ROW("ret_directory", "RET with SSP in a page whose PDE has R/W=0", NULL, ret_directory, 0, PF_P | PF_U | PF_SS),
         ROW("ret_supervisor", "RET with SSP in a supervisor shadow-stack page", NULL, ret_supervisor, 0, PF_P | PF_U | PF_SS),
         ROW("call_ordinary", "CALL with SSP in a writable page", NULL, call, PAGE_WRITE, PF_P | PF_W | PF_U | PF_SS));
