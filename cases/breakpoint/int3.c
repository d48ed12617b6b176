/* INT3 is a trap: the saved RIP is the next instruction's. So is INT 3, the two-byte form. Neither saves RF. */
#include <case.h>

static void int3(void)
{
    FAULT(".byte 0xcc");
}

static void two_bytes(void)
{
    FAULT(".byte 0xcd, 3");
}

static void prefixed(void)
{
    FAULT(".byte 0x66, 0x2e, 0xcc");
}

static void user(void)
{
    set_gate(VEC_BP, .dpl = 3);
    in_user_mode();
    FAULT(".byte 0xcc");
}

static void two_bytes_user(void)
{
    set_gate(VEC_BP, .dpl = 3);
    in_user_mode();
    FAULT(".byte 0xcd, 3");
}

static void compat_user(void)
{
    set_gate(VEC_BP, .dpl = 3);
    in_compat_user();
    FAULT32(".byte 0xcc");
}

static void compat_kernel(void)
{
    in_compat_kernel();
    FAULT32(".byte 0xcc");
}

static void trap_gate(void)
{
    set_gate(VEC_BP, .type = GATE_TRAP);
    FAULT(".byte 0xcc");
}

#define ROW(name_, env_, id_, about_, spec_)                                                                                                   \
    {                                                                                                                                          \
        VARIANT, .name = #name_, .env = env_, .about = about_, .spec = "SDM 3A \"" spec_ "\"", .id = id_, .vector = VEC_BP, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = name_                                                                                              \
    }
#define BREAKPOINT "Interrupt 3-Breakpoint Exception (#BP)"

VARIANTS(ROW(int3, LONG64, "bp-int3", "INT3 (CC) at CPL 0", BREAKPOINT),
         ROW(two_bytes, LONG64, "bp-cd03", "INT 3 (CD 03) at CPL 0: RIP behind two bytes", BREAKPOINT),
         ROW(prefixed, LONG64, "bp-int3-prefixed", "INT3 behind two prefixes (66 2E CC) at CPL 0: RIP behind three bytes", BREAKPOINT),
         ROW(user, LONG64, "bp-int3-user", "INT3 at CPL 3, gate 3 with DPL 3", BREAKPOINT),
         ROW(two_bytes_user, LONG64, "", "INT 3 (CD 03) at CPL 3, gate 3 with DPL 3", BREAKPOINT),
         ROW(compat_user, COMPAT32, "bp-compat-user", "INT3 in compatibility mode at CPL 3, gate 3 with DPL 3", BREAKPOINT),
         ROW(compat_kernel, COMPAT32, "", "INT3 in compatibility mode at CPL 0", BREAKPOINT),
         ROW(trap_gate, LONG64, "bp-int3-trapgate", "INT3 at CPL 0 through a trap gate: IF stays 1",
             "Flag Usage By Exception- or Interrupt-Handler Procedure"));
