/* The same from CPL 3: vectors whose exceptions push an error code get none from INT n. */
#include <case.h>

#define INT(n)                    \
    static void int_##n(void)     \
    {                             \
        in_user_mode();           \
        set_gate(n, .dpl = 3);    \
        FAULT(".byte 0xcd, " #n); \
    }
#define ROW(n)                                                                                                                             \
    {                                                                                                                                      \
        VARIANT, .name = #n, .about = "INT " #n " (CD ib) at CPL 3, gate DPL 3: five words", .spec = "SDM 3A \"Error Code\"", .vector = n, \
                 .error = NO_ERROR, .saved_rip = AFTER, .run = int_##n                                                                     \
    }

INT(8)
INT(13)
INT(14)

    VARIANTS(ROW(8), ROW(13), ROW(14));
