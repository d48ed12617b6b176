/* Only 64-bit code may have a NULL SS: in compatibility mode #GP(0), at every CPL and whatever the RPL. */
#include <case.h>

/* ARG0: the CPL, ARG1: the selector. */
static void at_cpl(void)
{
    uint8_t ring = (uint8_t)ARG0;
    struct descriptor code = {.type = CODE_READABLE, .dpl = ring, .d = true, .g = true, .limit = 0xfffff};
    struct descriptor data = {.type = DATA_WRITABLE, .dpl = ring, .d = true, .g = true, .limit = 0xfffff};

    in_compat_kernel();
    if (ring == 3)
        in_compat_user();
    else if (ring) {
        start.cs = add_descriptor("code", encode_descriptor(code)) | ring;
        start.ss = add_descriptor("data", encode_descriptor(data)) | ring;
    }
}

static void mov(void)
{
    at_cpl();
    start.rcx = ARG1;
    FAULT32("mov ss, ecx");
}

static void pop(void)
{
    at_cpl();
    start.rsp -= 4;
    *(uint32_t *)start.rsp = (uint32_t)ARG1;
    FAULT32("pop ss");
}

static void lss(void)
{
    uint8_t *pointer = frame_of(start.rbx = map_page_at("pointer", 0x40000000, PAGE_PRESENT | PAGE_USER));

    *(uint16_t *)(pointer + 4) = (uint16_t)ARG1;
    at_cpl();
    FAULT32("lss esp, [ebx]");
}

#define MOV "SDM 2B \"MOV-Move\""
#define POP "SDM 2B \"POP-Pop a Value from the Stack\""
#define LSS "SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\""
#define ROW(name_, run_, cpl, selector, page, about_)                                       \
    {                                                                                       \
        VARIANT, .env = COMPAT32, .name = name_, .about = about_,                           \
                 .spec = page "; SDM 3A \"Segment Loading Instructions in "                 \
                              "IA-32e Mode\"",                                              \
                 .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = { \
                     cpl,                                                                   \
                     selector                                                               \
                 }                                                                          \
    }
#define EACH(cpl)                                                                \
    ROW("mov_ring" #cpl, mov, cpl, cpl, MOV, "MOV SS of NULL at CPL " #cpl),     \
        ROW("pop_ring" #cpl, pop, cpl, cpl, POP, "POP SS of NULL at CPL " #cpl), \
        ROW("lss_ring" #cpl, lss, cpl, cpl, LSS, "LSS of NULL at CPL " #cpl)
VARIANTS(EACH(0), EACH(1), EACH(2), EACH(3), ROW("mov_rpl3", mov, 0, 3, MOV, "MOV SS of NULL with RPL 3 at CPL 0"));
