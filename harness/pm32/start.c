/* start.c: what every program starts with. */
#include "common/cpu.h"
#include "pm32/trap.h"

#define CR2_START 0x5ca1a000u

struct start start;
struct state program_final;
bool program_armed;
bool program_finished;

uint32_t start_gpr(unsigned number)
{
    return (0xb0 + number) * 0x01010101;
}

void start_init(void)
{
    uint32_t *gpr = &start.eax;

    low_init();
    for (unsigned i = 0; i < 8; i++)
        gpr[i] = start_gpr(i);
    start.eflags = EFLAGS_FIXED | EFLAGS_CF | EFLAGS_PF | EFLAGS_AF | EFLAGS_ZF | EFLAGS_SF | EFLAGS_OF | EFLAGS_IF;
    start.cs = SEL_KERNEL_CODE;
    start.ss = SEL_KERNEL_DATA;
    start.esp = stack_top(STACK_KERNEL);
    start.ds = SEL_DATA_DS;
    start.es = SEL_DATA_ES;
    start.fs = SEL_DATA_FS;
    start.gs = SEL_DATA_GS;
    start.cr2 = CR2_START;
    start.dr6 = DR6_START;
    start.dr7 = DR7_START;
    if (current_case->env == REAL16)
        in_real_mode();
}

void in_ring(unsigned cpl)
{
    static const struct {
        uint16_t cs, ss;
        enum stack stack;
    } rings[] = {{SEL_KERNEL_CODE, SEL_KERNEL_DATA, STACK_KERNEL},
                 {SEL_RING1_CODE, SEL_RING1_DATA, STACK_RING1},
                 {SEL_RING2_CODE, SEL_RING2_DATA, STACK_RING2},
                 {SEL_USER_CODE, SEL_USER_DATA, STACK_USER}};

    start.cs = rings[cpl].cs;
    start.ss = rings[cpl].ss;
    start.esp = stack_top(rings[cpl].stack);
    if (cpl == 3)
        user_may_run_program();
}

void in_user_mode(void)
{
    in_ring(3);
}
