/*
 * A handler in C with the compiler's interrupt calling convention keeps every register; with an error code it
 * takes it off the stack before IRETQ.
 */
#include <case.h>

__attribute__((interrupt)) static void skip_breakpoint(struct interrupt_frame *frame)
{
    note("saved_rip_is_after", frame->rip == recorded_label("after"));
}

__attribute__((interrupt)) static void repair_page(struct interrupt_frame *frame, uint64_t error)
{
    note("saved_cs", frame->cs);
    note("error", error);
    change_page(start.rbx, 0, PAGE_PRESENT);
}

static void without_error(void)
{
    watch_sse();
    set_handler(&idt.breakpoint, skip_breakpoint);
    FAULT("int3");
}

static void with_error(void)
{
    watch_sse();
    start.rbx = map_page("victim", PAGE_WRITE);
    record_memory("victim", frame_of(start.rbx), 16);
    set_handler(&idt.page_fault, repair_page);
    FAULT("mov [rbx], rax");
}

/*
 * The compiler may rely on the alignment that the processor gives, with and without an error code; and the stack comes back to
 * the byte.
 */
static uint64_t handler_count, misaligned_bits;

static void use_aligned_memory(void)
{
    uint8_t line[16] __attribute__((aligned(16)));
    uintptr_t address = (uintptr_t)line;

    __asm__ volatile("movaps %%xmm0, %0" : "=m"(line)); /* #GP(0) if it isn't aligned */
    __asm__("" : "+r"(address));                        /* else the compiler knows the answer */
    misaligned_bits |= address & 15;
    handler_count++;
}

__attribute__((interrupt)) static void aligned_handler(struct interrupt_frame *frame)
{
    (void)frame;
    use_aligned_memory();
}

__attribute__((interrupt)) static void aligned_handler_error(struct interrupt_frame *frame, uint64_t error)
{
    volatile struct interrupt_frame *image = frame; /* else Clang takes the write for a dead one */

    (void)error;
    use_aligned_memory();
    image->rip += 2;
}

static void read_alignment(void)
{
    note("handler_count", handler_count);
    note("misaligned_bits", misaligned_bits);
}

/* RSP takes all 16 alignments. */
static void every_alignment(void)
{
    at_end(read_alignment);
    set_handler(&idt.breakpoint, aligned_handler);
    start.rcx = 16;
    PROGRAM("1: int3\ndec rsp\ndec rcx\njnz 1b\n");
}

static void every_alignment_error(void)
{
    at_end(read_alignment);
    set_handler(&idt.general_protection, aligned_handler_error);
    start.rcx = 16;
    start.rbx = NONCANONICAL;
    PROGRAM("1: mov eax, [rbx]\ndec rsp\ndec rcx\njnz 1b\n");
}

VARIANTS({VARIANT, .name = "no_error_code", .about = "INT3, handler in C", .spec = "SDM 3A \"Interrupt 3-Breakpoint Exception (#BP)\"",
          .id = "resume-bp-simple", .vector = NO_EXCEPTION, .run = without_error},
         {VARIANT, .name = "error_code", .about = "store to a not-present page, handler in C maps it",
          .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .id = "resume-pf-map-and-retry resume-pf-err-code-popped",
          .vector = NO_EXCEPTION, .run = with_error},
         {VARIANT, .name = "every_alignment", .about = "INT3 at CPL 0 with RSP at all 16 alignments, handler in C that needs aligned memory",
          .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .id = "resume-int-all-alignments", .vector = NO_EXCEPTION, .run = every_alignment},
         {VARIANT, .name = "every_alignment_error_code",
          .about = "#GP(0) at CPL 0 with RSP at all 16 alignments, handler in C that needs aligned memory",
          .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = NO_EXCEPTION, .run = every_alignment_error});
