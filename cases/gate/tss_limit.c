/* The TSS must hold the whole of the stack pointer that the gate asks for; else #TS with the selector in TR, and EXT. More: invalid_tss/ist_*. */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define IST1_LAST_BYTE (offsetof(struct tss, ist) + 7)

static void rsp0(void)
{
    set_gate(0x40, .dpl = 3);
    set_tss_limit((uint16_t)ARG0);
    in_user_mode();
    FAULT("int 0x40");
}

static void user_ud(void)
{
    set_gate(VEC_UD, .ist = 1);
    set_tss_limit((uint16_t)ARG0);
    in_user_mode();
    FAULT("ud2");
}

#define ROW(name_, about_, id_, limit, vector_, error_, rip_, run_)                                                                           \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {                                                                                                                     \
                     limit                                                                                                                    \
                 }                                                                                                                            \
    }

VARIANTS(ROW("ist_user_ud", "UD2 at CPL 3, the TSS ends before IST1's last byte", NULL, IST1_LAST_BYTE - 1, VEC_TS, SEL_TSS | ERROR_EXT, AT_FAULT,
             user_ud),
         ROW("rsp0_exact", "INT 0x40 at CPL 3, the TSS ends with RSP0: delivered", NULL, offsetof(struct tss, rsp) + 7, 0x40, NO_ERROR, AFTER, rsp0),
         ROW("rsp0", "INT 0x40 at CPL 3, the TSS ends before RSP0: neither #TS nor #DF finds a stack", "idt-tss-limit-rsp0", 3, SHUTDOWN, 0, NULL,
             rsp0));
