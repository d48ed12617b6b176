/* Bounds that the segment doesn't hold are #GP(0), in the stack's segment #SS(0); bounds that aren't aligned #AC(0) where that is checked. */
#include <case.h>

/* ARG0: the offset of the bounds in a segment of 4 KiB. The index is inside of both. */
static void set_up(void)
{
    uintptr_t base = map_pages("bounds", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor d = {.type = DATA_WRITABLE, .d = true, .limit = 0xfff, .dpl = 3, .base = (uint32_t)base};

    in_compat_user();
    start.rax = 0;
    start.rbx = start.rbp = ARG0;
    start.ds = add_descriptor("limited", encode_descriptor(d)) | 3;
}

static void data(void)
{
    set_up();
    FAULT32("bound eax, [ebx]");
}

static void stack(void)
{
    set_up();
    start.ss = start.ds;
    start.rsp = 0x800;
    FAULT32("bound eax, [ebp]");
}

static void unaligned(void)
{
    set_up();
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
    FAULT32("bound eax, [ebx]");
}

#define ROW(name_, run_, at, about_, ...)                                                                                                  \
    {                                                                                                                                      \
        VARIANT, .name = name_, .env = COMPAT32, .about = "BOUND in compatibility mode at CPL 3, " about_,                                 \
                 .spec = "SDM 2A \"BOUND-Check Array Index Against Bounds\"", .saved_rip = AT_FAULT, .run = run_, .arg = {at}, __VA_ARGS__ \
    }
#define FAULTS(vector_) .vector = vector_, .error = 0

VARIANTS(ROW("data", data, 0x1000, "bounds beyond the limit of DS", FAULTS(VEC_GP)),
         ROW("data_upper", data, 0xffc, "the upper bound beyond the limit of DS", FAULTS(VEC_GP)),
         ROW("stack", stack, 0x1000, "bounds beyond the limit of SS", FAULTS(VEC_SS)),
         ROW("stack_upper", stack, 0xffc, "the upper bound beyond the limit of SS", FAULTS(VEC_SS)),
         ROW("unaligned", unaligned, 0x102, "bounds at 16n+2 with AM=1, AC=1", FAULTS(VEC_AC)),
         {VARIANT, .name = "last", .env = COMPAT32, .about = "BOUND in compatibility mode at CPL 3, bounds up to the limit of DS",
          .spec = "SDM 2A \"BOUND-Check Array Index Against Bounds\"", .vector = NO_EXCEPTION, .run = data, .arg = {0xff8}});
