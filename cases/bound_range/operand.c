/* BOUND's second operand is memory, of two numbers: a register is #UD, a page that isn't present #PF, and neither is #BR. */
#include <case.h>

static void reg(void)
{
    in_compat_kernel();
    FAULT32(".byte 0x62, 0xc0, 0x90, 0x90, 0x90, 0x90");
}

static void lock(void)
{
    in_compat_kernel();
    start.rbx = map_page("bounds", PAGE_PRESENT);
    FAULT32(".byte 0xf0, 0x62, 0x03");
}

static void not_present(void)
{
    in_compat_user();
    start.rbx = map_page("bounds", PAGE_USER);
    FAULT32("bound eax, [ebx]");
}

static void upper_not_present(void)
{
    in_compat_user();
    start.rbx = map_pages("bounds", 2, PAGE_PRESENT | PAGE_USER) + PAGE_SIZE - 4;
    change_page(start.rbx + 4, PAGE_PRESENT, 0);
    start.rax = 0;
    FAULT32("bound eax, [ebx]");
}

#define ROW(name_, run_, about_, ...)                                                                                          \
    {                                                                                                                          \
        VARIANT, .name = name_, .env = COMPAT32, .about = about_, .spec = "SDM 2A \"BOUND-Check Array Index Against Bounds\"", \
                 .saved_rip = AT_FAULT, .run = run_, __VA_ARGS__                                                               \
    }
#define INVALID .vector = VEC_UD, .error = NO_ERROR

VARIANTS(ROW("register", reg, "BOUND with a register as second operand (62 C0), in compatibility mode at CPL 0", INVALID),
         ROW("lock", lock, "LOCK BOUND in compatibility mode at CPL 0", INVALID),
         ROW("not_present", not_present, "BOUND in compatibility mode at CPL 3, bounds on a page that isn't present", .vector = VEC_PF,
             .error = PF_U),
         ROW("upper_not_present", upper_not_present,
             "BOUND in compatibility mode at CPL 3, the upper bound on a page that isn't present, index at the lower one", .vector = VEC_PF,
             .error = PF_U));
