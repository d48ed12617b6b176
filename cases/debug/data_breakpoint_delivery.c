/*
 * Data breakpoints on what the processor accesses by itself. The manual says that the trap comes behind the instruction that made the access, but
 * not whether the pushes of a delivery and the reads of descriptors and of the TSS are such accesses: either answer will do, at the boundary
 * where the event's handler begins. Paging structures have physical addresses only, so no breakpoint meets them.
 */
#include <case.h>

/* The handler's first instruction is a label, since a trap would save it; it goes on to the harness's own. */
#define PROGRAM_TEXT(instruction) MARK(fault) instruction "\n" MARK(after) "nop\n" MARK(handler) "jmp r8\n"

static uintptr_t address_of(struct gate gate)
{
    return gate.offset_15_0 | (uintptr_t)gate.offset_31_16 << 16 | (uintptr_t)gate.offset_63_32 << 32;
}

static void deliver(struct program program, unsigned vector, uintptr_t watched, enum breakpoint_type type)
{
    start.r8 = address_of(*gate_of(vector));
    *gate_of(vector) = make_gate(label_of(program, "handler"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 3, true);
    set_breakpoint(0, watched, type, LENGTH_8);
    run_program(program);
}

static void int_push(void)
{
    deliver(ASSEMBLE(PROGRAM_TEXT("int 0x40")), 0x40, start.rsp - 40, BREAK_WRITE);
}

static void exception_push(void)
{
    deliver(ASSEMBLE(PROGRAM_TEXT("ud2")), VEC_UD, start.rsp - 40, BREAK_WRITE);
}

static void int_gate(void)
{
    deliver(ASSEMBLE(PROGRAM_TEXT("int 0x40")), 0x40, (uintptr_t)gate_of(0x40), BREAK_ACCESS);
}

/* The handler's descriptor is one that a trap's delivery doesn't need. */
static void int_descriptor(void)
{
    struct program program = ASSEMBLE(PROGRAM_TEXT("int 0x40"));
    uint16_t selector = add_descriptor("handler_code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true}));

    start.r8 = address_of(*gate_of(0x40));
    *gate_of(0x40) = make_gate(label_of(program, "handler"), selector, 0, GATE_INTERRUPT, 0, true);
    set_breakpoint(0, (uintptr_t)&gdt[selector / 8], BREAK_ACCESS, LENGTH_8);
    run_program(program);
}

static void int_tss(void)
{
    uintptr_t page = map_page("tss", PAGE_PRESENT | PAGE_WRITE) + 4;

    for (size_t i = 0; i < sizeof(tss); i++)
        ((uint8_t *)page)[i] = ((const uint8_t *)&tss)[i];
    load_tss(page, sizeof(tss) - 1);
    in_user_mode();
    deliver(ASSEMBLE(PROGRAM_TEXT("int 0x40")), 0x40, page + offsetof(struct tss, rsp), BREAK_ACCESS);
}

/* A descriptor that the harness doesn't load. */
static void load(void)
{
    start.rax = add_descriptor("watched", gdt[SEL_KERNEL_DATA / 8]);
    set_breakpoint(0, (uintptr_t)&gdt[start.rax / 8], BREAK_ACCESS, LENGTH_8);
    FAULT("mov ds, eax");
}

static void page_table(void)
{
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    record_entry("pte", page_entry(start.rbx, 1));
    set_breakpoint(0, (uintptr_t)page_entry(start.rbx, 1), BREAK_ACCESS, LENGTH_8);
    FAULT("mov [rbx], eax");
}

#define ROW(name_, run_, about_, ...)                                                                                                               \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\"", .run = run_, __VA_ARGS__ \
    }
#define COMES(vector_, rip) .vector = vector_, .error = NO_ERROR, .saved_rip = rip

VARIANTS(ROW("int_push", int_push, "INT 0x40 at CPL 0, a breakpoint where RIP is pushed", COMES(0x40, AFTER)),
         ROW("exception_push", exception_push, "UD2 at CPL 0, a breakpoint where RIP is pushed", COMES(VEC_UD, AT_FAULT)),
         ROW("int_gate", int_gate, "INT 0x40 at CPL 0, a breakpoint on its gate", COMES(0x40, AFTER)),
         ROW("int_descriptor", int_descriptor, "INT 0x40 at CPL 0, a breakpoint on the descriptor of its handler's segment", COMES(0x40, AFTER)),
         ROW("int_tss", int_tss, "INT 0x40 at CPL 3, a breakpoint on RSP0 in the TSS", COMES(0x40, AFTER)),
         ROW("load", load, "MOV DS at CPL 0, a breakpoint on the descriptor", .vector = NO_EXCEPTION),
         ROW("page_table", page_table, "a store at CPL 0, a breakpoint on the page-table entry where it is mapped", .vector = NO_EXCEPTION));
