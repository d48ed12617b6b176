/* To compatibility mode the offset of 64 bits is cut to 32. */
#include <case.h>

CASE(.about = "far JMP m16:64 to compatibility mode, an offset above 4 GiB", .env = COMPAT32, .spec = "SDM 2A \"JMP-Jump\"", .vector = NO_EXCEPTION);

void run(void)
{
    struct program p = ASSEMBLE(MARK(fault) "rex64 jmp fword ptr [rbx]\n" MARK(after) "ud2\n" MARK(target) ".code32\nmov ecx, cs\n.byte 0xea\n"
                                                                                                           ".long program_end\n.word 0x8\n.code64\n");
    uint8_t *pointer;

    start.rbx = map_page("pointer", PAGE_PRESENT);
    pointer = frame_of(start.rbx);
    *(uint64_t *)pointer = label_of(p, "target") | 0x123400000000;
    *(uint16_t *)(pointer + 8) = SEL_KERNEL_CODE32;
    run_program(p);
}
