/*
 * RSTORSSP and SAVEPREVSSP at CPL 3 in 32-bit protected mode. RSTORSSP wants a token whose bits 1:0 are 0, whose upper half is 0, and that names the
 * address above it: else #CP(4). SAVEPREVSSP wants SSP at 8n, bit 1 of the previous-SSP token set, an upper half of 0, and with CF=1 a doubleword of
 * 0 above it, which it skips: else #GP(0).
 */
#include <case32.h>

#define TOKEN 0x400u /* where the operand or SSP is */
#define SAVED 0x7f8u

static uintptr_t own, other;

static uint64_t *at(uintptr_t address)
{
    return (uint64_t *)frame_of(address);
}

static void set_up(void)
{
    own = map_page("own", PAGE_PRESENT | PAGE_D | PAGE_USER);
    other = map_page("other", PAGE_PRESENT | PAGE_D | PAGE_USER);
    fill_words((uintptr_t)frame_of(other), 0x5a5a5a5a, PAGE_SIZE / 4);
    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
}

/* ARG0: exclusive-or to the right token; the page `own` has SSP. */
static void rstorssp(void)
{
    set_up();
    write_msr(MSR_PL3_SSP, own + SAVED);
    *at(other + TOKEN) = (other + TOKEN + 8) ^ ARG0;
    start.ebx = other + TOKEN;
    record_memory("token", at(other + TOKEN), 8);
    PROGRAM(MARK(fault) "rstorssp [ebx]\n" MARK(after) "rdsspd edi\n");
}

/* The token is at SSP and names the other page. ARG0: exclusive-or to it. ARG1: CF, the doubleword above the token. */
#define HOLE (1ull << 32)

static void saveprevssp(void)
{
    set_up();
    write_msr(MSR_PL3_SSP, own + TOKEN);
    at(own + TOKEN)[0] = (other + SAVED + 2) ^ ARG0;
    at(own + TOKEN)[1] = 0xffffffff00000000 | (uint32_t)ARG1;
    start.eflags = (start.eflags & ~(uint32_t)EFLAGS_CF) | (ARG1 & HOLE ? EFLAGS_CF : 0);
    record_memory("saved", at(other + SAVED - 16), 24);
    PROGRAM(MARK(fault) "saveprevssp\n" MARK(after) "rdsspd edi\n");
}

static void saveprevssp_unaligned(void)
{
    set_up();
    write_msr(MSR_PL3_SSP, own + TOKEN + 4);
    *(volatile uint64_t *)((uint8_t *)at(own + TOKEN) + 4) = other + SAVED + 2;
    start.eflags &= ~(uint32_t)EFLAGS_CF;
    record_memory("saved", at(other + SAVED - 16), 24);
    FAULT("saveprevssp");
}

/* To the other stack, with its token saved on the way, and back. */
static void switched(void)
{
    set_up();
    write_msr(MSR_PL3_SSP, own + SAVED + ARG0);
    *at(other + TOKEN) = other + TOKEN + 8;
    start.ebx = other + TOKEN;
    start.ecx = own + SAVED - 8;
    record_memory("own", at(own + SAVED - 8), 16);
    record_memory("other", at(other + TOKEN), 8);
    PROGRAM(MARK(fault) "rstorssp [ebx]\nsaveprevssp\n" MARK(after) "rdsspd edi\nrstorssp [ecx]\nrdsspd esi\n");
}

#define RESTORE_PAGE "SDM 2B \"RSTORSSP-Restore Saved Shadow Stack Pointer\""
#define SAVE_PAGE "SDM 2B \"SAVEPREVSSP-Save Previous Shadow Stack Pointer\""
#define ROW(name_, run_, first, second, spec_, about_, ...)                                                                                      \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_ ", at CPL 3", .spec = spec_, .needs = "cet_ss", .run = run_, .arg = {first, second}, __VA_ARGS__ \
    }
#define RESTORE(name, change, about, ...) ROW(name, rstorssp, change, 0, RESTORE_PAGE, "RSTORSSP, " about, __VA_ARGS__)
#define SAVE(name, change, hole, about, ...) ROW(name, saveprevssp, change, hole, SAVE_PAGE, "SAVEPREVSSP, " about, __VA_ARGS__)
#define CP .vector = VEC_CP, .error = 4, .saved_rip = AT_FAULT
#define GP .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
VARIANTS(RESTORE("restore", 0, "a restore token", PASSES), RESTORE("restore_4", 4, "a token of 8n+4: CF=1", PASSES),
         RESTORE("restore_bit_0", 1, "a token of 64-bit mode", CP), RESTORE("restore_bit_1", 2, "a previous-SSP token", CP),
         RESTORE("restore_bit_3", 8, "a token of another address", CP), RESTORE("restore_bit_31", 1ull << 31, "bit 31 of the token differs", CP),
         RESTORE("restore_bit_32", 1ull << 32, "bit 32 of the token is 1", CP), RESTORE("restore_bit_63", 1ull << 63, "bit 63 of the token is 1", CP),
         SAVE("save", 0, 0xffffffff, "a pointer 8n", PASSES), SAVE("save_4", 4, 0xffffffff, "a pointer 8n+4", PASSES),
         SAVE("save_bit_0", 1, 0xffffffff, "bit 0 of the token is 1", PASSES), SAVE("save_hole", 0, HOLE, "CF=1 and 0 above the token", PASSES),
         SAVE("save_hole_4", 4, HOLE, "a pointer 8n+4, CF=1 and 0 above the token", PASSES),
         SAVE("save_no_hole_0", 0, HOLE | 1, "CF=1 and 1 above the token", GP),
         SAVE("save_no_hole_31", 0, HOLE | 1u << 31, "CF=1 and 80000000H above the token", GP),
         SAVE("save_bit_1", 2, 0, "bit 1 of the token is 0", GP), SAVE("save_bit_32", 1ull << 32, 0, "bit 32 of the token is 1", GP),
         SAVE("save_bit_63", 1ull << 63, 0, "bit 63 of the token is 1", GP),
         ROW("save_unaligned", saveprevssp_unaligned, 0, 0, SAVE_PAGE, "SAVEPREVSSP, SSP at 8n+4", GP),
         ROW("switched", switched, 0, 0, RESTORE_PAGE "; " SAVE_PAGE, "RSTORSSP, SAVEPREVSSP and RSTORSSP back", PASSES),
         ROW("switched_4", switched, 4, 0, RESTORE_PAGE "; " SAVE_PAGE, "RSTORSSP, SAVEPREVSSP and RSTORSSP back to a pointer 8n+4", PASSES));
