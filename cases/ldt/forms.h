/*
 * Each instruction and delivery of 64-bit mode that reads a segment's or a gate's descriptor. The file has before: cpl(), where the program runs;
 * selector(), the one that is read, whose RPL is that; and place(low, high), which puts the descriptor there, loads its table, starts in that CPL,
 * and leaves the selector in RCX. After place() nothing is added to the GDT.
 */

#define EACH static void __attribute__((unused))

static void data(unsigned dpl)
{
    struct descriptor d = {.type = DATA_WRITABLE, .dpl = (uint8_t)dpl, .limit = 0xfffff, .g = true, .d = true};

    place(encode_descriptor(d), 0);
}

static void code(unsigned dpl)
{
    struct descriptor d = {.type = CODE_READABLE, .dpl = (uint8_t)dpl, .limit = 0xfffff, .g = true, .l = true};

    place(encode_descriptor(d), 0);
}

static void pointer(uint64_t offset, uint16_t to)
{
    *(uint64_t *)frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER)) = (uint64_t)to << 32 | offset;
}

#define FORM(name, text) \
    EACH name(void)      \
    {                    \
        data(cpl());     \
        FAULT(text);     \
    }
FORM(mov_ds, "mov ds, ecx")
FORM(mov_es, "mov es, ecx")
FORM(mov_fs, "mov fs, ecx")
FORM(mov_gs, "mov gs, ecx")
FORM(mov_ss, "mov ss, ecx")
FORM(lar, "lar eax, ecx")
FORM(lsl, "lsl eax, ecx")
FORM(verr, "verr cx")
FORM(verw, "verw cx")

#define POP(name, text)                            \
    EACH name(void)                                \
    {                                              \
        data(cpl());                               \
        *(uint64_t *)(start.rsp -= 8) = start.rcx; \
        FAULT(text);                               \
    }
POP(pop_fs, "pop fs")
POP(pop_gs, "pop gs")

#define FAR_POINTER(name, text)          \
    EACH name(void)                      \
    {                                    \
        data(cpl());                     \
        pointer(0x12345678, selector()); \
        FAULT(text);                     \
    }
FAR_POINTER(lss, "lss esp, [rbx]")
FAR_POINTER(lfs, "lfs eax, [rbx]")
FAR_POINTER(lgs, "lgs eax, [rbx]")

static void far(struct program p)
{
    code(cpl());
    pointer(label_of(p, "target"), selector());
    run_program(p);
}

#define JMP ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n")
#define CALL ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n")

EACH jmp(void)
{
    far(JMP);
}

EACH call(void)
{
    far(CALL);
}

/* The call gate itself lies there. */
EACH gate(void)
{
    struct program p = CALL;
    struct call_gate g = {.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE64, .dpl = cpl()};

    place(call_gate_low(g), call_gate_high(g));
    pointer(0, selector());
    run_program(p);
}

/* ... or the code segment that it names. */
EACH gate_code(void)
{
    struct program p = CALL;
    uint16_t of_gate = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = selector() & 0xfffcu, .dpl = cpl()});

    code(0);
    pointer(0, (uint16_t)(of_gate + cpl()));
    run_program(p);
}

#include "returns.h"

#define RETURN(instruction)                                                   \
    EACH instruction##_cs(void)                                               \
    {                                                                         \
        code(cpl());                                                          \
        instruction(selector(), start.ss, start.rsp);                         \
    }                                                                         \
    EACH instruction##_outer(void)                                            \
    {                                                                         \
        code(3);                                                              \
        instruction(selector() | 3u, SEL_USER_DATA, stack_top(STACK_USER));   \
    }                                                                         \
    EACH instruction##_ss(void)                                               \
    {                                                                         \
        data(3);                                                              \
        instruction(SEL_USER_CODE64, selector() | 3u, stack_top(STACK_USER)); \
    }
RETURN(iretq)
RETURN(retfq)

EACH int_n(void)
{
    set_gate(0x40, .dpl = 3, .selector = selector() & 0xfffcu);
    code(0);
    FAULT("int 0x40");
}

EACH ud2(void)
{
    set_gate(VEC_UD, .selector = selector() & 0xfffcu);
    code(0);
    FAULT("ud2");
}
