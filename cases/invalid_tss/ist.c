/*
 * In 64-bit mode #TS is left where a stack pointer has to come from the TSS and lies beyond its limit. IST1 stands at 0x24
 * to 0x2b: a limit of 0x2a cuts off its last byte, and RSP0 is still there. The error code is the TSS's selector.
 */
#include <case.h>

#define LIMIT_BEFORE_IST1 0x2au

static void int_n(void)
{
    set_gate(0x40, .ist = 1);
    set_tss_limit((uint16_t)ARG0);
    FAULT("int 0x40");
}

static void int_n_user(void)
{
    in_user_mode();
    set_gate(0x40, .ist = 1, .dpl = 3);
    set_tss_limit((uint16_t)ARG0);
    FAULT("int 0x40");
}

static void ud2(void)
{
    set_gate(VEC_UD, .ist = 1);
    set_tss_limit((uint16_t)ARG0);
    FAULT("ud2");
}

#define ROW(name_, run_, limit, id_, about_, ...)                                                                                               \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .id = id_, .run = run_, \
                 .arg = {limit}, __VA_ARGS__                                                                                                    \
    }
#define FAULTS(ext) .vector = VEC_TS, .error = SEL_TSS | (ext), .saved_rip = AT_FAULT

VARIANTS(ROW("int_n", int_n, LIMIT_BEFORE_IST1, "idt-tss-limit-ist", "INT 0x40 at CPL 0 through a gate with IST=1, TSS limit 0x2a", FAULTS(0)),
         ROW("int_n_user", int_n_user, LIMIT_BEFORE_IST1, "idt-tss-limit-ist-user", "INT 0x40 at CPL 3 through a gate with IST=1, TSS limit 0x2a",
             FAULTS(0)),
         ROW("ud2", ud2, LIMIT_BEFORE_IST1, "idt-tss-limit-ist-ud", "UD2 at CPL 0, gate 6 with IST=1, TSS limit 0x2a: EXT", FAULTS(ERROR_EXT)),
         ROW("fits", int_n, LIMIT_BEFORE_IST1 + 1, "", "INT 0x40 at CPL 0 through a gate with IST=1, TSS limit 0x2b: IST1 is still in it",
             .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER));
