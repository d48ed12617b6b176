/* A zero divisor in memory, and an address relative to the next instruction: the saved RIP is still the instruction's own. */
#include <case.h>

static void memory(void)
{
    start.rdx = 0;
    start.rbx = map_page("divisor", PAGE_PRESENT | PAGE_WRITE);
    record_memory("divisor", frame_of(start.rbx), 16);
    FAULT("div dword ptr [rbx]");
}

static void rip_relative(void)
{
    start.rdx = 0;
    PROGRAM(MARK(fault) "div qword ptr [rip + 1f]\n" MARK(after) "jmp program_end\n.balign 8\n1: .quad 0\n");
}

VARIANTS({VARIANT, .name = "register", .about = "DIV dword [RBX] at CPL 0, the divisor in memory is 0", .spec = "SDM 2A \"DIV-Unsigned Divide\"",
          .id = "de-div-mem-zero", .vector = VEC_DE, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = memory},
         {VARIANT, .name = "rip_relative", .about = "DIV qword [RIP+x] at CPL 0, the divisor in memory is 0",
          .spec = "SDM 2A \"DIV-Unsigned Divide\"", .id = "de-div-mem-riprel", .vector = VEC_DE, .error = NO_ERROR, .saved_rip = AT_FAULT,
          .run = rip_relative});
