/*
 * A descriptor of which only the last byte lies behind the GDT's limit isn't there, for whoever loads its selector: #GP(selector), nothing changed.
 * LAR clears ZF. In 64-bit mode; ldt/entry.c has the same of an LDT.
 */
#include <case.h>

#define SELECTOR ((uint16_t)ARG1)

static void *pointer(void)
{
    return frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));
}

/* ARG0: its type; ARG1: the selector, the first that is free. */
static void add(uint8_t dpl)
{
    struct descriptor d = {.type = (uint8_t)ARG0, .dpl = dpl, .limit = 0xfffff, .g = true, .l = ARG0 == CODE_READABLE, .d = ARG0 != CODE_READABLE};

    add_descriptor("descriptor", encode_descriptor(d));
    lgdt((uintptr_t)gdt, SELECTOR + 6);
    start.rcx = SELECTOR;
}

static void mov_ds(void)
{
    add(0);
    FAULT("mov ds, ecx");
}

static void lar(void)
{
    add(0);
    FAULT("lar eax, ecx");
}

static void jmp(void)
{
    struct program p = ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n");

    add(0);
    *(uint64_t *)pointer() = (uint64_t)SELECTOR << 32 | label_of(p, "target");
    run_program(p);
}

static void iretq_to(uint64_t cs, uint64_t ss, uintptr_t rsp)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "nop\n" MARK(target) "int3\n");

    set_gate(VEC_BP, .dpl = 3);
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "target"), cs, start.rflags, rsp, ss});
    run_program(p);
}

static void iretq_cs(void)
{
    add(0);
    iretq_to(SELECTOR, SEL_KERNEL_DATA, start.rsp);
}

static void iretq_ss(void)
{
    add(3);
    iretq_to(SEL_USER_CODE64, SELECTOR | 3, stack_top(STACK_USER));
}

static void int_n(void)
{
    add(0);
    set_gate(0x40);
    gate_of(0x40)->selector = SELECTOR;
    FAULT("int 0x40");
}

#define ROW(run_, type, about_, ...)                                                                                                          \
    {                                                                                                                                         \
        VARIANT, .name = #run_, .about = about_ " of which only the last byte is behind the GDT's limit, at CPL 0",                           \
                 .spec = "SDM 3A \"Segment Descriptor Tables\"; SDM 3A \"Limit Checking\"", .run = run_, .arg = {type, SEL_FREE}, __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_GP, .error = SEL_FREE, .saved_rip = AT_FAULT
VARIANTS(ROW(mov_ds, DATA_WRITABLE, "MOV DS of a descriptor", FAULTS), ROW(jmp, CODE_READABLE, "far JMP to a descriptor", FAULTS),
         ROW(iretq_cs, CODE_READABLE, "IRETQ, CS's descriptor", FAULTS), ROW(iretq_ss, DATA_WRITABLE, "IRETQ to CPL 3, SS's descriptor", FAULTS),
         ROW(int_n, CODE_READABLE, "INT 0x40 whose gate names a descriptor", FAULTS),
         ROW(lar, DATA_WRITABLE, "LAR of a descriptor", .vector = NO_EXCEPTION));
