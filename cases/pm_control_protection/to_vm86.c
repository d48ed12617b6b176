/*
 * IRETD to virtual-8086 mode is #GP(0) where IA32_U_CET enables shadow stacks or indirect-branch tracking and CR4.CET is 1: that mode has neither.
 * The other bits don't matter. Where CPL 0 has a shadow stack its token is freed, so that the way back finds it.
 */
#include <case32.h>

#include "../vm86/iretd.h"

#define TOKEN 0x7f8u

/* INT3 in virtual-8086 mode. */
static void enter(struct program p)
{
    set_up_vm86(ASSEMBLE16(MARK(entry) "int3\n" MARK(stop) "nop\n"));
    push_vm86_image();
    run_program(p);
}

/* ARG0: IA32_U_CET, which the program writes; ARG1: CR4.CET. */
static void user(void)
{
    write_cr4(read_cr4() | (ARG1 ? CR4_CET : CR4_DE));
    start.ecx = MSR_U_CET;
    start.eax = (uint32_t)ARG0;
    start.edx = 0;
    enter(ASSEMBLE("wrmsr\n" MARK(fault) "iretd\n"));
}

/* The program turns it on. */
static uint8_t *shadow_stack_of_cpl0(void)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    uint8_t *token = (uint8_t *)frame_of(page) + TOKEN;

    *(uint32_t *)(void *)token = page + TOKEN;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN;
    start.edx = 0;
    return token;
}

static void frees(void)
{
    record_memory("token", shadow_stack_of_cpl0(), 8);
    enter(ASSEMBLE("wrmsr\nsetssbsy\n" MARK(fault) "iretd\n"));
}

static void unaligned(void)
{
    shadow_stack_of_cpl0();
    start.esi = 1;
    enter(ASSEMBLE("wrmsr\nsetssbsy\nincsspd esi\n" MARK(fault) "iretd\n"));
}

#define ROW(name_, run_, u_cet, cr4, needs_, about_, ...)                                                                               \
    {                                                                                                                                   \
        VARIANT, .name = name_, .about = "IRETD to virtual-8086 mode: " about_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", \
                 .needs = needs_, .run = run_, .arg = {u_cet, cr4}, __VA_ARGS__                                                         \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define COMES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "stop"
VARIANTS(ROW("shadow_stack", user, CET_SH_STK_EN, 1, "cet_ss", "CR4.CET=1, SH_STK_EN=1 in IA32_U_CET", FAULTS),
         ROW("tracking", user, CET_ENDBR_EN, 1, "cet_ibt", "CR4.CET=1, ENDBR_EN=1 in IA32_U_CET", FAULTS),
         ROW("others", user, 0x3a, 1, "cet_ss cet_ibt", "CR4.CET=1, SH_STK_EN=ENDBR_EN=0 in IA32_U_CET, other bits are 1", COMES),
         ROW("disabled", user, CET_SH_STK_EN | CET_ENDBR_EN, 0, "cet_ss cet_ibt", "CR4.CET=0, SH_STK_EN=ENDBR_EN=1 in IA32_U_CET", COMES),
         ROW("frees", frees, 0, 1, "cet_ss", "a shadow stack at CPL 0, INT3 behind it", COMES),
         ROW("unaligned", unaligned, 0, 1, "cet_ss", "SSP at CPL 0 isn't a multiple of 8", .vector = VEC_CP, .error = 2, .saved_rip = AT_FAULT));
