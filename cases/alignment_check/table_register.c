/* Storing the contents of IDTR, LDTR, TR or CR0 at an odd address is misaligned, in compatibility mode too. types.c has SGDT in 64-bit mode. */
#include <case.h>

static void set_up(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 0x41;
    record_memory("operand", frame_of(start.rbx), 16);
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
}

#define STORE(name, bytes)       \
    static void name(void)       \
    {                            \
        in_user_mode();          \
        set_up();                \
        FAULT(".byte " bytes);   \
    }                            \
    static void name##32(void)   \
    {                            \
        in_compat_user();        \
        set_up();                \
        FAULT32(".byte " bytes); \
    }
#define SGDT "0x0f, 0x01, 0x03"
#define SIDT "0x0f, 0x01, 0x0b"
#define SLDT "0x0f, 0x00, 0x03"
#define STR "0x0f, 0x00, 0x0b"
#define SMSW "0x0f, 0x01, 0x23"
STORE(sidt, SIDT)
STORE(sldt, SLDT)
STORE(str, STR)
STORE(smsw, SMSW)

static void sgdt32(void)
{
    in_compat_user();
    set_up();
    FAULT32(".byte " SGDT);
}

#define ROW(name_, run_, about_, ...)                                                                                                    \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_ " to 16n+1, CR4.UMIP=0, at CPL 3 with AM=1, AC=1",                                       \
                 .spec = "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\"", .vector = VEC_AC, .error = 0, .saved_rip = AT_FAULT, \
                 .run = run_, __VA_ARGS__                                                                                                \
    }
#define BOTH(name, about) ROW(#name, name, about, ), ROW(#name "_compat", name##32, about " in compatibility mode", .env = COMPAT32)
VARIANTS(ROW("sgdt_compat", sgdt32, "SGDT in compatibility mode", .env = COMPAT32), BOTH(sidt, "SIDT"), BOTH(sldt, "SLDT"), BOTH(str, "STR"),
         BOTH(smsw, "SMSW"));
