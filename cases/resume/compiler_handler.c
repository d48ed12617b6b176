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

VARIANTS({VARIANT, .name = "no_error_code", .about = "INT3, handler in C", .spec = "SDM 3A \"Interrupt 3-Breakpoint Exception (#BP)\"",
          .id = "resume-bp-simple", .vector = NO_EXCEPTION, .run = without_error},
         {VARIANT, .name = "error_code", .about = "store to a not-present page, handler in C maps it",
          .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .id = "resume-pf-map-and-retry resume-pf-err-code-popped",
          .vector = NO_EXCEPTION, .run = with_error});
