/* idt.c: gates, for the capturing stubs and for handlers in C. */
#include "case.h"
#include "common/cpu.h"

#define STUB_SIZE 16u
extern const uint8_t capture_stubs[]; /* 256, stubs.S */

UNSET struct idt idt __attribute__((aligned(4096)));

static struct gate gate_from_options(uintptr_t entry, struct gate_options o)
{
    return make_gate(entry, o.selector ? o.selector : SEL_KERNEL_CODE64, o.ist, o.type ? o.type : GATE_INTERRUPT, o.dpl, !o.not_present);
}

struct gate *gate_of(unsigned vector)
{
    return (struct gate *)(void *)&idt + vector;
}

void set_gate_options(unsigned vector, struct gate_options options)
{
    *gate_of(vector) = gate_from_options((uintptr_t)capture_stubs + vector * STUB_SIZE, options);
}

void set_plain_handler(struct gate_plain *gate, handler *h, struct gate_options options)
{
    gate->gate = gate_from_options((uintptr_t)h, options);
}

void set_error_handler(struct gate_error *gate, handler_error *h, struct gate_options options)
{
    gate->gate = gate_from_options((uintptr_t)h, options);
}

void set_abort_handler(struct gate_abort *gate, handler_abort *h, struct gate_options options)
{
    gate->gate = gate_from_options((uintptr_t)h, options);
}

void set_abort_error_handler(struct gate_abort_error *gate, handler_abort_error *h, struct gate_options options)
{
    gate->gate = gate_from_options((uintptr_t)h, options);
}

void lidt(uintptr_t base, uint16_t limit)
{
    struct table_register idtr = {limit, base};

    __asm__ volatile("lidt %0" : : "m"(idtr));
}

/* #DF gets a stack of its own, so that an unexpected one is still seen. All others take the stack that the architecture gives them. */
void idt_init(void)
{
    *gate_of(0) = make_gate((uintptr_t)capture_stubs, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    for (unsigned v = 1; v < 256; v++) {
        *gate_of(v) = *gate_of(0);
        gate_of(v)->offset_15_0 = (uint16_t)((uintptr_t)capture_stubs + v * STUB_SIZE); /* all code lies in the same 64 KiB */
    }
    gate_of(VEC_DF)->ist = 7;
    lidt((uintptr_t)&idt, sizeof(idt) - 1);
}
