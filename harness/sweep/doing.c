/* doing.c: what a state does, by the specification and on the machine. */
#include "common/cpu.h"
#include "sweep/own.h"

void wait_for_nmi(uintptr_t icr, uint32_t command);
extern const uint8_t nmi_without_iret[], drain_interrupt[];
extern const uint8_t code_int_n[], code_int3[], code_int1[], code_ud[], code_gp[], code_pf[], code_run_on[], code_iret16[], code_iret32[],
    code_iret64[];

static const struct {
    const uint8_t *code;
    uint8_t kind, vector, length;
} doings[DO_COUNT] = {
    [DO_INT_N] = {code_int_n, EVENT_INT_N, VECTOR_INT_N, 2},
    [DO_INT3] = {code_int3, EVENT_INT3, VEC_BP, 1},
    [DO_INT1] = {code_int1, EVENT_INT1, VEC_DB, 1},
    [DO_UD] = {code_ud, EVENT_FAULT, VEC_UD, 0},
    [DO_GP] = {code_gp, EVENT_FAULT, VEC_GP, 0},
    [DO_PF] = {code_pf, EVENT_FAULT, VEC_PF, 0},
    [DO_INTERRUPT] = {code_run_on, EVENT_INTERRUPT, VECTOR_INTERRUPT, 0},
    [DO_NMI] = {code_run_on, EVENT_NMI, VEC_NMI, 0},
    [DO_IRET16] = {code_iret16, 0, VECTOR_RAN_ON, 2},
    [DO_IRET32] = {code_iret32, 0, VECTOR_RAN_ON, 1},
    [DO_IRET64] = {code_iret64, 0, VECTOR_RAN_ON, 2},
};

uintptr_t code_of(const struct state *s)
{
    return (uintptr_t)doings[s->doing].code;
}

unsigned vector_of(enum doing doing)
{
    return doings[doing].vector;
}

static const struct event ran_on = {.kind = EVENT_INT_N, .vector = VECTOR_RAN_ON, .length = 2};

/* Whether the instruction is done; else `event` is what it raised. */
static bool execute(struct machine *m, enum doing doing, struct outcome *o, struct event *event)
{
    struct access access = {.linear = RDI_OF_STATE, .user = m->cpl == 3};
    uint64_t physical;

    *event = (struct event){.kind = doings[doing].kind, .vector = doings[doing].vector, .length = doings[doing].length};
    switch (doing) {
    case DO_GP:
        spec_load_segment(m, ES, RAX_OF_STATE, o);
        break;
    case DO_PF:
        o->end = spec_translate(m, &access, &physical, o) ? END_COMPLETED : END_FAULT;
        break;
    case DO_IRET16:
    case DO_IRET32:
    case DO_IRET64:
        spec_iret(m, doing == DO_IRET16 ? 16 : doing == DO_IRET32 ? 32 : 64, doings[doing].length, o);
        break;
    case DO_INTERRUPT:
    case DO_NMI:
        *event = ran_on;
        return false;
    default:
        return false;
    }
    if (o->end == END_COMPLETED)
        return true;
    *event = o->event;
    return false;
}

/* In one piece, for an emulator pays for calls and returns; but not what few sweeps execute. */
__attribute__((flatten)) void predict(struct machine *m, enum doing doing, struct prediction *p)
{
    struct pending pending = {
        .nmi = doing == DO_NMI,
        .interrupt = doing == DO_INTERRUPT,
        .vector = VECTOR_INTERRUPT,
    };
    struct event event;

    if (!spec_boundary(m, &pending, &event, &p->step)) {
        p->step.rule_count = 0;
        if (execute(m, doing, &p->step, &event) && !spec_boundary(m, &pending, &event, &p->delivery))
            event = ran_on;
    }
    spec_deliver(m, &event, &p->delivery);
}

#define ICR_NMI (4u << 8)
#define ICR_ASSERT (1u << 14)

static bool nmi_blocked;

static void hold_nmi(void)
{
    uint64_t low = idt[VEC_NMI][0], high = idt[VEC_NMI][1];

    *(struct gate *)(void *)idt[VEC_NMI] = make_gate((uintptr_t)nmi_without_iret, SEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    wait_for_nmi(APIC_BASE + APIC_ICR_LOW, ICR_NMI | ICR_ASSERT);
    idt[VEC_NMI][0] = low;
    idt[VEC_NMI][1] = high;
    nmi_blocked = true;
}

void arm(enum doing doing)
{
    if (doing == DO_INTERRUPT)
        send_self(VECTOR_INTERRUPT);
    if (doing == DO_NMI) {
        if (!nmi_blocked)
            hold_nmi();
        send_self_nmi(); /* waits until the state is entered by IRETQ */
    }
    nmi_blocked = doing == DO_NMI;
}

/* An interrupt that wasn't taken is taken now. */
static void drain(void)
{
    uint64_t low = idt[VECTOR_INTERRUPT][0], high = idt[VECTOR_INTERRUPT][1];

    *(struct gate *)(void *)idt[VECTOR_INTERRUPT] = make_gate((uintptr_t)drain_interrupt, SEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    __asm__ volatile("sti\n\tnop\n\tnop\n\tcli" : : : "memory");
    idt[VECTOR_INTERRUPT][0] = low;
    idt[VECTOR_INTERRUPT][1] = high;
}

void disarm(enum doing doing)
{
    if (doing != DO_INTERRUPT)
        return;
    if (apic_bit(APIC_IRR, VECTOR_INTERRUPT))
        drain();
    apic_write(APIC_EOI, 0);
}
