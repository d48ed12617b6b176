/* UD2: no error code; EIP is the instruction's, RF is set in the image. */
#include <case32.h>

static void kernel(void)
{
    FAULT("ud2");
}

static void user(void)
{
    in_user_mode();
    FAULT("ud2");
}

#define ROW(name_, run_, about_)                                                                                                    \
    {                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\"", .vector = VEC_UD, \
                 .error = NO_ERROR, .saved_rip = AT_FAULT, .run = run_                                                              \
    }
VARIANTS(ROW("kernel", kernel, "UD2 at CPL 0"), ROW("user", user, "UD2 at CPL 3"));
