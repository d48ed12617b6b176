/* INT3 as the last byte of a page: the saved RIP may point to a page that isn't present; that page is touched only after IRETQ. */
#include <case.h>

CASE(.about = "INT3 at CPL 0 as the last byte of a page, the next one not present; the handler returns there",
     .spec = "SDM 3A \"Interrupt 3-Breakpoint Exception (#BP)\"", .id = "bp-int3-page-end", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER,
     .needs = "nx");

void run(void)
{
    struct program program = ASSEMBLE("jmp 1f\n.balign 4096\n.skip 4095, 0x90\n1:\n" MARK(fault) "int3\n" MARK(after) "nop\n.balign 4096\n");

    on_exception(VEC_BP, resume);
    set_gate(VEC_PF, .ist = 1); /* its frame leaves the first one alone */
    unmap_page(label_of(program, "after"));
    run_program(program);
}
