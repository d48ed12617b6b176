/* CLFLUSHOPT and CLWB are undefined with LOCK, CLFLUSHOPT also behind F2 or F3. With a register 66 0F AE /7 is nothing. */
#include <case.h>

#define RUN(name, bytes)                                                       \
    static void name(void)                                                     \
    {                                                                          \
        start.rbx = map_page("victim", PAGE_PRESENT | PAGE_WRITE | PAGE_USER); \
        FAULT(".byte " bytes);                                                 \
    }                                                                          \
    static void name##_user(void)                                              \
    {                                                                          \
        in_user_mode();                                                        \
        name();                                                                \
    }
RUN(clflushopt_lock, "0xf0, 0x66, 0x0f, 0xae, 0x3b")
RUN(clflushopt_f2, "0xf2, 0x66, 0x0f, 0xae, 0x3b")
RUN(clflushopt_f3, "0xf3, 0x66, 0x0f, 0xae, 0x3b")
RUN(clflushopt_66_f2, "0x66, 0xf2, 0x0f, 0xae, 0x3b")
RUN(clflushopt_66_f3, "0x66, 0xf3, 0x0f, 0xae, 0x3b")
RUN(clflushopt_register, "0x66, 0x0f, 0xae, 0xfb")
RUN(clwb_lock, "0xf0, 0x66, 0x0f, 0xae, 0x33")

#define ROW(name_, run_, needs_, spec_, about_)                                                                                              \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = needs_, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, \
                 .run = run_                                                                                                                 \
    }
#define BOTH(name, needs, spec, about) \
    ROW(#name, name, needs, spec, about " at CPL 0"), ROW(#name "_user", name##_user, needs, spec, about " at CPL 3")
#define OPT "SDM 2A \"CLFLUSHOPT-Flush Cache Line Optimized\""

VARIANTS(BOTH(clflushopt_lock, "clflushopt", OPT, "LOCK CLFLUSHOPT"), BOTH(clflushopt_f2, "clflushopt", OPT, "CLFLUSHOPT behind F2"),
         BOTH(clflushopt_f3, "clflushopt", OPT, "CLFLUSHOPT behind F3"),
         BOTH(clflushopt_66_f2, "clflushopt", OPT, "CLFLUSHOPT, F2 between 66 and 0F"),
         BOTH(clflushopt_66_f3, "clflushopt", OPT, "CLFLUSHOPT, F3 between 66 and 0F"),
         BOTH(clflushopt_register, "clflushopt", "SDM 2D \"Opcode Extensions For One-Byte And Two-byte Opcodes\"", "66 0F AE /7 of a register"),
         BOTH(clwb_lock, "clwb", "SDM 2A \"CLWB-Cache Line Write Back\"", "LOCK CLWB"));
