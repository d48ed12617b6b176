/*
 * extension.h: as ../extension/in_states.h, in real mode: the handlers are 16-bit code of its own, and what they need lies in REAL_FREE.
 */
#include "../extension/instructions.h"

#define BX "bx"
#define ELSEWHERE 0x80 /* the saved IP is neither the instruction's nor the one behind its INT3 */
#define MOST_STATES 8u

/* Each behind the next one's offsets in handler(). */
static volatile struct {
    uint16_t instructions[66]; /* offsets in REAL_CODE; behind the last one the end, and 0 */
    uint16_t now;              /* twice the number of the instruction */
    uint16_t state, last;      /* 16 times theirs */
    uint16_t flags;
    uint16_t control; /* leaves a division by zero unmasked */
    struct {
        uint32_t cr0, has_cr4, cr4;
        uint16_t pending, behind_lock;
    } states[MOST_STATES];
    uint8_t outcome[MOST_STATES][64];
} *const shared = (void *)REAL_FREE;
_Static_assert(sizeof(*shared) <= 2048, "REAL_FREE");

#define NOW "[132]"
#define STATE "[134]"
#define LAST "[136]"
#define START_FLAGS "[138]"
#define CONTROL "[140]"
#define STATES_AT "144"
#define OUTCOME_AT "272"
_Static_assert(__builtin_offsetof(__typeof__(*shared), now) == 132 && __builtin_offsetof(__typeof__(*shared), control) == 140, "handler");
_Static_assert(__builtin_offsetof(__typeof__(*shared), states) == 144 && __builtin_offsetof(__typeof__(*shared), outcome) == 272, "handler");

/* On its stack SI, BP, BX, EAX, DS, then the frame. `compare`: AX, the saved IP, with what it should be. */
#define WITH_FAULT "sub ax, [si + " STATES_AT " + 14]\ncmp ax, [bx]\n"
#define WITH_NEXT "cmp ax, [bx + 2]\n"
#define HANDLER_OF(vector, compare)                                                                                                               \
    ASSEMBLE16("push ds\npush eax\npush bx\npush bp\npush si\nmov bp, sp\n"                                                                       \
               "mov ax, 0x380\nmov ds, ax\nmov bx, " NOW "\nmov si, " STATE "\n"                                                                  \
               "mov ax, [bp + 12]\n" compare "mov al, " #vector "\nje 1f\nor al, 0x80\n1:\n"                                                      \
               "shl si, 2\nshr bx, 1\nmov [bx + si + " OUTCOME_AT "], al\n"                                                                       \
               "mov bx, " NOW "\nadd bx, 2\ncmp word ptr [bx + 2], 0\njne 4f\n"                                                                   \
               "mov si, " STATE "\ncmp si, " LAST "\nje 4f\nadd si, 16\nmov " STATE ", si\nxor bx, bx\n"                                          \
               "mov eax, cr0\nand al, 0xf3\nmov cr0, eax\n"                                                                                       \
               "cmp word ptr [si + " STATES_AT " + 12], 0\nje 2f\nfninit\nfldcw " CONTROL "\nfldz\nfld1\nfdiv st, st(1)\n2:\n"                    \
               "cmp word ptr [si + " STATES_AT " + 4], 0\nje 3f\nmov eax, [si + " STATES_AT " + 8]\nmov cr4, eax\n3:\n"                           \
               "mov eax, cr0\nor eax, [si + " STATES_AT "]\nmov cr0, eax\n"                                                                       \
               "4:\nmov " NOW ", bx\nmov si, " STATE "\nmov ax, [bx]\nadd ax, [si + " STATES_AT " + 14]\nmov [bp + 12], ax\nmov ax, " START_FLAGS \
               "\nmov [bp + 16], ax\n"                                                                                                            \
               "pop si\npop bp\npop bx\npop eax\npop ds\niret\n")

static const struct label *first;

static void note_outcomes(void)
{
    for (unsigned i = 0; first[i + 1].address; i++) {
        uint64_t outcome = 0;

        for (unsigned s = 0; s <= shared->last / 16u; s++)
            outcome = outcome << 8 | shared->outcome[s][i];
        note(first[i].name, outcome);
    }
}

static void each(struct program program, const uint16_t *states, unsigned count)
{
    first = (const struct label *)program.labels;
    for (unsigned i = 0; i < 66; i++)
        shared->instructions[i] = 0;
    for (unsigned i = 0; first[i].address; i++)
        shared->instructions[i] = (uint16_t)(first[i].address - 16 * REAL_CODE);
    shared->now = shared->state = 0;
    shared->last = (uint16_t)(16 * (count - 1));
    shared->flags = (uint16_t)start.eflags;
    shared->control = 0x37b;
    for (unsigned s = count; s--;) { /* the first one last, which the program starts in */
        enter_state(states[s] & ~(unsigned)PENDING);
        shared->states[s].cr0 = read_cr0() & (CR0_TS | CR0_EM);
        shared->states[s].has_cr4 = states[s] & (OSFXSR | NO_OSFXSR) && has_fxsr();
        shared->states[s].cr4 = shared->states[s].has_cr4 ? read_cr4() : 0;
        shared->states[s].pending = states[s] & PENDING;
        shared->states[s].behind_lock = (uint16_t)behind_lock(states[s]);
    }
    at_end(note_outcomes);
    set_ivt(VEC_BP, HANDLER_OF(3, WITH_NEXT));
    set_ivt(VEC_UD, HANDLER_OF(6, WITH_FAULT));
    set_ivt(VEC_NM, HANDLER_OF(7, WITH_FAULT));
    set_ivt(VEC_MF, HANDLER_OF(16, WITH_FAULT));
    start.eip = program.entry + behind_lock(states[0]) - 16 * REAL_CODE;
    start.ebx = start.edi = 0;
    fill_operand((void *)(16 * REAL_DS));
    run_program(program);
}

#define GROUP(name, instructions)                                                              \
    static void __attribute__((unused)) name(void)                                             \
    {                                                                                          \
        static const uint16_t states[] = STATES;                                               \
                                                                                               \
        each(ASSEMBLE16(MACROS instructions END), states, sizeof(states) / sizeof(states[0])); \
    }
#define ROW(name_, group, about_, needs_) ROW_OF_STATES(name_, group, about_, needs_, 0)
