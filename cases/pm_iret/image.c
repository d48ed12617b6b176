/*
 * What IRET finds on the stack: CS, then for an outer level SS, then EIP. A selector is NULL: #GP(0); beyond its table, of a wrong kind or level:
 * #GP(selector); not present: #NP(selector) for code, #SS(selector) for the stack. ESP is as before, and nothing is loaded.
 */
#include <case32.h>

#define SPEC "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define FLAT .limit = 0xfffff, .g = true, .d = true
#define BEYOND (GDT_LIMIT + 1)

enum special { NOT_PRESENT, NOT_PRESENT_3, CONFORMING_3, CONFORMING_0, SHORT, SHORT_3, NOT_PRESENT_DATA_3, READ_ONLY_3, CODE_3 };
#define FREE(special) (SEL_FREE + 8 * (special))

static void add_specials(void)
{
    lldt(0); /* after a reset LDTR holds a table at address 0 */
    add_descriptor("np_code", encode_descriptor((struct descriptor){FLAT, .type = CODE_READABLE, .not_present = true}));
    add_descriptor("np_code3", encode_descriptor((struct descriptor){FLAT, .type = CODE_READABLE, .dpl = 3, .not_present = true}));
    add_descriptor("conforming3", encode_descriptor((struct descriptor){FLAT, .type = CODE_CONFORMING, .dpl = 3}));
    add_descriptor("conforming0", encode_descriptor((struct descriptor){FLAT, .type = CODE_CONFORMING}));
    add_descriptor("short", encode_descriptor((struct descriptor){.limit = 0xffff, .d = true, .type = CODE_READABLE}));
    add_descriptor("short3", encode_descriptor((struct descriptor){.limit = 0xffff, .d = true, .type = CODE_READABLE, .dpl = 3}));
    add_descriptor("np_data3", encode_descriptor((struct descriptor){FLAT, .type = DATA_WRITABLE, .dpl = 3, .not_present = true}));
    add_descriptor("read_only3", encode_descriptor((struct descriptor){FLAT, .type = DATA_READ_ONLY, .dpl = 3}));
    add_descriptor("code3", encode_descriptor((struct descriptor){FLAT, .type = CODE_READABLE, .dpl = 3}));
}

/* CS of the image is ARG0, SS ARG1. */
static void from(unsigned cpl, bool with_stack)
{
    struct program p = ASSEMBLE(MARK(fault) "iretd\n" MARK(after) "nop\n" MARK(target) "nop\n");

    add_specials();
    in_ring(cpl);
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "target"), (uint32_t)ARG0, start.eflags, stack_top(STACK_USER), (uint32_t)ARG1}, with_stack);
    run_program(p);
}

static void same(void)
{
    from(0, false);
}

static void outer(void)
{
    from(0, true);
}

static void ring1(void)
{
    from(1, false);
}

static void ring3(void)
{
    from(3, false);
}

#define ROW(name_, about_, id_, cs, ss, vector_, error_, run_)                                                                                      \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = "IRET at CPL " about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {                                                                                                              \
                     cs,                                                                                                                            \
                     ss                                                                                                                             \
                 }                                                                                                                                  \
    }
#define CS(name, what, id, cs, vector) ROW(name, "0, CS " what, id, cs, 0, vector, SELECTOR_ERROR(cs), same)
#define SS(name, what, id, ss, vector) ROW(name, "0 to CPL 3, SS " what, id, SEL_USER_CODE, ss, vector, SELECTOR_ERROR(ss), outer)

VARIANTS(CS("cs_null", "is 0", "pm-iret-cs-null", 0, VEC_GP), CS("cs_null_rpl3", "is 3, NULL too", "", 3, VEC_GP),
         CS("cs_beyond", "is behind the GDT", "", BEYOND, VEC_GP),
         CS("cs_ldt", "is of the LDT, LDTR is NULL", "", SEL_KERNEL_CODE | SELECTOR_TI, VEC_GP),
         CS("cs_data", "is data", "", SEL_KERNEL_DATA, VEC_GP), CS("cs_tss", "is a TSS", "", SEL_TSS, VEC_GP),
         CS("cs_dpl3_rpl0", "is of DPL 3, RPL 0", "", SEL_USER_CODE & ~3u, VEC_GP), CS("cs_np", "isn't present", "", FREE(NOT_PRESENT), VEC_NP),
         CS("cs_conforming3", "conforms, of DPL 3, RPL 0", "", FREE(CONFORMING_3), VEC_GP),
         ROW("cs_dpl0_rpl3", "0 to CPL 3, CS is of DPL 0", "", SEL_KERNEL_CODE | 3, SEL_USER_DATA, VEC_GP, SEL_KERNEL_CODE, outer),
         ROW("cs_np_outer", "0 to CPL 3, CS isn't present", "", FREE(NOT_PRESENT_3) | 3, SEL_USER_DATA, VEC_NP, FREE(NOT_PRESENT_3), outer),
         ROW("cs_inner", "1, CS is of RPL and DPL 0", "", SEL_KERNEL_CODE, 0, VEC_GP, SEL_KERNEL_CODE, ring1),
         ROW("cs_inner_ring3", "3, CS is of RPL and DPL 2", "", SEL_RING2_CODE, 0, VEC_GP, SELECTOR_ERROR(SEL_RING2_CODE), ring3),
         ROW("cs_inner_conforming", "3, CS conforms, of RPL and DPL 0", "", FREE(CONFORMING_0), 0, VEC_GP, FREE(CONFORMING_0), ring3),
         ROW("eip_limit", "0, EIP is behind the limit of CS", "pm-iret-eip-limit", FREE(SHORT), 0, VEC_GP, 0, same),
         ROW("eip_limit_outer", "0 to CPL 3, EIP is behind the limit of CS", "", FREE(SHORT_3) | 3, SEL_USER_DATA, VEC_GP, 0, outer),
         SS("ss_null", "is 0", "pm-iret-outer-ss-null", 0, VEC_GP), SS("ss_null_rpl3", "is 3, NULL too", "", 3, VEC_GP),
         SS("ss_beyond", "is behind the GDT", "", BEYOND | 3, VEC_GP), SS("ss_rpl2", "is of RPL 2", "", (SEL_USER_DATA & ~3u) | 2, VEC_GP),
         SS("ss_dpl2", "is of DPL 2", "", SEL_RING2_DATA | 3, VEC_GP), SS("ss_read_only", "is read-only", "", FREE(READ_ONLY_3) | 3, VEC_GP),
         SS("ss_code", "is code", "", FREE(CODE_3) | 3, VEC_GP),
         SS("ss_np", "isn't present", "pm-iret-outer-ss-np", FREE(NOT_PRESENT_DATA_3) | 3, VEC_SS),
         ROW("ss_before_eip", "0 to CPL 3, SS is not present and EIP behind the limit of CS", "", FREE(SHORT_3) | 3, FREE(NOT_PRESENT_DATA_3) | 3,
             VEC_SS, FREE(NOT_PRESENT_DATA_3), outer),
         ROW("cs_before_ss", "0 to CPL 3, CS and SS aren't present", "", FREE(NOT_PRESENT_3) | 3, FREE(NOT_PRESENT_DATA_3) | 3, VEC_NP,
             FREE(NOT_PRESENT_3), outer));
