/* Faults with an error code: the word below EIP, on whichever stack. */
#include <case32.h>

static void general_protection(void)
{
    in_ring(ARG0);
    start.ebx = GDT_LIMIT + 1;
    FAULT("mov fs, bx");
}

static void page_fault(void)
{
    in_ring(ARG0);
    start.ebx = map_page("victim", PAGE_USER);
    FAULT("mov dword ptr [ebx], 1");
}

static void repair(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(start.ebx, 0, PAGE_PRESENT | PAGE_WRITE);
}

static void repaired(void)
{
    on_exception(VEC_PF, repair);
    page_fault();
}

/* At CPL 1, a second fault in the handler of the first: at its own level, on its own stack. */
static void nested(void)
{
    in_ring(3);
    set_gate(VEC_UD, .selector = SEL_RING1_CODE);
    set_gate(VEC_GP, .selector = SEL_RING1_CODE);
    on_exception_run(VEC_UD, HANDLER(MARK(inner) "mov fs, bx\n"));
    on_exception(VEC_GP, NULL);
    start.ebx = GDT_LIMIT + 1;
    FAULT("ud2");
}

#define ROW(name_, run_, arg_, vector_, error_, resumes_, spec_, id_, about_)                                                         \
    {                                                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, \
                 .resumes = resumes_, .run = run_, .arg = {                                                                           \
                     arg_                                                                                                             \
                 }                                                                                                                    \
    }
#define GP(name_, arg_, id_, about_) ROW(name_, general_protection, arg_, VEC_GP, GDT_LIMIT + 1, 0, "SDM 3A \"Error Code\"", id_, about_)
#define PF(name_, run_, arg_, error_, resumes_, id_, about_) \
    ROW(name_, run_, arg_, VEC_PF, error_, resumes_, "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", id_, about_)
VARIANTS(GP("gp_ring0", 0, "pm-frame-same-cpl-err", "FS of a selector beyond the GDT, at CPL 0"),
         GP("gp_ring1", 1, "", "FS of a selector beyond the GDT, at CPL 1"),
         GP("gp_ring3", 3, "pm-frame-inter-err", "FS of a selector beyond the GDT, at CPL 3"),
         PF("pf_ring0", page_fault, 0, PF_W, 0, "pf-pm32-write-np", "write to a page that isn't present, at CPL 0"),
         PF("pf_ring2", page_fault, 2, PF_W, 0, "", "write to a page that isn't present, at CPL 2"),
         PF("pf_ring3", page_fault, 3, PF_W | PF_U, 0, "", "write to a page that isn't present, at CPL 3"),
         PF("pf_ring3_repaired", repaired, 3, PF_W | PF_U, 1, "", "write to a page that isn't present, at CPL 3; the handler repairs it"),
         ROW("nested_ring1", nested, 0, VEC_UD, NO_ERROR, 0, "SDM 3A \"Stack Usage on Transfers to Interrupt and Exception-Handling Routines\"", "",
             "#GP in the handler of #UD, both at CPL 1"));
