/* idt.c: gates to the capturing stubs. */
#include "common/cpu.h"
#include "pm32/trap.h"

#define ONE_MIB 0x100000u

UNSET struct gate idt[256] __attribute__((aligned(4096)));
struct table_register real_idtr = {sizeof(struct ivt_entry) * 256 - 1, 0};

struct gate *gate_of(unsigned vector)
{
    return &idt[vector];
}

/* A handler at CPL 3 needs the stubs' pages. */
void open_stubs(uint32_t selector)
{
    struct segment s = segment_of(selector);

    if (s.dpl != 3 && s.type != CODE_CONFORMING)
        return;
    for (uintptr_t page = (uintptr_t)stubs_begin; page < (uintptr_t)stubs_end; page += PAGE_SIZE)
        change_page(page, 0, PAGE_USER);
}

void set_gate_options(unsigned vector, struct gate_options o)
{
    bool is_short = o.type == GATE_INTERRUPT16 || o.type == GATE_TRAP16;
    uint16_t selector = o.selector ? o.selector : is_short ? SEL_CODE_1MIB : SEL_KERNEL_CODE;
    uintptr_t offset = stub_of(vector) - (is_short ? ONE_MIB : 0);

    if (o.selector)
        open_stubs(o.selector);
    idt[vector] = make_gate(offset, selector, o.type ? o.type : GATE_INTERRUPT, o.dpl, !o.not_present);
}

/* In a case of real mode: what the program runs with, there. */
void lidt(uintptr_t base, uint16_t limit)
{
    struct table_register idtr = {limit, base};

    if (current_case->env == REAL16)
        real_idtr = idtr;
    else
        __asm__ volatile("lidt %0" : : "m"(idtr));
}

const struct table_register protected_idtr = {sizeof(idt) - 1, (uintptr_t)idt};

void idt_init(void)
{
    for (unsigned v = 0; v < 256; v++)
        idt[v] = make_gate(stub_of(v), SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    __asm__ volatile("lidt %0" : : "m"(protected_idtr));
}
