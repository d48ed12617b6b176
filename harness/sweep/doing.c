/* doing.c: what a state does, by the specification and on the machine. */
#include "common/cpu.h"
#include "sweep/own.h"

void wait_for_nmi(uintptr_t icr, uint32_t command);
extern const uint8_t nmi_without_iret[], drain_interrupt[];
extern const uint8_t code_int_n[], code_int3[], code_int1[], code_ud[], code_gp[], code_pf[], code_run_on[], code_iret16[], code_iret32[],
    code_iret64[], code_jmp16[], code_jmp32[], code_jmp64[], code_call16[], code_call32[], code_call64[], code_ret16[], code_ret32[], code_ret64[],
    code_ret16_n[], code_ret32_n[], code_ret64_n[], code_write[], code_change[], code_branch[], code_load_es[], code_load_ss[], code_load_ds[],
    code_load_fs[], code_load_gs[], code_lss[], code_lfs[], code_lgs[], code_lar[], code_lsl[], code_verr[], code_verw[], code_lldt[], code_ltr[];

static const struct {
    const uint8_t *code;
    uint8_t kind, vector, length;
    uint8_t size; /* of an operand: 2, 4, 8; or which register is loaded, or what is verified */
} doings[DO_COUNT] = {
    [DO_INT_N] = {code_int_n, EVENT_INT_N, VECTOR_INT_N, 2, 0},
    [DO_INT3] = {code_int3, EVENT_INT3, VEC_BP, 1, 0},
    [DO_INT1] = {code_int1, EVENT_INT1, VEC_DB, 1, 0},
    [DO_UD] = {code_ud, EVENT_FAULT, VEC_UD, 0, 0},
    [DO_GP] = {code_gp, EVENT_FAULT, VEC_GP, 2, 0},
    [DO_PF] = {code_pf, EVENT_FAULT, VEC_PF, 2, 0},
    [DO_INTERRUPT] = {code_run_on, EVENT_INTERRUPT, VECTOR_INTERRUPT, 0, 0},
    [DO_NMI] = {code_run_on, EVENT_NMI, VEC_NMI, 0, 0},
    [DO_IRET16] = {code_iret16, 0, VECTOR_RAN_ON, 2, 2},
    [DO_IRET32] = {code_iret32, 0, VECTOR_RAN_ON, 1, 4},
    [DO_IRET64] = {code_iret64, 0, VECTOR_RAN_ON, 2, 8},
    [DO_JMP16] = {code_jmp16, 0, VECTOR_RAN_ON, 3, 2},
    [DO_JMP32] = {code_jmp32, 0, VECTOR_RAN_ON, 2, 4},
    [DO_JMP64] = {code_jmp64, 0, VECTOR_RAN_ON, 3, 8},
    [DO_CALL16] = {code_call16, 0, VECTOR_RAN_ON, 3, 2},
    [DO_CALL32] = {code_call32, 0, VECTOR_RAN_ON, 2, 4},
    [DO_CALL64] = {code_call64, 0, VECTOR_RAN_ON, 3, 8},
    [DO_RET16] = {code_ret16, 0, VECTOR_RAN_ON, 2, 2},
    [DO_RET32] = {code_ret32, 0, VECTOR_RAN_ON, 1, 4},
    [DO_RET64] = {code_ret64, 0, VECTOR_RAN_ON, 2, 8},
    [DO_RET16_N] = {code_ret16_n, 0, VECTOR_RAN_ON, 4, 2},
    [DO_RET32_N] = {code_ret32_n, 0, VECTOR_RAN_ON, 3, 4},
    [DO_RET64_N] = {code_ret64_n, 0, VECTOR_RAN_ON, 4, 8},
    [DO_LOAD_ES] = {code_load_es, 0, VECTOR_RAN_ON, 2, ES},
    [DO_LOAD_SS] = {code_load_ss, 0, VECTOR_RAN_ON, 2, SS},
    [DO_LOAD_DS] = {code_load_ds, 0, VECTOR_RAN_ON, 2, DS},
    [DO_LOAD_FS] = {code_load_fs, 0, VECTOR_RAN_ON, 2, FS},
    [DO_LOAD_GS] = {code_load_gs, 0, VECTOR_RAN_ON, 2, GS},
    [DO_LSS] = {code_lss, 0, VECTOR_RAN_ON, 3, SS},
    [DO_LFS] = {code_lfs, 0, VECTOR_RAN_ON, 3, FS},
    [DO_LGS] = {code_lgs, 0, VECTOR_RAN_ON, 3, GS},
    [DO_LAR] = {code_lar, 0, VECTOR_RAN_ON, 3, VERIFY_LAR},
    [DO_LSL] = {code_lsl, 0, VECTOR_RAN_ON, 3, VERIFY_LSL},
    [DO_VERR] = {code_verr, 0, VECTOR_RAN_ON, 3, VERIFY_READ},
    [DO_VERW] = {code_verw, 0, VECTOR_RAN_ON, 3, VERIFY_WRITE},
    [DO_LLDT] = {code_lldt, 0, VECTOR_RAN_ON, 3, LDTR},
    [DO_LTR] = {code_ltr, 0, VECTOR_RAN_ON, 3, TR},
    [DO_WRITE] = {code_write, 0, VECTOR_RAN_ON, 2, 0},
    [DO_CHANGE] = {code_change, 0, VECTOR_RAN_ON, 2, 0},
    [DO_BRANCH] = {code_branch, 0, VECTOR_RAN_ON, 2, 0},
};

uintptr_t code_of(const struct state *s)
{
    return (uintptr_t)doings[s->doing].code;
}

unsigned vector_of(enum doing doing)
{
    return doings[doing].vector;
}

unsigned size_of(enum doing doing)
{
    return doings[doing].size;
}

static const struct event ran_on = {.kind = EVENT_INT_N, .vector = VECTOR_RAN_ON, .length = 2};

/* An operand in memory at RDI, of up to 16 bytes. False: a fault. */
static bool read_operand(const struct machine *m, unsigned size, uint8_t byte[16], struct outcome *o)
{
    uint64_t address = m->gpr[RDI], physical;
    bool wide = m->segment[CS].l;

    for (unsigned i = 0; i < size; i++) {
        uint64_t linear = wide ? address + i : (uint32_t)(address + i);
        struct access access = {.linear = linear, .user = m->cpl == 3};

        if (i && linear & (PAGE_SIZE - 1)) {
            byte[i] = *(const uint8_t *)++physical;
            continue;
        }
        if (wide && (int64_t)(linear << 16) >> 16 != (int64_t)linear) {
            o->rule[o->rule_count++] = "operand.non-canonical";
            o->event = (struct event){.kind = EVENT_FAULT, .vector = VEC_GP, .has_error = 1};
        } else if (m->translate(m, &access, &physical, o)) {
            byte[i] = *(const uint8_t *)physical;
            continue;
        }
        o->end = END_FAULT;
        return false;
    }
    return true;
}

static void next_instruction(struct machine *m, enum doing doing, const struct outcome *o)
{
    if (o->end == END_COMPLETED)
        m->rip += doings[doing].length;
}

static __attribute__((noinline)) void transfer(struct machine *m, enum doing doing, struct outcome *o)
{
    unsigned size = doings[doing].size;
    struct far_transfer t = {.call = doing >= DO_CALL16, .operand_size = (uint8_t)(8 * size), .length = doings[doing].length};
    uint8_t byte[16];

    if (!read_operand(m, size + 2, byte, o))
        return;
    for (unsigned i = 0; i < size; i++)
        t.offset |= (uint64_t)byte[i] << 8 * i;
    t.selector = (uint16_t)(byte[size] | byte[size + 1] << 8);
    spec_far_transfer(m, &t, o);
}

static void load_or_verify(struct machine *m, enum doing doing, struct outcome *o)
{
    uint16_t selector = (uint16_t)m->gpr[RAX];
    uint8_t byte[16];
    uint64_t value = 0;

    if (doing >= DO_LSS && doing <= DO_LGS) {
        if (!read_operand(m, 6, byte, o))
            return;
        selector = (uint16_t)(byte[4] | byte[5] << 8);
    }
    if (doing == DO_LLDT || doing == DO_LTR)
        spec_load_system(m, doings[doing].size, selector, o);
    else if (doing < DO_LAR)
        spec_load_segment(m, doings[doing].size, selector, o);
    else if (spec_verify(m, (enum spec_verify)doings[doing].size, selector, &value, o) && doing <= DO_LSL)
        m->gpr[RBX] = value;
    next_instruction(m, doing, o);
}

/* Whether the instruction is done; else `event` is what it raised. */
static bool execute(struct machine *m, enum doing doing, struct outcome *o, struct event *event)
{
    struct access access = {
        .linear = m->gpr[RDI], .user = m->cpl == 3, .write = doing == DO_WRITE || doing == DO_CHANGE, .fetch = doing == DO_BRANCH};
    uint64_t physical;

    *event = (struct event){.kind = doings[doing].kind, .vector = doings[doing].vector, .length = doings[doing].length};
    switch (doing) {
    case DO_GP:
        spec_load_segment(m, ES, (uint16_t)m->gpr[RAX], o);
        next_instruction(m, doing, o);
        break;
    case DO_LOAD_ES ... DO_LTR:
        load_or_verify(m, doing, o);
        break;
    case DO_BRANCH:
        m->rip = m->gpr[RDI];
        o->end = spec_translate(m, &access, &physical, o) ? END_COMPLETED : END_FAULT;
        break;
    case DO_PF:
    case DO_WRITE:
    case DO_CHANGE:
        o->end = spec_translate(m, &access, &physical, o) ? END_COMPLETED : END_FAULT;
        next_instruction(m, doing, o);
        break;
    case DO_IRET16:
    case DO_IRET32:
    case DO_IRET64:
        spec_iret(m, 8 * doings[doing].size, doings[doing].length, o);
        break;
    case DO_JMP16:
    case DO_JMP32:
    case DO_JMP64:
    case DO_CALL16:
    case DO_CALL32:
    case DO_CALL64:
        transfer(m, doing, o);
        break;
    case DO_RET16:
    case DO_RET32:
    case DO_RET64:
        spec_far_return(m, 8 * doings[doing].size, 0, o);
        break;
    case DO_RET16_N:
    case DO_RET32_N:
    case DO_RET64_N:
        spec_far_return(m, 8 * doings[doing].size, RELEASED, o);
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

/* Adds what another outcome says of why, and of what is left open. */
static void take_over(struct outcome *to, const struct outcome *from)
{
    to->asked |= from->asked;
    for (unsigned i = 0; i < from->rule_count && to->rule_count < RULES; i++)
        to->rule[to->rule_count++] = from->rule[i];
    for (unsigned i = 0; i < from->open_count && to->open_count < sizeof(to->open) / sizeof(*to->open); i++)
        to->open[to->open_count++] = from->open[i];
}

/* Instructions of the sweep's own, up to what comes. */
static struct pending waiting;

static __attribute__((noinline)) bool meets_event(struct machine *m, struct prediction *p, struct event *event)
{
    static struct outcome boundary;

    if (!spec_boundary(m, &waiting, event, &boundary))
        return false;
    take_over(&p->step, &boundary);
    return true;
}

static __attribute__((noinline)) struct event execute_up_to_event(struct machine *m, struct prediction *p)
{
    struct event event;
    bool between = false;

    waiting = (struct pending){0};
    p->step.rule_count = p->step.store_count = p->step.open_count = 0;
    for (;;) {
        uint64_t rip = m->rip;

        if ((!between || waiting.dr6) && meets_event(m, p, &event)) {
            event.between_repeats = between;
            break;
        }
        if (!execute_own(m, &waiting, &p->step, &event))
            break;
        between = m->rip == rip;
    }
    if (event.kind == EVENT_FAULT || event.kind == EVENT_INT1)
        waiting.dr6 = 0; /* what MOV SS held back is lost: docs/doubts.md */
    return event;
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

    if (sweep_has_own) {
        event = execute_up_to_event(m, p);
    } else if (!spec_boundary(m, &pending, &event, &p->step)) {
        p->step.rule_count = 0;
        if (execute(m, doing, &p->step, &event) && !spec_boundary(m, &pending, &event, &p->delivery))
            event = ran_on;
    }
    do
        spec_deliver(m, &event, &p->delivery);
    while (sweep_has_own && p->delivery.end == END_COMPLETED && meets_event(m, p, &event)); /* before the handler's first instruction */
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
