/* A call gate to an inner level checks SSn:ESPn as a delivery does; without EXT. SS0 itself: #TS has a task. */
#include <case32.h>

#define SPEC "SDM 2A \"CALL-Call Procedure\""

/* To CPL ARG0; its SSn is ARG1. */
static void through(void)
{
    static const uint16_t code[] = {SEL_KERNEL_CODE, SEL_RING1_CODE, SEL_RING2_CODE};
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "nop\n");
    uint32_t *pointer;

    in_user_mode();
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[1] = add_call_gate("gate", (struct call_gate){.selector = code[ARG0], .dpl = 3, .offset = label_of(p, "target")}) | 3u;
    add_descriptor("np", encode_descriptor((struct descriptor){
                             .limit = 0xfffff, .g = true, .d = true, .type = DATA_WRITABLE, .dpl = ARG0 == 2 ? 2 : 1, .not_present = true}));
    if (ARG0 == 0) {
        tss.ss0 = (uint16_t)ARG1;
        set_task_gate((unsigned)current_case->vector, add_task("handler"));
    } else if (ARG0 == 1)
        tss.ss1 = (uint16_t)ARG1;
    else
        tss.ss2 = (uint16_t)ARG1;
    run_program(p);
}

static void tss_limit(void)
{
    set_tss_limit(16);
    through();
}

#define NP_STACK (SEL_FREE + 8)
#define ROW(name_, about_, id_, ring, ss, vector_, error_, run_)                                                                     \
    {                                                                                                                                \
        VARIANT, .name = name_, .about = "far CALL through a call gate at CPL 3 to CPL " #ring ", " about_, .spec = SPEC, .id = id_, \
                 .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {                                    \
                     ring,                                                                                                           \
                     ss                                                                                                              \
                 }                                                                                                                   \
    }

VARIANTS(ROW("ss0_task", "SS0 is of RPL and DPL 3, #TS has a task", "pm-callgate-ts-ss0", 0, SEL_USER_DATA, VEC_TS, SELECTOR_ERROR(SEL_USER_DATA),
             through),
         ROW("ss1_null", "SS1 is 0", "", 1, 0, VEC_TS, 0, through),
         ROW("ss1_rpl", "SS1 is of RPL 0", "", 1, SEL_RING1_DATA & ~3u, VEC_TS, SEL_RING1_DATA & ~3u, through),
         ROW("ss1_dpl", "SS1 is of DPL 3", "", 1, (SEL_USER_DATA & ~3u) | 1, VEC_TS, SELECTOR_ERROR(SEL_USER_DATA), through),
         ROW("ss1_code", "SS1 is code", "", 1, SEL_RING1_CODE, VEC_TS, SELECTOR_ERROR(SEL_RING1_CODE), through),
         ROW("ss1_beyond", "SS1 is behind the GDT", "", 1, (GDT_LIMIT + 1) | 1, VEC_TS, GDT_LIMIT + 1, through),
         ROW("ss1_np", "SS1 isn't present", "", 1, NP_STACK | 1, VEC_SS, NP_STACK, through),
         ROW("ss2_null", "SS2 is 0", "", 2, 0, VEC_TS, 0, through),
         ROW("ss2_rpl3", "SS2 is of RPL 3", "", 2, SEL_RING2_DATA | 3, VEC_TS, SEL_RING2_DATA & ~3u, through),
         ROW("ss2_dpl", "SS2 is of DPL 1", "", 2, (SEL_RING1_DATA & ~3u) | 2, VEC_TS, SEL_RING1_DATA & ~3u, through),
         ROW("ss2_code", "SS2 is code", "", 2, SEL_RING2_CODE, VEC_TS, SEL_RING2_CODE & ~3u, through),
         ROW("ss2_beyond", "SS2 is behind the GDT", "", 2, (GDT_LIMIT + 1) | 2, VEC_TS, GDT_LIMIT + 1, through),
         ROW("ss2_np", "SS2 isn't present", "", 2, NP_STACK | 2, VEC_SS, NP_STACK, through),
         ROW("tss_limit", "the TSS ends before SS1's last byte", "", 1, SEL_RING1_DATA, VEC_TS, SEL_TSS, tss_limit));
