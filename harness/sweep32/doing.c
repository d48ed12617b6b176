/* doing.c: what a state does, by the specification and on the machine. */
#include "common/cpu.h"
#include "sweep/own.h"

extern const uint8_t low_begin[], code_operand[], code_int_n[], code_int3[], code_into[], code_ud[], code_gp[], code_pf[], code_run_on[], code_iret[],
    code_iret_66[], code_retf[], code_retf_66[], code_load_es[], code_load_ss[], code_load_ds[], code_load_fs[], code_load_gs[], code_lar[],
    code_lsl[], code_verr[], code_verw[], code_arpl[], code_lldt[], code_ltr[], code_jmpf[], code_callf[];

static const struct {
    const uint8_t *code, *code16; /* the latter where code of 16 bits has another */
    uint8_t kind, vector, length;
} doings[DO_OPERAND] = {
    [DO_INT_N] = {code_int_n, NULL, EVENT_INT_N, VECTOR_INT_N, 2},
    [DO_INT3] = {code_int3, NULL, EVENT_INT3, VEC_BP, 1},
    [DO_INTO] = {code_into, NULL, EVENT_INTO, VEC_OF, 1},
    [DO_UD] = {code_ud, NULL, EVENT_FAULT, VEC_UD, 0},
    [DO_GP] = {code_gp, NULL, EVENT_FAULT, VEC_GP, 0},
    [DO_PF] = {code_pf, NULL, EVENT_FAULT, VEC_PF, 0},
    [DO_INTERRUPT] = {code_run_on, NULL, EVENT_INTERRUPT, VECTOR_INTERRUPT, 0},
    [DO_IRET32] = {code_iret, code_iret_66, 0, VECTOR_RAN_ON, 1},
    [DO_IRET16] = {code_iret_66, code_iret, 0, VECTOR_RAN_ON, 2},
    [DO_RETF32] = {code_retf, code_retf_66, 0, VECTOR_RAN_ON, 1},
    [DO_RETF16] = {code_retf_66, code_retf, 0, VECTOR_RAN_ON, 2},
    [DO_JMPF32] = {code_jmpf, NULL, 0, VECTOR_RAN_ON, 2},
    [DO_CALLF32] = {code_callf, NULL, 0, VECTOR_RAN_ON, 2},
    [DO_LOAD_ES] = {code_load_es, NULL, 0, VECTOR_RAN_ON, 2},
    [DO_LOAD_SS] = {code_load_ss, NULL, 0, VECTOR_RAN_ON, 2},
    [DO_LOAD_DS] = {code_load_ds, NULL, 0, VECTOR_RAN_ON, 2},
    [DO_LOAD_FS] = {code_load_fs, NULL, 0, VECTOR_RAN_ON, 2},
    [DO_LOAD_GS] = {code_load_gs, NULL, 0, VECTOR_RAN_ON, 2},
    [DO_LAR] = {code_lar, NULL, 0, VECTOR_RAN_ON, 3},
    [DO_LSL] = {code_lsl, NULL, 0, VECTOR_RAN_ON, 3},
    [DO_VERR] = {code_verr, NULL, 0, VECTOR_RAN_ON, 3},
    [DO_VERW] = {code_verw, NULL, 0, VECTOR_RAN_ON, 3},
    [DO_ARPL] = {code_arpl, NULL, 0, VECTOR_RAN_ON, 2},
    [DO_LLDT] = {code_lldt, NULL, 0, VECTOR_RAN_ON, 3},
    [DO_LTR] = {code_ltr, NULL, 0, VECTOR_RAN_ON, 3},
};

static bool is_code16(const struct machine *m)
{
    return !m->segment[CS].db;
}

#define OPERAND_BYTES 8
#define NOP 0x90

static const uint8_t *code_in_rom(const struct machine *m, enum doing doing)
{
    if (doing >= DO_OPERAND) {
        const uint8_t *code = code_operand + OPERAND_BYTES * (doing - DO_OPERAND);

        return code + (*code == NOP);
    }
    return doings[doing].code16 && is_code16(m) ? doings[doing].code16 : doings[doing].code;
}

uintptr_t code_of(const struct state *s)
{
    return LOW_CODE + (uintptr_t)(code_in_rom(&s->machine, s->doing) - low_begin);
}

unsigned vector_of(enum doing doing)
{
    return doings[doing].vector;
}

static unsigned length_of(const struct machine *m, enum doing doing)
{
    if (doing >= DO_OPERAND)
        return (doing - DO_OPERAND) / 2 % 3 == 1 ? 4 : 3;
    return doings[doing].code16 && is_code16(m) ? 3u - doings[doing].length : doings[doing].length;
}

static const struct event ran_on = {.kind = EVENT_INT_N, .vector = VECTOR_RAN_ON, .length = 2};

static void load_or_look(struct machine *m, enum doing doing, struct outcome *o)
{
    static const uint8_t segments[] = {ES, SS, DS, FS, GS};
    uint16_t selector = (uint16_t)m->gpr[RAX], changed = (uint16_t)m->gpr[RBX];
    uint64_t value = 0;

    if (doing <= DO_LOAD_GS) {
        spec_load_segment(m, segments[doing - DO_LOAD_ES], selector, o);
    } else if (doing == DO_LLDT || doing == DO_LTR) {
        spec_load_system(m, doing == DO_LTR ? TR : LDTR, selector, o);
    } else if (doing == DO_ARPL) {
        spec_adjust_rpl(m, &changed, selector, o);
        m->gpr[RBX] = (m->gpr[RBX] & 0xffff0000) | changed;
    } else if (spec_verify(m, (enum spec_verify)(doing - DO_LAR), selector, &value, o) && doing <= DO_LSL) {
        m->gpr[RBX] = value;
    }
}

static void transfer(struct machine *m, enum doing doing, struct outcome *o)
{
    uint64_t at = m->segment[DS].base + m->gpr[RSI];
    struct far_transfer t = {
        .offset = m->read(m->context, at, 4),
        .selector = (uint16_t)m->read(m->context, at + 4, 2),
        .call = doing == DO_CALLF32,
        .operand_size = 32,
        .length = (uint8_t)length_of(m, doing),
    };

    spec_far_transfer(m, &t, o);
}

/* Whether the instruction is done; else `event` is what it raised. */
static bool execute(struct machine *m, enum doing doing, struct outcome *o, struct event *event)
{
    if (doing >= DO_OPERAND) {
        unsigned form = doing - DO_OPERAND;

        access_operand(m, form / 6, (uint32_t)m->gpr[RSI], 1u << form / 2 % 3, form & 1, o);
        m->rip += o->end == END_COMPLETED ? length_of(m, doing) : 0;
        *event = o->event;
        return o->end == END_COMPLETED;
    }
    *event = (struct event){.kind = doings[doing].kind, .vector = doings[doing].vector, .length = doings[doing].length};
    switch (doing) {
    case DO_GP:
        spec_load_segment(m, ES, RAX_OF_STATE, o);
        break;
    case DO_PF:
        access_operand(m, DS, LOW_MISSING + 0x800, 1, false, o);
        break;
    case DO_IRET32:
    case DO_IRET16:
        spec_iret(m, doing == DO_IRET16 ? 16 : 32, length_of(m, doing), o);
        break;
    case DO_RETF32:
    case DO_RETF16:
        spec_far_return(m, doing == DO_RETF16 ? 16 : 32, 0, o);
        break;
    case DO_JMPF32:
    case DO_CALLF32:
        transfer(m, doing, o);
        break;
    case DO_INTERRUPT:
        *event = ran_on;
        return false;
    default:
        if (doing < DO_LOAD_ES)
            return false;
        load_or_look(m, doing, o);
    }
    if (o->end == END_COMPLETED) {
        if (m->rip == code_of(&(struct state){.machine = *m, .doing = doing}))
            m->rip += length_of(m, doing);
        return true;
    }
    *event = o->event;
    return false;
}

static bool is_rule(const char *rule, const char *id)
{
    while (*id && *rule == *id)
        rule++, id++;
    return *rule == *id;
}

/* SDM 3B "Task-Switch Exception Condition" */
static uint64_t trap_of(const struct outcome *o)
{
    return o->rule_count && is_rule(o->rule[o->rule_count - 1], "task.debug-trap") ? DR6_BT : 0;
}

static bool is_task(const struct machine *m)
{
    return (m->segment[TR].selector & ~3) == SEL_NEW_TSS;
}

/* Whether it goes on with instructions of a program, and not with one of the stubs. */
static bool is_in_program(const struct machine *m)
{
    return is_task(m) && m->rip - LOW_CODE >= STUB_SIZE * (STUB_OTHER + 1);
}

/* What a task begins with: a trap, or an INT n. `context`: memory is read behind the stores of the switch. */
static void begin_task(struct machine *m, struct prediction *p)
{
    struct pending pending = {.dr6 = trap_of(&p->step)};
    struct event event;

    m->context = &p->step;
    if (!spec_boundary(m, &pending, &event, &p->delivery))
        event = ran_on;
    spec_deliver(m, &event, &p->delivery);
    m->context = NULL;
}

void predict(struct machine *m, enum doing doing, struct prediction *p)
{
    struct pending pending = {.interrupt = doing == DO_INTERRUPT, .vector = VECTOR_INTERRUPT};
    struct event event;

    if (doing == DO_OTHERWISE) {
        otherwise.predict(m, p);
        return;
    }
    if (!spec_boundary(m, &pending, &event, &p->step)) {
        p->step.rule_count = 0;
        if (execute(m, doing, &p->step, &event)) {
            if (is_in_program(m)) {
                begin_task(m, p);
                return;
            }
            if (!spec_boundary(m, &pending, &event, &p->delivery))
                event = ran_on;
        }
    }
    m->context = is_task(m) ? &p->step : NULL;
    spec_deliver(m, &event, &p->delivery);
    m->context = NULL;
    if (is_in_program(m) && p->delivery.end == END_COMPLETED) {
        p->step = p->delivery;
        begin_task(m, p);
    }
}

void arm(enum doing doing)
{
    if (doing == DO_INTERRUPT)
        send_self(VECTOR_INTERRUPT);
}

extern const uint8_t drain_interrupt[];

/* An interrupt that wasn't taken is taken now. */
static void drain(void)
{
    uint64_t gate = idt[VECTOR_INTERRUPT];

    load_idt(256 * sizeof(*idt) - 1);
    idt[VECTOR_INTERRUPT] = encode_gate(make_gate((uintptr_t)drain_interrupt, SEL_CODE, GATE_INTERRUPT, 0, true));
    __asm__ volatile("sti\n\tnop\n\tnop\n\tcli" : : : "memory");
    idt[VECTOR_INTERRUPT] = gate;
}

void disarm(enum doing doing)
{
    if (doing != DO_INTERRUPT)
        return;
    if (apic_bit(APIC_IRR, VECTOR_INTERRUPT))
        drain();
    apic_write(APIC_EOI, 0);
}
