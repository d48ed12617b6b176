/* bare.c: INT n and IRETQ, and nothing else: what a judged delivery of a sweep is measured against (scripts/bench.py). */
#include "common/serial.h"
#include "sweep/own.h"

/* Of a sweep's: `end` is how many. */
__attribute__((section(".parameters"), used)) const volatile struct parameters parameters;

extern const uint8_t iretq_alone[];
static uint64_t table[VECTOR_INT_N + 1][2] __attribute__((aligned(16)));
uint64_t gdt[3] = {0, 0x00af9b000000ffff, 0x00cf93000000ffff}; /* for boot.S */

__asm__(".text\n\t.balign 16\n\t.global iretq_alone\niretq_alone:\n\tiretq\n\t"
        ".bss\n\t.balign 16\n\t.skip 4096\n\t.global stack_boot_top\nstack_boot_top:\n\t.text");

_Noreturn void harness_main(void);
void harness_main(void)
{
    struct table_register idtr = {sizeof(table) - 1, (uintptr_t)table};

    *(struct gate *)(void *)table[VECTOR_INT_N] = make_gate((uintptr_t)iretq_alone, SEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    __asm__ volatile("lidt %0" : : "m"(idtr));
    for (uint64_t n = parameters.end; n; n--)
        __asm__ volatile("int %0" : : "i"(VECTOR_INT_N) : "memory");
    power_off();
}
