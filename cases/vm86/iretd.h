/* IRETD from CPL 0 to a program in virtual-8086 mode, whose interrupts' gates have DPL 3. The file includes case32.h before. */

static struct start there; /* the state of virtual-8086 mode */

/* The state goes to `there`, and CPL 0 begins. */
static void set_up_vm86(struct program program)
{
    in_vm86();
    there = start;
    there.eip = (uint32_t)program.entry - 16 * REAL_CODE;
    set_gate(VEC_BP, .dpl = 3);
    set_ivt(0xff, program); /* for its labels */
    in_ring(0);
    start.eflags &= ~EFLAGS_VM;
    start.ds = start.es = start.fs = start.gs = SEL_KERNEL_DATA;
}

/* The nine doublewords that IRETD pops. */
#define VM86_IMAGE                                                                                     \
    {                                                                                                  \
        there.eip, there.cs, there.eflags, there.esp, there.ss, there.es, there.ds, there.fs, there.gs \
    }

static inline void push_vm86_image(void)
{
    const uint32_t image[] = VM86_IMAGE;

    start.esp -= sizeof(image);
    for (unsigned i = 0; i < 9; i++)
        ((uint32_t *)(uintptr_t)start.esp)[i] = image[i];
}
