/*
 * The operand of RSTORSSP, CLRSSBSY, WRSSD and WRUSSD in 32-bit protected mode: its segment has to be writable, and the operand within the limit;
 * NULL is #GP(0). It is the linear address that has to be a multiple of 8, for the two that store 4 bytes of 4.
 */
#include <case32.h>

#define TOKEN 0x7f8u
#define AT 0x400u

enum segment { FLAT, READ_ONLY, CODE, NULL_SELECTOR, SHORT, JUST, STACK, BASED };

static uintptr_t operand;

/* ARG0: the segment. ARG1: added to the operand's offset. `size` of the operand. */
static void set_up(unsigned size, uint32_t flags, uint8_t dpl)
{
    struct descriptor segment = {.dpl = dpl, .d = true, .type = DATA_WRITABLE, .limit = 0xfffff, .g = true};
    uintptr_t other = map_page("other", PAGE_PRESENT | PAGE_D | flags);

    operand = other + AT;
    start.edx = 0;
    start.ebx = operand + (uint32_t)ARG1;
    switch (ARG0) {
    case READ_ONLY:
        segment.type = DATA_READ_ONLY;
        break;
    case CODE:
        segment.type = CODE_READABLE;
        break;
    case SHORT:
    case JUST:
        segment.base = other;
        segment.g = false;
        segment.limit = AT + size - (ARG0 == SHORT ? 2 : 1);
        start.ebx -= other;
        break;
    case STACK:
        segment.limit = 0x3ffff; /* 1 GiB */
        break;
    case BASED:
        segment.base = 4;
        start.ebx -= 4;
        break;
    default:
        break;
    }
    if (ARG0 == STACK)
        start.ss = add_descriptor("segment", encode_descriptor(segment)) | dpl;
    else if (ARG0 == NULL_SELECTOR)
        start.es = 0;
    else
        start.es = add_descriptor("segment", encode_descriptor(segment)) | dpl;
    write_cr4(read_cr4() | CR4_CET);
}

static uint64_t *at(uintptr_t address)
{
    return (uint64_t *)frame_of(address);
}

static void user(unsigned size, struct program p)
{
    in_user_mode();
    set_up(size, PAGE_USER, 3);
    write_msr(MSR_U_CET, CET_SH_STK_EN | CET_WR_SHSTK_EN);
    write_msr(MSR_PL3_SSP, operand + TOKEN - AT);
    *at(operand) = operand + 8; /* a token for RSTORSSP */
    record_memory("operand", at(operand), 16);
    run_program(p);
}

static void rstorssp(void)
{
    user(8, ARG0 == STACK ? ASSEMBLE(MARK(fault) "rstorssp ss:[ebx]\n" MARK(after))
                          : ASSEMBLE(MARK(fault) "rstorssp es:[ebx]\n" MARK(after) "rdsspd edi\n"));
}

static void wrssd(void)
{
    user(4, ARG0 == STACK ? ASSEMBLE(MARK(fault) "wrssd ss:[ebx], eax\n" MARK(after)) : ASSEMBLE(MARK(fault) "wrssd es:[ebx], eax\n" MARK(after)));
}

static void wrussd(void)
{
    set_up(4, PAGE_USER, 0);
    record_memory("operand", at(operand), 16);
    FAULT("wrussd es:[ebx], eax");
}

/* With a shadow stack at CPL 0. */
#define ON "wrmsr\nsetssbsy\n"
#define OFF "rdsspd edi\nmov eax, 0\nwrmsr\n"

static void clrssbsy(void)
{
    struct program p = ASSEMBLE(ON MARK(fault) "clrssbsy es:[ebx]\n" MARK(after) OFF);
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D);

    set_up(8, 0, 0);
    *at(page + TOKEN) = page + TOKEN;
    *at(operand) = operand | 1;
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN;
    record_memory("operand", at(operand), 16);
    run_program(p);
}

#define RESTORE_PAGE "SDM 2B \"RSTORSSP-Restore Saved Shadow Stack Pointer\""
#define CLEAR_PAGE "SDM 2A \"CLRSSBSY-Clear Busy Flag in a Supervisor Shadow Stack Token\""
#define WRSS_PAGE "SDM 2D \"WRSSD/WRSSQ-Write to Shadow Stack\""
#define WRUSS_PAGE "SDM 2D \"WRUSSD/WRUSSQ-Write to User Shadow Stack\""
#define ROW(name_, run_, segment, more, spec_, about_, ...)                                                                         \
    {                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "cet_ss", .run = run_, .arg = {segment, more}, __VA_ARGS__ \
    }
#define GP .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define SS .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define EACH(name, spec, about, size)                                                                                                     \
    ROW(#name, name, FLAT, 0, spec, about, PASSES), ROW(#name "_read_only", name, READ_ONLY, 0, spec, about ", a read-only segment", GP), \
        ROW(#name "_code", name, CODE, 0, spec, about ", a code segment", GP),                                                            \
        ROW(#name "_null", name, NULL_SELECTOR, 0, spec, about ", a NULL segment", GP),                                                   \
        ROW(#name "_limit", name, SHORT, 0, spec, about ", its last byte beyond the limit", GP),                                          \
        ROW(#name "_within", name, JUST, 0, spec, about ", its last byte at the limit", PASSES),                                          \
        ROW(#name "_based", name, BASED, 0, spec, about ", the segment's base is 4", PASSES),                                             \
        ROW(#name "_unaligned", name, FLAT, size / 2, spec, about ", at half its size", GP)
VARIANTS(EACH(rstorssp, RESTORE_PAGE, "RSTORSSP at CPL 3", 8), EACH(clrssbsy, CLEAR_PAGE, "CLRSSBSY at CPL 0", 8),
         EACH(wrssd, WRSS_PAGE, "WRSSD at CPL 3", 4), EACH(wrussd, WRUSS_PAGE, "WRUSSD at CPL 0", 4),
         ROW("rstorssp_stack", rstorssp, STACK, 0, RESTORE_PAGE, "RSTORSSP at CPL 3 beyond the limit of SS", SS),
         ROW("wrssd_stack", wrssd, STACK, 0, WRSS_PAGE, "WRSSD at CPL 3 beyond the limit of SS", SS));
