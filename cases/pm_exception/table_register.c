/* Storing the contents of GDTR, IDTR, LDTR, TR or CR0 at an odd address is misaligned. At CPL 3; at CPL 2 nothing is checked. */
#include <case32.h>

/* ARG0: CPL */
static void set_up(void)
{
    in_ring((unsigned)ARG0);
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 0x41;
    write_cr0(read_cr0() | CR0_AM);
    start.eflags |= EFLAGS_AC;
}

#define STORE(name, bytes)     \
    static void name(void)     \
    {                          \
        set_up();              \
        FAULT(".byte " bytes); \
    }
STORE(sgdt, "0x0f, 0x01, 0x03")
STORE(sidt, "0x0f, 0x01, 0x0b")
STORE(sldt, "0x0f, 0x00, 0x03")
STORE(str, "0x0f, 0x00, 0x0b")
STORE(smsw, "0x0f, 0x01, 0x23")

#define SPEC .spec = "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\"", .needs = "i486"
#define BOTH(run_, about_)                                                                                                                         \
    {VARIANT,     .name = #run_, .about = about_ " to 16n+1 at CPL 3 with AM=1, AC=1", SPEC, .vector = VEC_AC, .error = 0, .saved_rip = AT_FAULT,  \
     .run = run_, .arg = {3}},                                                                                                                     \
    {                                                                                                                                              \
        VARIANT, .name = #run_ "_ring2", .about = about_ " to 16n+1 at CPL 2 with AM=1, AC=1", SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { \
            2                                                                                                                                      \
        }                                                                                                                                          \
    }
VARIANTS(BOTH(sgdt, "SGDT"), BOTH(sidt, "SIDT"), BOTH(sldt, "SLDT"), BOTH(str, "STR"), BOTH(smsw, "SMSW"));
