/*
 * Each instruction that loads a segment register makes the same checks, and where it faults nothing has changed: not the segment register, not the
 * general register of LDS and its kin, not ESP. A null selector is #GP(0) in SS, and nothing in the others. At CPL 3.
 */
#include <case32.h>

#define NOT_PRESENT 4 /* selectors that the case has yet to make */
#define BEYOND 5

static uint32_t selector(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true, .dpl = 3, .not_present = true};

    if (ARG0 == NOT_PRESENT)
        return add_descriptor("not_present", encode_descriptor(d)) | 3u;
    return ARG0 == BEYOND ? (GDT_LIMIT + 1) | 3u : (uint32_t)ARG0;
}

/* The selector is in ECX, on the stack, behind an offset of 32 bits at EBX, and behind one of 16 at EBX+14. */
static void set_up(void)
{
    uint16_t *words;

    in_user_mode();
    start.ecx = selector();
    *(uint32_t *)(start.esp -= 4) = start.ecx;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    words = frame_of(start.ebx);
    words[0] = 0x5678;
    words[1] = 0x1234;
    words[2] = (uint16_t)start.ecx;
    words[7] = 0x5678;
    words[8] = (uint16_t)start.ecx;
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(instruction);     \
    }
FORM(mov_es, "mov es, ecx")
FORM(mov_fs, "mov fs, cx")
FORM(mov_gs_memory, "mov gs, [ebx+4]")
FORM(mov_ss_memory, "mov ss, [ebx+4]")
FORM(pop_ds, "pop ds")
FORM(pop_es, "pop es")
FORM(pop_fs, "pop fs")
FORM(pop_gs, "pop gs")
FORM(pop_ss, "pop ss")
FORM(pop_ds16, ".byte 0x66, 0x1f")
FORM(pop_ss16, ".byte 0x66, 0x17")
FORM(lds, "lds eax, [ebx]")
FORM(les, "les eax, [ebx]")
FORM(lfs, "lfs eax, [ebx]")
FORM(lgs, "lgs eax, [ebx]")
FORM(lss, "lss eax, [ebx]")
FORM(les16, "les ax, [ebx+14]")
FORM(lss16, "lss ax, [ebx+14]")
FORM(lss_esp, "lss esp, [ebx]")
FORM(mov_cs, ".byte 0x8e, 0xc9")
FORM(mov_none, ".byte 0x8e, 0xf1")
FORM(lss_register, ".byte 0x0f, 0xb2, 0xc0")

#define SPEC .spec = "SDM 2B \"MOV-Move\", \"POP-Pop a Value From the Stack\", SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\""
#define ROW(name_, run_, selector_, vector_, error_, about_)                                                                                        \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { selector_ } \
    }
#define NULLS(run_, about_)                                                                                                             \
    {                                                                                                                                   \
        VARIANT, .name = #run_ "_null", .about = about_ " of selector 3: null", SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { 3 } \
    }
#define FAULTS(run_, vector_, about_)                                                                           \
    ROW(#run_ "_not_present", run_, NOT_PRESENT, vector_, SEL_FREE, about_ " of a segment that isn't present"), \
        ROW(#run_ "_beyond", run_, BEYOND, VEC_GP, GDT_LIMIT + 1, about_ " of a selector beyond the GDT's limit")
#define DATA(run_, about_) FAULTS(run_, VEC_NP, about_), NULLS(run_, about_)
#define STACK(run_, about_)                                                                              \
    FAULTS(run_, VEC_SS, about_), ROW(#run_ "_null", run_, 3, VEC_GP, 0, about_ " of selector 3: null"), \
        ROW(#run_ "_null0", run_, 0, VEC_GP, 0, about_ " of selector 0: null")
VARIANTS(DATA(mov_es, "MOV ES, r32"), DATA(mov_fs, "MOV FS, r16"), DATA(mov_gs_memory, "MOV GS, m16"), STACK(mov_ss_memory, "MOV SS, m16"),
         DATA(pop_ds, "POP DS"), DATA(pop_es, "POP ES"), DATA(pop_fs, "POP FS"), DATA(pop_gs, "POP GS"), STACK(pop_ss, "POP SS"),
         DATA(pop_ds16, "POP DS with a 16-bit operand size"), STACK(pop_ss16, "POP SS with a 16-bit operand size"), DATA(lds, "LDS"),
         DATA(les, "LES"), DATA(lfs, "LFS"), DATA(lgs, "LGS"), STACK(lss, "LSS"), DATA(les16, "LES r16"), STACK(lss16, "LSS r16"),
         STACK(lss_esp, "LSS ESP"), ROW("mov_cs", mov_cs, SEL_USER_CODE, VEC_UD, NO_ERROR, "MOV to CS"),
         ROW("mov_none", mov_none, 0, VEC_UD, NO_ERROR, "MOV to segment register 6"),
         ROW("lss_register", lss_register, 0, VEC_UD, NO_ERROR, "LSS of a register"));
