/* A far jump to code that isn't present: #NP(selector) at the jump. */
#include <case.h>

CASE(.about = "far JMP to 64-bit code that isn't present, at CPL 0", .spec = "SDM 2A \"JMP-Jump\"", .id = "far-jmp-np", .vector = VEC_NP,
     .error = SEL_FREE, .saved_rip = AT_FAULT);

void run(void)
{
    struct program program = ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after));
    uint8_t *pointer;

    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE);
    pointer = frame_of(start.rbx);
    *(uint32_t *)pointer = (uint32_t)label_of(program, "after");
    *(uint16_t *)(pointer + 4) = add_descriptor(
        "np_code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .limit = 0xfffff, .l = true, .g = true, .not_present = true}));
    run_program(program);
}
