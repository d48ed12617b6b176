/* LOCK in virtual-8086 mode. */
#include <case32.h>

#include "../invalid_opcode/lock16.h"

/* The program's end is #UD, too: with ECX=0 the harness's own stub goes on. */
__attribute__((used)) static uint32_t harness_stub;

static void set_up(void)
{
    struct program handler = ASSEMBLE32("jecxz 4f\nmov esi, 1\ncmp [esp], edi\nje 3f\nmov esi, 2\n3: mov [esp], ecx\niretd\n"
                                        "4: .byte 0x36, 0xff, 0x25\n.long harness_stub\n");
    const struct gate *gate = gate_of(VEC_UD);

    in_vm86();
    harness_stub = gate->offset_15_0 | (uint32_t)gate->offset_31_16 << 16;
    *gate_of(VEC_UD) = make_gate(handler.entry, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    start.ebx = 0;
    at_end(note_outcomes);
}

static void refused(void)
{
    set_up();
    PROGRAM16(REFUSED(TRY) CLEAR);
}

static void allowed(void)
{
    set_up();
    PROGRAM16(ALLOWED(TRY) CLEAR);
}

VARIANTS(ROWS);
