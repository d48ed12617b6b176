/* XSAVEC, XSAVES and XRSTORS are undefined without CR4.OSXSAVE, with LOCK, and of a register, also at CPL 3, where two of them would be #GP. */
#include <case.h>

static void set_up(uint64_t bits)
{
    start.rbx = map_page("area", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.rax = XCR0_X87 | XCR0_SSE;
    start.rdx = 0;
    write_cr4((read_cr4() & ~(uint64_t)CR4_OSXSAVE) | bits);
}

#define ALL_OF(name, modrm, register_modrm)         \
    static void name##_disabled(void)               \
    {                                               \
        set_up(0);                                  \
        FAULT(".byte 0x0f, 0xc7, " modrm);          \
    }                                               \
    static void name##_disabled_user(void)          \
    {                                               \
        in_user_mode();                             \
        name##_disabled();                          \
    }                                               \
    static void name##_disabled_ts(void)            \
    {                                               \
        write_cr0(read_cr0() | CR0_TS);             \
        name##_disabled();                          \
    }                                               \
    static void name##_lock(void)                   \
    {                                               \
        set_up(CR4_OSXSAVE);                        \
        FAULT(".byte 0xf0, 0x0f, 0xc7, " modrm);    \
    }                                               \
    static void name##_lock_user(void)              \
    {                                               \
        in_user_mode();                             \
        name##_lock();                              \
    }                                               \
    static void name##_register(void)               \
    {                                               \
        set_up(CR4_OSXSAVE);                        \
        FAULT(".byte 0x0f, 0xc7, " register_modrm); \
    }                                               \
    static void name##_register_user(void)          \
    {                                               \
        in_user_mode();                             \
        name##_register();                          \
    }
ALL_OF(xsavec, "0x23", "0xe3")
ALL_OF(xsaves, "0x2b", "0xeb")
ALL_OF(xrstors, "0x1b", "0xdb")

#define ROW(name_, run_, needs_, spec_, about_)                                                                                              \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = needs_, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, \
                 .run = run_                                                                                                                 \
    }
#define ROWS(name, text, needs, spec)                                                                        \
    ROW(#name "_disabled", name##_disabled, needs, spec, text " with CR4.OSXSAVE=0"),                        \
        ROW(#name "_disabled_user", name##_disabled_user, needs, spec, text " with CR4.OSXSAVE=0 at CPL 3"), \
        ROW(#name "_disabled_ts", name##_disabled_ts, needs, spec, text " with CR4.OSXSAVE=0 and CR0.TS=1"), \
        ROW(#name "_lock", name##_lock, needs, spec, "LOCK " text),                                          \
        ROW(#name "_lock_user", name##_lock_user, needs, spec, "LOCK " text " at CPL 3"),                    \
        ROW(#name "_register", name##_register, needs, spec, text " of a register"),                         \
        ROW(#name "_register_user", name##_register_user, needs, spec, text " of a register at CPL 3")

VARIANTS(ROWS(xsavec, "XSAVEC", "xsavec", "SDM 2D \"XSAVEC-Save Processor Extended States With Compaction\""),
         ROWS(xsaves, "XSAVES", "xsaves", "SDM 2D \"XSAVES-Save Processor Extended States Supervisor\""),
         ROWS(xrstors, "XRSTORS", "xsaves", "SDM 2D \"XRSTORS-Restore Processor Extended States Supervisor\""));
