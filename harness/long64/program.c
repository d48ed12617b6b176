/* program.c: prepares the state that the program under test starts with, and lets it loose. */
#include "case.h"
#include "common/cpu.h"
#include "common/gather.h"
#include "common/record.h"
#include "long64/trap.h"

void enter_program(void);
void leave_program(void);
extern struct __attribute__((packed)) {
    uint32_t offset;
    uint16_t selector;
} program_end_far;
extern uint8_t program_end[];

/* With what only this harness has: a kernel's segments and stack, and SYSCALL's way out of the program. */
void start_init(void)
{
    start_patterns();
    start.cs = SEL_KERNEL_CODE64;
    start.ss = SEL_KERNEL_DATA;
    start.rsp = stack_top(STACK_KERNEL);
    write_msr(MSR_STAR, (uint64_t)SEL_USER_CODE32 << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    write_msr(MSR_LSTAR, (uintptr_t)leave_program);
    write_msr(MSR_FMASK, RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_NT | RFLAGS_AC);
}

void in_compat_kernel(void)
{
    start.cs = SEL_KERNEL_CODE32;
}

void set_breakpoint(unsigned n, uintptr_t address, enum breakpoint_type type, enum breakpoint_length length)
{
    write_breakpoint(n, address);
    start.dr7 |= DR7_L(n) | DR7_RW(n, type) | DR7_LEN(n, length);
}

void push_image(struct interrupt_frame image)
{
    start.rsp -= sizeof(image);
    *(struct interrupt_frame *)start.rsp = image;
}

void run_program(struct program program)
{
    bool user = start.cs & 3;
    uint64_t cr4 = read_cr4();

    if (!start.rip)
        start.rip = program.entry;
    write_cr4(cr4 & ~(uint64_t)CR4_SMAP); /* the program's own data may lie on user pages */
    program_end_far.offset = (uint32_t)(uintptr_t)program_end;
    program_end_far.selector = user ? SEL_USER_CODE64 : SEL_KERNEL_CODE64;
    write_cr4(cr4);
    record_labels(program.labels);
    record_armed();
    program_armed = true;
    load_state();
    write_cr2(start.cr2);
    write_dr6(start.dr6);
    write_dr7(start.dr7);
    enter_program();
    write_dr7(DR7_START);
    write_cr4(read_cr4() & ~(uint64_t)CR4_SMAP);
    keep_final();
}
