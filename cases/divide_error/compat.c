/* #DE in compatibility mode, where AAM 0 raises it too. */
#include <case.h>

static void div(void)
{
    in_compat_user();
    start.rdx = 0;
    start.rcx = 0;
    FAULT32("div ecx");
}

static void aam(void)
{
    in_compat_user();
    FAULT32(".byte 0xd4, 0");
}

VARIANTS({VARIANT, .name = "div", .env = COMPAT32, .about = "DIV ECX in compatibility mode at CPL 3, the divisor is 0",
          .spec = "SDM 2A \"DIV-Unsigned Divide\"", .id = "de-compat-user", .vector = VEC_DE, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = div},
         {VARIANT, .name = "aam", .env = COMPAT32, .about = "AAM 0 in compatibility mode at CPL 3",
          .spec = "SDM 2A \"AAM-ASCII Adjust AX After Multiply\"", .id = "de-compat-aam0", .vector = VEC_DE, .error = NO_ERROR, .saved_rip = AT_FAULT,
          .run = aam});
