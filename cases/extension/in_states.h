/*
 * in_states.h: as each.h, in other modes, and in all states one after the other: a value has a byte for each, the first one in the highest.
 * Who includes it has in_mode(), for the state that a program of the mode starts with, and ASSEMBLE_FOR_MODE.
 */
#include "instructions.h"

#define ELSEWHERE 0x80 /* the saved EIP is neither the instruction's nor the one behind its INT3 */

#ifdef __x86_64__
#define IP rip
#define FLAGS rflags
#else
#define IP eip
#define FLAGS eflags
#endif

static void in_mode(void);

static const struct label *first, *now; /* the instructions; the last label is the end */
static const uint16_t *state, *last_state;
static uint64_t outcome[64];

/* After the last one what comes ends the run, as everywhere. */
static void restore_gates(void)
{
    set_gate(VEC_BP, .dpl = 3);
    set_gate(VEC_UD);
    set_gate(VEC_NM);
    set_gate(VEC_MF);
}

static void __attribute__((used)) come(struct interrupt_frame *frame, unsigned vector)
{
    uintptr_t base = frame->FLAGS & RFLAGS_VM ? 16u * (uint16_t)frame->cs : 0;
    uint64_t expected = (vector == VEC_BP ? now[1].address : now->address + behind_lock(*state)) - base;

    outcome[now - first] = outcome[now - first] << 8 | vector | (frame->IP == expected ? 0 : ELSEWHERE);
    now++;
    if (!now[1].address && state == last_state)
        restore_gates();
    else if (!now[1].address) {
        now = first;
        enter_state(*++state);
    }
    frame->IP = (uintptr_t)now->address + behind_lock(*state) - base;
    frame->FLAGS = start.FLAGS;
}

#ifdef __x86_64__
#include "handlers.h"
#else
/* In front of the frame their vector, the general registers, DS and ES, which a program of virtual-8086 mode leaves null. */
__asm__(".text\n"
        "come_by_breakpoint:\n\tpushl $3\n\tjmp come_by_vector\n"
        "come_by_invalid_opcode:\n\tpushl $6\n\tjmp come_by_vector\n"
        "come_by_device_not_available:\n\tpushl $7\n\tjmp come_by_vector\n"
        "come_by_x87_floating_point:\n\tpushl $16\n"
        "come_by_vector:\n\tpushal\n\tpushl %ds\n\tpushl %es\n\tmovl $0x10, %eax\n\tmovl %eax, %ds\n\tmovl %eax, %es\n"
        "\tleal 44(%esp), %eax\n\tpushl 40(%esp)\n\tpushl %eax\n\tcall come\n\taddl $8, %esp\n"
        "\tpopl %es\n\tpopl %ds\n\tpopal\n\taddl $4, %esp\n\tiretl\n");
extern uint8_t come_by_breakpoint[], come_by_invalid_opcode[], come_by_device_not_available[], come_by_x87_floating_point[];

static void set_handlers(void)
{
    *gate_of(VEC_BP) = make_gate((uintptr_t)come_by_breakpoint, SEL_KERNEL_CODE, GATE_INTERRUPT, 3, true);
    *gate_of(VEC_UD) = make_gate((uintptr_t)come_by_invalid_opcode, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    *gate_of(VEC_NM) = make_gate((uintptr_t)come_by_device_not_available, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    *gate_of(VEC_MF) = make_gate((uintptr_t)come_by_x87_floating_point, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
}
#endif

static void note_outcomes(void)
{
    for (const struct label *l = first; l[1].address; l++)
        note(l->name, outcome[l - first]);
}

static void each(struct program program, const uint16_t *states, unsigned count)
{
    first = now = (const struct label *)program.labels;
    state = states;
    last_state = states + count - 1;
    at_end(note_outcomes);
    in_mode();
    start.IP = program.entry + behind_lock(*state) - (start.FLAGS & RFLAGS_VM ? 16 * start.cs : 0);
    set_handlers();
    enter_state(*state);
    run_program(program);
}

#define GROUP(name, instructions)                                                                     \
    static void __attribute__((unused)) name(void)                                                    \
    {                                                                                                 \
        static const uint16_t states[] = STATES;                                                      \
                                                                                                      \
        each(ASSEMBLE_FOR_MODE(MACROS instructions END), states, sizeof(states) / sizeof(states[0])); \
    }
