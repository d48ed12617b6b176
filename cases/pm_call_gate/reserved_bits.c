/*
 * Of a call gate's fifth byte bits 4:0 alone are the count; bits 7:5 are reserved. A 16-bit gate has an offset of 16 bits, whatever stands where
 * that of a 32-bit gate has its upper half.
 */
#include <case32.h>

/* To code of this DPL, with these bits of the gate beside. */
static void through(struct call_gate gate, uint64_t more, uint8_t dpl, struct program p)
{
    uint32_t *pointer = frame_of(start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER));
    struct descriptor code = {.type = CODE_READABLE, .base = p.entry, .limit = 0xffff, .d = true, .dpl = dpl};

    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    gate.offset = label_of(p, "target") - p.entry;
    gate.selector = add_descriptor("code", encode_descriptor(code));
    gate.dpl = 3;
    pointer[1] = add_descriptor("gate", encode_gate(make_call_gate(gate)) | more) | 3u;
    run_program(p);
}

#define TARGET MARK(after) ".balign 2\n" MARK(target) "int3\n" MARK(reached)

static void count(void)
{
    through((struct call_gate){.parameters = 2}, 0xe0ull << 32, 0, ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" TARGET));
}

static void offset(void)
{
    through((struct call_gate){.is_16bit = true}, 0x1234ull << 48, 3, ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" TARGET));
}

#define ROW(name_, spec_, about_)                                                                                                          \
    {                                                                                                                                      \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = name_ \
    }
VARIANTS(ROW(count, "SDM 3A \"Call Gates\"", "gate to CPL 0 with 2 parameters, bits 7:5 beside the count are set"),
         ROW(offset, "SDM 2A \"JMP-Jump\"", "JMP through a 16-bit gate, the upper half of a 32-bit offset isn't 0"));
