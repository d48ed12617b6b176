/*
 * What a handler in C keeps, and what only its author can keep. The general registers and RFLAGS come back, DF included,
 * which the compiler clears for its own code; x87 and vector registers come back where the handler uses none of
 * them. Nobody saves them for it: neither the processor nor, in a handler for general registers only, the compiler.
 */
#include <case.h>

#define SPEC "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""

__attribute__((interrupt)) static void general_registers_only(struct interrupt_frame *frame)
{
    (void)frame;
    note("in_handler", 1);
}

static void direction_flag(void)
{
    start.rflags |= RFLAGS_DF;
    set_handler(&idt.interrupts[0x40 - 32], general_registers_only);
    FAULT("int 0x40");
}

/* Writes XMM0 and MXCSR. */
static void use_sse(void)
{
    static const uint32_t mxcsr = 0x1f80 | 0x6000; /* round to zero */

    __asm__ volatile("xorps %%xmm0, %%xmm0\n\tldmxcsr %0" : : "m"(mxcsr));
}

__attribute__((interrupt)) static void sse_unsaved(struct interrupt_frame *frame)
{
    (void)frame;
    use_sse();
}

static struct {
    uint8_t image[512];
} area __attribute__((aligned(16)));

__attribute__((interrupt)) static void sse_saved(struct interrupt_frame *frame, uint64_t error)
{
    (void)error;
    (void)frame;
    __asm__ volatile("fxsave %0" : "=m"(area));
    use_sse();
    change_page(start.rbx, 0, PAGE_PRESENT);
    __asm__ volatile("fxrstor %0" : : "m"(area));
}

static void handler_saves_sse(void)
{
    watch_sse();
    start.rbx = map_page("victim", PAGE_WRITE);
    record_memory("victim", frame_of(start.rbx), 16);
    set_handler(&idt.page_fault, sse_saved);
    FAULT("movaps [rbx], xmm0");
}

static void nobody_saves_sse(void)
{
    watch_sse();
    set_handler(&idt.breakpoint, sse_unsaved);
    FAULT("int3");
}

/* YMMn is loaded from line n of one page; behind INT3 its upper half goes to line n of the other. */
static void upper_halves(void)
{
    uint8_t *lines = (uint8_t *)(start.rbx = map_pages("lines", 2, PAGE_PRESENT | PAGE_WRITE));

    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX);
    for (unsigned i = 0; i < 512; i++)
        lines[i] = (uint8_t)((i & 16 ? 0x80 : 0) | i / 32 << 3 | (i & 7));
    record_memory("upper_halves", lines + PAGE_SIZE, 256);
    set_handler(&idt.breakpoint, general_registers_only);
#define LOAD(n) "vmovdqu ymm" #n ", [rbx + 32 * " #n "]\n"
#define STORE(n) "vextractf128 [rbx + 0x1000 + 16 * " #n "], ymm" #n ", 1\n"
    PROGRAM(LOAD(0) LOAD(1) LOAD(2) LOAD(3) LOAD(4) LOAD(5) LOAD(6) LOAD(7) LOAD(8) LOAD(9) LOAD(10) LOAD(11) LOAD(12) LOAD(13) LOAD(14) LOAD(15)
                MARK(fault) "int3\n" MARK(after) STORE(0) STORE(1) STORE(2) STORE(3) STORE(4) STORE(5) STORE(6) STORE(7) STORE(8) STORE(9) STORE(10)
                    STORE(11) STORE(12) STORE(13) STORE(14) STORE(15));
}

/* Seven values on the x87 stack, 1.0 to 7.0; behind INT3 the status and tag words go to one page, then the values. */
static void x87_stack(void)
{
    uint8_t *page = (uint8_t *)(start.rbx = map_page("values", PAGE_PRESENT | PAGE_WRITE));

    for (unsigned i = 1; i <= 7; i++)
        *(uint16_t *)(page + 0x80 + 2 * i) = (uint16_t)i;
    record_memory("status", page + 4, 2);
    record_memory("tags", page + 8, 2);
    record_memory("st", page + 0x20, 7 * 10);
    set_handler(&idt.breakpoint, general_registers_only);
    PROGRAM("fninit\nfild word ptr [rbx + 0x82]\nfild word ptr [rbx + 0x84]\nfild word ptr [rbx + 0x86]\nfild word ptr [rbx + 0x88]\n"
            "fild word ptr [rbx + 0x8a]\nfild word ptr [rbx + 0x8c]\nfild word ptr [rbx + 0x8e]\n" MARK(fault) "int3\n" MARK(
                after) "fnstenv [rbx]\nfstp tbyte ptr [rbx + 0x20]\nfstp tbyte ptr [rbx + 0x2a]\nfstp tbyte ptr [rbx + 0x34]\nfstp tbyte ptr [rbx + "
                       "0x3e]\n"
                       "fstp tbyte ptr [rbx + 0x48]\nfstp tbyte ptr [rbx + 0x52]\nfstp tbyte ptr [rbx + 0x5c]\n");
}

VARIANTS({VARIANT, .name = "df", .about = "INT 0x40 at CPL 0 with DF=1, handler in C: DF=1 again behind it", .spec = SPEC, .id = "resume-df-flag-cld",
          .vector = NO_EXCEPTION, .run = direction_flag},
         {VARIANT, .name = "sse_saved", .about = "store to a not-present page at CPL 0; the handler uses SSE between FXSAVE and FXRSTOR",
          .spec = "SDM 2A \"FXRSTOR-Restore x87 FPU, MMX, XMM, and MXCSR State\"", .id = "resume-sse-in-handler", .vector = NO_EXCEPTION,
          .run = handler_saves_sse},
         {VARIANT, .name = "sse_unsaved", .about = "INT3 at CPL 0; the handler writes XMM0 and MXCSR, and saves neither", .spec = SPEC,
          .id = "resume-sse-in-handler", .vector = NO_EXCEPTION, .run = nobody_saves_sse},
         {VARIANT, .name = "avx", .about = "INT3 at CPL 0 with all YMM registers loaded, handler for general registers only", .spec = SPEC,
          .id = "resume-avx-upper-preserved", .needs = "xsave avx", .vector = NO_EXCEPTION, .run = upper_halves},
         {VARIANT, .name = "x87", .about = "INT3 at CPL 0 with seven values on the x87 stack, handler for general registers only", .spec = SPEC,
          .id = "resume-x87-preserved", .vector = NO_EXCEPTION, .run = x87_stack});
