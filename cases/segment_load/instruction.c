/* POP and LFS, LGS, LSS load a segment register as MOV does. When that faults, neither the stack pointer nor the register has changed. */
#include <case.h>

static uint16_t np_data(void)
{
    return add_descriptor("np_data",
                          encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true, .not_present = true}));
}

static void pushed(uint64_t selector)
{
    start.rsp -= 8;
    *(uint64_t *)start.rsp = selector;
}

static void far_pointer(uint16_t selector)
{
    uint8_t *pointer;

    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE);
    pointer = frame_of(start.rbx);
    *(uint32_t *)pointer = 0x12345678;
    *(uint16_t *)(pointer + 4) = selector;
}

static void pop_fs_np(void)
{
    pushed(np_data());
    FAULT("pop fs");
}

static void pop_gs_beyond_gdt(void)
{
    pushed(GDT_LIMIT + 1);
    FAULT("pop gs");
}

/* POP takes the low word only. */
static void pop_fs_high_bits(void)
{
    pushed(0xffffffffffff0000 | (GDT_LIMIT + 1));
    FAULT("pop fs");
}

static void lfs_beyond_gdt(void)
{
    far_pointer(GDT_LIMIT + 1);
    FAULT("lfs eax, [rbx]");
}

static void lgs_np(void)
{
    far_pointer(np_data());
    FAULT("lgs eax, [rbx]");
}

static void lss_rpl(void)
{
    far_pointer(SEL_KERNEL_DATA | 3);
    FAULT("lss esp, [rbx]");
}

static void lss_null_rpl(void)
{
    far_pointer(3);
    FAULT("lss esp, [rbx]");
}

static void lss_null_user(void)
{
    in_user_mode();
    far_pointer(3);
    change_page(start.rbx, 0, PAGE_USER);
    FAULT("lss esp, [rbx]");
}

#define POP "SDM 2B \"POP-Pop a Value From the Stack\""
#define LXS "SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\""
#define ROW(name_, vector_, error_, spec_, id_, about_)                                                                                             \
    {                                                                                                                                               \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = name_ \
    }

VARIANTS(ROW(pop_fs_np, VEC_NP, SEL_FREE, POP, "seg-pop-fs-np", "POP FS of a not-present segment, at CPL 0"),
         ROW(pop_gs_beyond_gdt, VEC_GP, GDT_LIMIT + 1, POP, "seg-pop-gs-oob", "POP GS of a selector beyond the GDT's limit, at CPL 0"),
         ROW(pop_fs_high_bits, VEC_GP, GDT_LIMIT + 1, POP, "", "POP FS of a selector beyond the GDT's limit; the quadword's other bits are set"),
         ROW(lfs_beyond_gdt, VEC_GP, GDT_LIMIT + 1, LXS, "seg-lfs-oob", "LFS of a selector beyond the GDT's limit, at CPL 0"),
         ROW(lgs_np, VEC_NP, SEL_FREE, LXS, "seg-lgs-np", "LGS of a not-present segment, at CPL 0"),
         ROW(lss_rpl, VEC_GP, SEL_KERNEL_DATA, LXS, "", "LSS of data of DPL 0 with RPL 3, at CPL 0"),
         ROW(lss_null_rpl, VEC_GP, 0, LXS, "", "LSS of 3 at CPL 0: null with an RPL that isn't the CPL"),
         ROW(lss_null_user, VEC_GP, 0, LXS, "", "LSS of 3 at CPL 3"));
