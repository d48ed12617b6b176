/*
 * INT n pushes no error code, not even to vectors whose exceptions push one. The frame's length shows in the alignment of
 * the handler's RSP. INT 2 is no NMI, INT 1 no debug exception, INT 14 no page fault: DR6 and CR2 stay.
 */
#include <case.h>

#define SPEC "SDM 3A \"Error Code\""
#define INT(n)                    \
    static void int_##n(void)     \
    {                             \
        set_gate(n, .ist = 0);    \
        FAULT(".byte 0xcd, " #n); \
    }
#define ROW(n)                                                                                                                                  \
    {                                                                                                                                           \
        VARIANT, .name = #n, .about = "INT " #n " (CD ib) at CPL 0: five words", .spec = SPEC, .id = "int-n-" #n "-no-error-code", .vector = n, \
                 .error = NO_ERROR, .saved_rip = AFTER, .run = int_##n                                                                          \
    }
#define MORE(n)                                                                                                                                    \
    {                                                                                                                                              \
        VARIANT, .name = #n, .about = "INT " #n " (CD ib) at CPL 0: five words", .spec = SPEC, .vector = n, .error = NO_ERROR, .saved_rip = AFTER, \
                 .run = int_##n                                                                                                                    \
    }

INT(0)
INT(1)
INT(2) INT(3) INT(4) INT(5) INT(6) INT(7) INT(8) INT(9) INT(10) INT(11) INT(12) INT(13) INT(14) INT(15) INT(16) INT(17) INT(18) INT(19) INT(20)
    INT(21) INT(22) INT(28) INT(29) INT(30) INT(31)

        VARIANTS(ROW(0), MORE(1), MORE(2), MORE(3), MORE(4), MORE(5), ROW(6), ROW(7), ROW(8), ROW(9), ROW(10), ROW(11), ROW(12), ROW(13), ROW(14),
                 MORE(15), ROW(16), ROW(17), ROW(18), ROW(19), ROW(20), ROW(21), MORE(22), ROW(28), ROW(29), ROW(30), ROW(31));
