/* real.c: real mode and virtual-8086 mode: memory below 1 MiB, and the way there. */
#include "common/cpu.h"
#include "common/gather.h"
#include "pm32/trap.h"

#define LOW_END 0x10000u

extern const uint8_t low_copy[]; /* in the ROM's image at 1 MiB; rom.ld */
extern const uint8_t low_size[];
extern uint8_t low_begin[];
extern uint8_t low_by_jump;
extern struct ivt_entry low_target;
extern struct table_register low_gdtr;

void low_init(void)
{
    __builtin_memcpy(low_begin, low_copy, (uintptr_t)low_size);
    fill_words(16 * REAL_DS, 0, PAGE_SIZE / sizeof(uintptr_t));
}

/* Page 0 holds the table. */
static void set_segments(void)
{
    map_frame(0, 0, PAGE_PRESENT | PAGE_WRITE);
    start.cs = REAL_CODE;
    start.ss = REAL_STACK;
    start.esp = STACK_BYTES - STACK_ABOVE_TOP;
    start.ds = REAL_DS;
    start.es = REAL_ES;
    start.fs = REAL_FS;
    start.gs = REAL_GS;
    record_selector("real_code", REAL_CODE);
    record_selector("real_stack", REAL_STACK);
    record_selector("real_ds", REAL_DS);
    record_selector("real_es", REAL_ES);
    record_selector("real_fs", REAL_FS);
    record_selector("real_gs", REAL_GS);
}

void in_real_mode(void)
{
    set_segments();
    for (unsigned v = 0; v < 256; v++)
        ivt[v] = (struct ivt_entry){(uint16_t)((uintptr_t)real_stubs - LOW_BEGIN + v * STUB_SIZE), REAL_CODE};
}

/* An entry that the case didn't set leads to HLT, which is a #GP there. */
void in_vm86(void)
{
    set_segments();
    start.eflags |= EFLAGS_VM;
    for (unsigned v = 0; v < 256; v++)
        ivt[v] = (struct ivt_entry){(uint16_t)((uintptr_t)vm86_halt - LOW_BEGIN), REAL_CODE};
    for (uintptr_t page = 0; page < LOW_END; page += PAGE_SIZE)
        change_page(page, 0, PAGE_USER);
}

void in_code16(void)
{
    struct descriptor d = {.base = LOW_BEGIN, .limit = 0xffff, .type = CODE_READABLE, .dpl = start.cs & 3};

    start.cs = add_descriptor("code16", encode_descriptor(d)) | d.dpl;
    for (uintptr_t page = LOW_BEGIN; d.dpl == 3 && page < LOW_END; page += PAGE_SIZE)
        change_page(page, 0, PAGE_USER);
}

void set_ivt(unsigned vector, struct program program)
{
    ivt[vector] = (struct ivt_entry){(uint16_t)(program.entry - LOW_BEGIN), REAL_CODE};
    record_labels(program.labels);
}

void (*prepare_real_mode(bool by_jump))(void)
{
    uint32_t sp = going.esp & 0xffff;

    low_by_jump = by_jump || (sp && sp < 6); /* IRET's six bytes would wrap within one of its words or be #SS */
    low_target = (struct ivt_entry){(uint16_t)going.eip, (uint16_t)going.cs};
    if (low_by_jump)
        going.eflags &= ~EFLAGS_TF;
    low_state = going;
    __asm__ volatile("sgdt %0" : "=m"(low_gdtr));
    return go_to_real_mode;
}
