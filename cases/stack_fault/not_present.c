/* A segment that isn't present is #NP in every register but SS, where it is #SS. The error code is the selector. */
#include <case.h>

static void set_up(void)
{
    start.rcx = add_descriptor(
        "np_data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true, .not_present = true}));
}

static void mov(void)
{
    set_up();
    FAULT("mov ss, ecx");
}

/* The new stack pointer isn't taken either. */
static void lss(void)
{
    uint8_t *pointer;

    set_up();
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE);
    pointer = frame_of(start.rbx);
    *(uint32_t *)pointer = (uint32_t)stack_top(STACK_USER);
    *(uint16_t *)(pointer + 4) = (uint16_t)start.rcx;
    FAULT("lss esp, [rbx]");
}

#define ROW(name_, id_, about_, spec_)                                                                                                     \
    {                                                                                                                                      \
        VARIANT, .name = #name_, .about = about_ " of a segment that isn't present, at CPL 0", .spec = spec_, .id = id_, .vector = VEC_SS, \
                 .error = SEL_FREE, .saved_rip = AT_FAULT, .run = name_                                                                    \
    }

VARIANTS(ROW(mov, "seg-mov-ss-np", "MOV SS", "SDM 2B \"MOV-Move\""),
         ROW(lss, "seg-lss-np", "LSS", "SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\""));
