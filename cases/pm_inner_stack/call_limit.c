/*
 * A call gate to an inner level: SSn:ESPn have to lie within the limit of the current TSS, ESPn at 8n+4, else #TS of its selector, without EXT. As
 * by a delivery: tss_limit.c; with a 16-bit TSS: tss16_call.c.
 */
#include <case32.h>

/* From CPL 3 to CPL ARG0, the limit is ARG1. */
static void run(void)
{
    static const uint16_t code[] = {SEL_KERNEL_CODE, SEL_RING1_CODE, SEL_RING2_CODE};
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    uint32_t *pointer;

    in_user_mode();
    set_gate(VEC_BP, .dpl = 3, .selector = code[ARG0]);
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[1] = add_call_gate("gate", (struct call_gate){.selector = code[ARG0], .dpl = 3, .offset = label_of(p, "target")}) | 3u;
    set_tss_limit((uint16_t)ARG1);
    run_program(p);
}

#define LAST_BYTE_OF_SS(ring) (8 * (ring) + 9u)
#define PADDING 2u /* whose place belongs to SSn in the words of older editions */
#define ROW(name_, ring, limit, vector_, error_, rip_, about_)                                                                         \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = "far CALL through a call gate at CPL 3 to CPL " #ring ", the TSS ends " about_,               \
                 .spec = "SDM 2A \"CALL-Call Procedure\"", .vector = vector_, .error = error_, .saved_rip = rip_, .run = run, .arg = { \
                     ring,                                                                                                             \
                     limit                                                                                                             \
                 }                                                                                                                     \
    }
#define EACH(ring, name)                                                                                       \
    ROW(name, ring, LAST_BYTE_OF_SS(ring) - 1, VEC_TS, SEL_TSS, AT_FAULT, "before the last byte of SS" #ring), \
        ROW(name "_esp", ring, LAST_BYTE_OF_SS(ring) - 2, VEC_TS, SEL_TSS, AT_FAULT, "with ESP" #ring),        \
        ROW(name "_none", ring, LAST_BYTE_OF_SS(ring) - 6, VEC_TS, SEL_TSS, AT_FAULT, "before ESP" #ring),     \
        ROW(name "_exact", ring, LAST_BYTE_OF_SS(ring) + PADDING, VEC_BP, NO_ERROR, "reached", "behind SS" #ring)
VARIANTS(EACH(1, "ring1"), EACH(2, "ring2"), ROW("ring0_exact", 0, LAST_BYTE_OF_SS(0) + PADDING, VEC_BP, NO_ERROR, "reached", "behind SS0"),
         /* No handler of #TS has a stack then: #DF, and shutdown. */
         ROW("ring0", 0, LAST_BYTE_OF_SS(0) - 1, SHUTDOWN, NO_ERROR, "", "before the last byte of SS0"));
