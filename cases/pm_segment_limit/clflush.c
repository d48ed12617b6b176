/* CLFLUSH is checked as a load of a byte is, but that it may name code that can only be executed. */
#include <case32.h>

/* arg: the type of CS. */
static void run(void)
{
    struct descriptor d = {.type = (uint8_t)ARG0, .limit = 0xfffff, .g = true, .d = true, .dpl = 3};

    in_ring(3);
    start.cs = add_descriptor("code", encode_descriptor(d)) | 3u;
    start.ebx = map_page("data", PAGE_PRESENT | PAGE_USER);
    FAULT("clflush cs:[ebx]");
}

#define ROW(name_, type_, about_)                                                                                                                 \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = "CLFLUSH of " about_, .spec = "SDM 2A \"CLFLUSH-Flush Cache Line\"", .vector = NO_EXCEPTION, .run = run, \
                 .needs = "clfsh", .arg = {                                                                                                       \
                     type_                                                                                                                        \
                 }                                                                                                                                \
    }
VARIANTS(ROW("execute_only", CODE_EXECUTE_ONLY, "execute-only code"), ROW("readable", CODE_READABLE, "readable code"));
