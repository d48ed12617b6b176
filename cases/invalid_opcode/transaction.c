/* XBEGIN, XABORT, XEND and XTEST are undefined on a processor without transactional memory: no NOPs, and no jump to the fallback. */
#include <case.h>

#define RUN(name, bytes)            \
    static void name(void)          \
    {                               \
        FAULT(".byte " bytes);      \
    }                               \
    static void name##_user(void)   \
    {                               \
        in_user_mode();             \
        name();                     \
    }                               \
    static void name##_compat(void) \
    {                               \
        in_compat_user();           \
        FAULT32(".byte " bytes);    \
    }
RUN(xbegin, "0xc7, 0xf8, 0, 0, 0, 0")
RUN(xbegin16, "0x66, 0xc7, 0xf8, 0, 0")
RUN(xabort, "0xc6, 0xf8, 0x12")
RUN(xend, "0x0f, 0x01, 0xd5")
RUN(xtest, "0x0f, 0x01, 0xd6")

#define ROW(name_, run_, needs_, spec_, about_, ...)                                                                                         \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = needs_, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, \
                 .run = run_, __VA_ARGS__                                                                                                    \
    }
#define ALL(name, needs, spec, about)                                                                                                 \
    ROW(#name, name, needs, spec, about " without RTM"), ROW(#name "_user", name##_user, needs, spec, about " without RTM at CPL 3"), \
        ROW(#name "_compat", name##_compat, needs, spec, about " without RTM in compatibility mode", .env = COMPAT32)

VARIANTS(ALL(xbegin, "!rtm", "SDM 2D \"XBEGIN-Transactional Begin\"", "XBEGIN"),
         ALL(xbegin16, "!rtm", "SDM 2D \"XBEGIN-Transactional Begin\"", "XBEGIN with a displacement of 16 bits"),
         ALL(xabort, "!rtm", "SDM 2D \"XABORT-Transactional Abort\"", "XABORT"), ALL(xend, "!rtm", "SDM 2D \"XEND-Transactional End\"", "XEND"),
         ALL(xtest, "!rtm !hle", "SDM 2D \"XTEST-Test If In Transactional Execution\"", "XTEST"));
