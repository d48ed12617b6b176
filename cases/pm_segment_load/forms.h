/*
 * Each instruction and delivery of 32-bit protected mode that reads a segment's or a gate's descriptor. The file has before: cpl(), where the program
 * runs; selector(), the one that is read, whose RPL is that; and place(descriptor), which puts it there, loads its table, starts in that CPL, and
 * leaves the selector in ECX. After place() nothing is added to the GDT.
 */

#define EACH static void __attribute__((unused))

static void segment(uint8_t type, unsigned dpl)
{
    struct descriptor d = {.type = type, .dpl = (uint8_t)dpl, .limit = 0xfffff, .g = true, .d = true};

    place(encode_descriptor(d));
}

static void pointer(uint32_t offset, uint32_t to)
{
    uint32_t *words = frame_of(start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER));

    words[0] = offset;
    words[1] = to;
}

#define FORM(name, text)               \
    EACH name(void)                    \
    {                                  \
        segment(DATA_WRITABLE, cpl()); \
        FAULT(text);                   \
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
        segment(DATA_WRITABLE, cpl());             \
        *(uint32_t *)(start.esp -= 4) = start.ecx; \
        FAULT(text);                               \
    }
POP(pop_ds, "pop ds")
POP(pop_es, "pop es")
POP(pop_fs, "pop fs")
POP(pop_gs, "pop gs")
POP(pop_ss, "pop ss")

#define FAR_POINTER(name, text)         \
    EACH name(void)                     \
    {                                   \
        segment(DATA_WRITABLE, cpl());  \
        pointer(0x12345678, start.ecx); \
        FAULT(text);                    \
    }
FAR_POINTER(lds, "lds eax, [ebx]")
FAR_POINTER(les, "les eax, [ebx]")
FAR_POINTER(lfs, "lfs eax, [ebx]")
FAR_POINTER(lgs, "lgs eax, [ebx]")
FAR_POINTER(lss, "lss esp, [ebx]")

#define JMP ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n")
#define CALL ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n")

static void far(struct program p)
{
    segment(CODE_READABLE, cpl());
    pointer(label_of(p, "target"), start.ecx);
    run_program(p);
}

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

    place(encode_gate(make_call_gate((struct call_gate){.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE, .dpl = (uint8_t)cpl()})));
    pointer(0, start.ecx);
    run_program(p);
}

/* ... or the code segment that it names, or SS1. */
static void by_gate(uint8_t type, unsigned dpl, uint16_t of_code)
{
    struct program p = CALL;
    uint16_t of_gate = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = of_code, .dpl = (uint8_t)cpl()});

    segment(type, dpl);
    pointer(0, of_gate + cpl());
    run_program(p);
}

EACH gate_code(void)
{
    by_gate(CODE_READABLE, 0, selector() & 0xfffcu);
}

EACH gate_stack(void)
{
    tss.ss1 = (selector() & 0xfffcu) | 1;
    by_gate(DATA_WRITABLE, 1, SEL_RING1_CODE);
}

static void iretd(uint32_t cs, uint32_t ss)
{
    struct program p = ASSEMBLE(MARK(fault) "iretd\n" MARK(after) "int3\n");

    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "after"), cs, start.eflags, stack_top(STACK_USER), ss}, (cs & 3) > cpl());
    run_program(p);
}

static void retf(uint32_t cs, uint32_t ss)
{
    struct program p = ASSEMBLE(MARK(fault) "retf\n" MARK(after) "int3\n");
    uint32_t *words = (uint32_t *)(start.esp -= 16);

    user_may_run_program();
    words[0] = label_of(p, "after");
    words[1] = cs;
    words[2] = stack_top(STACK_USER);
    words[3] = ss;
    run_program(p);
}

#define RETURN(instruction)                        \
    EACH instruction##_cs(void)                    \
    {                                              \
        segment(CODE_READABLE, cpl());             \
        instruction(start.ecx, 0);                 \
    }                                              \
    EACH instruction##_outer(void)                 \
    {                                              \
        segment(CODE_READABLE, 3);                 \
        instruction(start.ecx | 3, SEL_USER_DATA); \
    }                                              \
    EACH instruction##_ss(void)                    \
    {                                              \
        segment(DATA_WRITABLE, 3);                 \
        instruction(SEL_USER_CODE, start.ecx | 3); \
    }
RETURN(iretd)
RETURN(retf)

EACH int_n(void)
{
    set_gate(0x40, .dpl = 3, .selector = selector() & 0xfffcu);
    segment(CODE_READABLE, 0);
    FAULT("int 0x40");
}

/* SS1 lies there; the handler of #PF is at CPL 0. */
EACH int_n_stack(void)
{
    set_gate(0x40, .dpl = 3, .selector = SEL_RING1_CODE);
    tss.ss1 = (selector() & 0xfffcu) | 1;
    segment(DATA_WRITABLE, 1);
    FAULT("int 0x40");
}

EACH ud2(void)
{
    set_gate(VEC_UD, .selector = selector() & 0xfffcu);
    segment(CODE_READABLE, 0);
    FAULT("ud2");
}
