/* absent.c: words of case.h that a program of an operating system has no counterpart for. */
#include "hosted.h"

#define ABSENT(result, word, parameters) \
    result word parameters               \
    {                                    \
        unsupported(#word);              \
    }

TABLE struct tss tss;

/* The parameters are those of case.h. */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wunused-parameter"
#else
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif

ABSENT(void, in_compat_kernel, (void))
ABSENT(struct gate *, gate_of, (unsigned vector))
ABSENT(void, set_plain_handler, (struct gate_plain * gate, handler *h, struct gate_options options))
ABSENT(void, set_error_handler, (struct gate_error * gate, handler_error *h, struct gate_options options))
ABSENT(void, set_abort_handler, (struct gate_abort * gate, handler_abort *h, struct gate_options options))
ABSENT(void, set_abort_error_handler, (struct gate_abort_error * gate, handler_abort_error *h, struct gate_options options))
ABSENT(void, on_exception_run, (unsigned vector, struct program program))
ABSENT(void, lidt, (uintptr_t base, uint16_t limit))
ABSENT(uint16_t, add_system_descriptor, (const char *name, uint64_t low, uint64_t high))
ABSENT(uint16_t, add_call_gate, (const char *name, struct call_gate gate))
ABSENT(void, lgdt, (uintptr_t base, uint16_t limit))
ABSENT(void, lldt, (uint16_t selector))
ABSENT(void, set_tss_limit, (uint16_t limit))
ABSENT(void, load_tss, (uintptr_t base, uint16_t limit))
ABSENT(void, map_frame, (uintptr_t address, uint64_t physical, uint64_t flags))
ABSENT(uint64_t *, page_entry, (uintptr_t address, unsigned level))
ABSENT(uintptr_t, split_table, (const char *name, const void *table, size_t size, size_t head))
ABSENT(uint64_t *, enter_5_level_paging, (void))
ABSENT(void, enable_apic, (void))
ABSENT(uint32_t, apic_read, (uint32_t reg))
ABSENT(void, apic_write, (uint32_t reg, uint32_t value))
ABSENT(bool, apic_bit, (uint32_t bank, unsigned vector))
ABSENT(void, send_self, (unsigned vector))
ABSENT(void, send_self_nmi, (void))
ABSENT(void, block_nmi, (void))
ABSENT(void, end_of_interrupt, (struct interrupt_frame * frame, struct capture *capture))
ABSENT(void, set_breakpoint, (unsigned n, uintptr_t address, enum breakpoint_type type, enum breakpoint_length length))
