/* Segment loads in compatibility mode at CPL 3: the checks of protected mode. SS takes no null selector; POP and LSS leave ESP when they fault. */
#include <case.h>

static void selector(uint64_t value)
{
    uint8_t *pointer;

    in_compat_user();
    start.rcx = value;
    *(uint32_t *)(start.rsp -= 4) = (uint32_t)value;
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint32_t *)pointer = 0x12345678;
    *(uint16_t *)(pointer + 4) = (uint16_t)value;
}

static uint16_t data(struct descriptor d)
{
    d.limit = 0xfffff;
    d.g = d.d = true;
    d.dpl = 3;
    return add_descriptor("data", encode_descriptor(d)) | 3;
}

#define NOT_PRESENT data((struct descriptor){.type = DATA_WRITABLE, .not_present = true})
#define READ_ONLY data((struct descriptor){.type = DATA_READ_ONLY})
#define BEYOND ((GDT_LIMIT + 1) | 3)

#define CASES(X)                                                                                                                \
    X(mov_ss_null, 0, "mov ss, ecx", VEC_GP, 0, "cm-mov-ss-null", "MOV SS of 0", "SDM 2B \"MOV-Move\"")                         \
    X(mov_ss_null_rpl3, 3, "mov ss, ecx", VEC_GP, 0, "cm-mov-ss-null", "MOV SS of 3", "SDM 2B \"MOV-Move\"")                    \
    X(mov_ss_np, NOT_PRESENT, "mov ss, ecx", VEC_SS, SEL_FREE, "cm-mov-ss-np", "MOV SS, not present", "SDM 2B \"MOV-Move\"")    \
    X(mov_ss_read_only, READ_ONLY, "mov ss, ecx", VEC_GP, SEL_FREE, "cm-mov-ss-ro", "MOV SS, read-only", "SDM 2B \"MOV-Move\"") \
    X(mov_ds_np, NOT_PRESENT, "mov ds, ecx", VEC_NP, SEL_FREE, "cm-mov-ds-np", "MOV DS, not present", "SDM 2B \"MOV-Move\"")    \
    X(pop_ss_np, NOT_PRESENT, "pop ss", VEC_SS, SEL_FREE, "cm-pop-ss-np", "POP SS, not present", POP)                           \
    X(pop_ds_beyond_gdt, BEYOND, "pop ds", VEC_GP, GDT_LIMIT + 1, "cm-pop-ds-oob", "POP DS beyond the GDT's limit", POP)        \
    X(les_np, NOT_PRESENT, "les eax, [ebx]", VEC_NP, SEL_FREE, "cm-les-np", "LES, not present", LXS)                            \
    X(lds_beyond_gdt, BEYOND, "lds eax, [ebx]", VEC_GP, GDT_LIMIT + 1, "cm-lds-oob", "LDS beyond the GDT's limit", LXS)         \
    X(lss_np, NOT_PRESENT, "lss esp, [ebx]", VEC_SS, SEL_FREE, "cm-lss-np", "LSS, not present", LXS)                            \
    X(lss_null, 3, "lss esp, [ebx]", VEC_GP, 0, "", "LSS of 3", LXS)

#define POP "SDM 2B \"POP-Pop a Value From the Stack\""
#define LXS "SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\""
#define RUN(name, value, instruction, vector_, error_, id_, about_, spec_) \
    static void name(void)                                                 \
    {                                                                      \
        selector(value);                                                   \
        FAULT32(instruction);                                              \
    }
#define ROW(name_, value, instruction, vector_, error_, id_, about_, spec_) \
    {VARIANT,                                                               \
     .name = #name_,                                                        \
     .env = COMPAT32,                                                       \
     .about = "compatibility mode at CPL 3: " about_,                       \
     .spec = spec_,                                                         \
     .id = id_,                                                             \
     .vector = vector_,                                                     \
     .error = error_,                                                       \
     .saved_rip = AT_FAULT,                                                 \
     .run = name_},

CASES(RUN)
VARIANTS(CASES(ROW));
