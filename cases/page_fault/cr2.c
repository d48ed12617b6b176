/*
 * CR2 holds the linear address of the last page fault, all 64 bits of it, and nothing else writes it: no other exception, and no
 * INT 14, which isn't a page fault.
 */
#include <case.h>

static uintptr_t first, second;

static void high(void)
{
    start.rbx = 0xffff900000001234;
    FAULT("mov eax, [rbx]");
}

static void software_interrupt(void)
{
    FAULT("int 14");
}

/* The second page fault's handler: both pages are there from now on. */
static void repair(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(first, 0, PAGE_PRESENT);
    change_page(second, 0, PAGE_PRESENT);
}

static struct program handler_program;

/* From here on a page fault is repaired. */
static void next_is_repaired(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    on_exception_run(VEC_PF, (struct program){0, handler_program.labels});
    on_exception(VEC_PF, repair);
}

static void nested(void)
{
    start.rbx = first = map_page("first", 0);
    start.rsi = second = map_page("second", 0);
    handler_program = HANDLER("int 0x50\n" MARK(next) "nop\n" MARK(inner) "mov ecx, [rsi]\n");
    on_exception_run(VEC_PF, handler_program);
    on_exception(0x50, next_is_repaired);
    PROGRAM(MARK(fault) "mov eax, [rbx]\n" MARK(after) "mov rdx, cr2\n");
}

/* A store that the handler makes possible: one page fault, then none. */
static void demand_page(void)
{
    in_user_mode();
    start.rbx = first = second = map_page("first", PAGE_WRITE | PAGE_USER);
    record_memory("first", frame_of(first), 8);
    record_entry("pte", page_entry(first, 1));
    on_exception(VEC_PF, repair);
    FAULT("mov [rbx], rax");
}

#define ROW(name_, about_, spec_, id_, run_, vector_, error_, rip_, ...)                                                                       \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 __VA_ARGS__                                                                                                                   \
    }
#define PAGE_FAULT "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""

VARIANTS(ROW("high", "CPL-0 load from 0xffff900000001234, PML4E.P=0", PAGE_FAULT, "pf-cr2-64bit", high, VEC_PF, 0, AT_FAULT),
         ROW("software_interrupt", "CPL-0 INT 14", "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", "pf-cr2-not-touched-by-sw-int",
             software_interrupt, VEC_PF, NO_ERROR, AFTER),
         ROW("nested", "#PF inside the #PF handler, CR2 read by the program afterwards", PAGE_FAULT, "pf-cr2-preserved-nested", nested, VEC_PF, 0,
             AT_FAULT, .resumes = 1),
         ROW("demand_page", "CPL-3 store to a page that the handler makes present", "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"",
             "pf-resume-demand-page", demand_page, VEC_PF, PF_W | PF_U, AT_FAULT, .resumes = 1));
