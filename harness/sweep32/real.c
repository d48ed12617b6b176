/* real.c: states of real-address mode: how they are entered, and what their instructions do. */
#include "sweep32/real.h"
#include "common/cpu.h"
#include "sweep/own.h"

#define DR6_OF_STEP (1ull << 14)
#define RELEASED 6 /* operand of RET n */
#define STACK_SEGMENT (STACK_PAGE(OF_PROGRAM) >> 4)

struct real_entry {
    uint16_t ip, cs;
    uint32_t eflags, esp, ss;
    uint16_t es, ds, fs, gs;
    uint32_t ebx, ebp, esi, edi, ecx, edx, eax;
    uint32_t by_iret;
};
#define AT(field) offsetof(struct real_entry, field)
_Static_assert(AT(eflags) == REAL_EFLAGS && AT(esp) == REAL_ESP && AT(es) == REAL_ES && AT(gs) == REAL_GS && AT(ebx) == REAL_EBX, "layout.h");
_Static_assert(AT(edi) == REAL_EDI && AT(eax) == REAL_EAX && AT(by_iret) == REAL_BY_IRET && sizeof(struct real_entry) == REAL_ENTRY_SIZE, "layout.h");

extern const uint8_t real_begin[], real_end[], real_captured[], real_entry[];
void enter_real_mode(void);

static void *copy_of(const uint8_t *symbol)
{
    return (void *)(REAL_CODE + (uintptr_t)(symbol - real_begin));
}

static struct real_code code;
static unsigned length;

/* ---- The instruction. ---- */

static const uint8_t overrides[] = {[ES] = 0x26, [CS] = 0x2e, [SS] = 0x36, [DS] = 0x3e, [FS] = 0x64, [GS] = 0x65};

/* By the operand at SI or ESI. */
static unsigned put_operand(uint8_t *at, uint8_t opcode, unsigned reg)
{
    at[0] = opcode;
    at[1] = (uint8_t)(reg << 3 | (code.address == 32 ? 6 : 4));
    return 2;
}

static unsigned put_opcode(uint8_t *at)
{
    switch (code.doing) {
    case REAL_INT_N:
        at[0] = 0xcd;
        at[1] = VECTOR_INT_N;
        return 2;
    case REAL_INT3:
        at[0] = 0xcc;
        return 1;
    case REAL_INTO:
        at[0] = 0xce;
        return 1;
    case REAL_BOUND:
        return put_operand(at, 0x62, 0);
    case REAL_DIV:
        at[0] = 0xf7; /* of DX:AX by CX, which is 0 */
        at[1] = 0xf1;
        return 2;
    case REAL_READ:
        return put_operand(at, code.operand == 8 ? 0x8a : 0x8b, 0);
    case REAL_WRITE:
        return put_operand(at, code.operand == 8 ? 0x88 : 0x89, 0);
    case REAL_CALL:
        return put_operand(at, 0xff, 3);
    case REAL_JMP:
        return put_operand(at, 0xff, 5);
    case REAL_RET:
        at[0] = 0xcb;
        return 1;
    case REAL_RET_N:
        at[0] = 0xca;
        at[1] = RELEASED;
        at[2] = 0;
        return 3;
    case REAL_IRET:
        at[0] = 0xcf;
        return 1;
    default:
        at[0] = 0x0f;
        at[1] = 0x0b;
        return 2;
    }
}

void set_real_code(struct state *s, const struct real_code *wanted)
{
    const struct machine *m = &s->machine;
    uint8_t *at = (uint8_t *)(uintptr_t)(m->segment[CS].base + m->rip), *end = at;

    code = *wanted;
    s->doing = DO_OTHERWISE;
    if (code.segment != DS)
        *end++ = overrides[code.segment];
    if (code.operand == 32)
        *end++ = 0x66;
    if (code.address == 32)
        *end++ = 0x67;
    end += put_opcode(end);
    length = (unsigned)(end - at);
    end[0] = 0xcd;
    end[1] = VECTOR_RAN_ON;
}

/* ---- What it does. ---- */

static const struct event ran_on = {.kind = EVENT_INT_N, .vector = VECTOR_RAN_ON, .length = 2};

static uint32_t address(uint32_t sum)
{
    return code.address == 32 ? sum : (uint16_t)sum;
}

static uint32_t operand_at(const struct machine *m)
{
    return address((uint32_t)m->gpr[RSI]);
}

static bool reach_operand(struct machine *m, unsigned size, bool write, struct outcome *o)
{
    access_operand(m, code.segment, operand_at(m), size, write, o);
    return o->end == END_COMPLETED;
}

bool begins_again(const struct real_code *c, uint32_t offset)
{
    bool has_parts = c->doing == REAL_BOUND || c->doing == REAL_CALL || c->doing == REAL_JMP;

    return has_parts && c->address == 16 && (uint16_t)offset + c->operand / 8u == 0x10000;
}

/* An operand of two parts, of which the second has this size. Whether that one's address may begin again is open: docs/doubts.md. */
static bool reach_parts(struct machine *m, unsigned second, struct outcome *o)
{
    unsigned first = code.operand / 8;
    bool is_open = begins_again(&code, operand_at(m));
    bool apart = is_open && m->choice[CHOICE_OPERAND_PARTS];
    bool reached = reach_operand(m, apart ? first : first + second, false, o);

    if (is_open)
        o->asked |= 1u << CHOICE_OPERAND_PARTS;
    return reached;
}

static void transfer(struct machine *m, struct outcome *o)
{
    unsigned size = code.operand / 8;
    uint32_t behind = address(operand_at(m) + size);
    uint64_t base_ = m->segment[code.segment].base;
    struct far_transfer t = {.call = code.doing == REAL_CALL, .operand_size = code.operand, .length = (uint8_t)length};

    if (!reach_parts(m, 2, o))
        return;
    t.offset = m->read(m->context, base_ + operand_at(m), size);
    t.selector = (uint16_t)m->read(m->context, base_ + behind, 2);
    spec_far_transfer(m, &t, o);
}

/* SDM 2A "BOUND": the operand's words are the bounds, 1 and 2, and EAX is beyond. */
static bool bound(struct machine *m, struct outcome *o, struct event *event)
{
    if (!reach_parts(m, code.operand / 8, o)) {
        *event = o->event;
        return false;
    }
    *event = (struct event){.kind = EVENT_FAULT, .vector = VEC_BR};
    return false;
}

static bool execute(struct machine *m, struct outcome *o, struct event *event)
{
    o->end = END_COMPLETED;
    switch (code.doing) {
    case REAL_INT_N:
        *event = (struct event){.kind = EVENT_INT_N, .vector = VECTOR_INT_N, .length = (uint8_t)length};
        return false;
    case REAL_INT3:
        *event = (struct event){.kind = EVENT_INT3, .vector = VEC_BP, .length = (uint8_t)length};
        return false;
    case REAL_INTO:
        *event = (struct event){.kind = EVENT_INTO, .vector = VEC_OF, .length = (uint8_t)length};
        return false;
    case REAL_DIV:
        *event = (struct event){.kind = EVENT_FAULT, .vector = VEC_DE};
        return false;
    case REAL_UD:
        *event = (struct event){.kind = EVENT_FAULT, .vector = VEC_UD};
        return false;
    case REAL_BOUND:
        return bound(m, o, event);
    case REAL_READ:
    case REAL_WRITE:
        reach_operand(m, code.operand / 8, code.doing == REAL_WRITE, o);
        m->rip += o->end == END_COMPLETED ? length : 0;
        break;
    case REAL_CALL:
    case REAL_JMP:
        transfer(m, o);
        break;
    case REAL_RET:
    case REAL_RET_N:
        spec_far_return(m, code.operand, code.doing == REAL_RET_N ? RELEASED : 0, o);
        break;
    case REAL_IRET:
        spec_iret(m, code.operand, length, o);
        break;
    }
    *event = o->event;
    return o->end == END_COMPLETED;
}

static void predict_real(struct machine *m, struct prediction *p)
{
    struct pending pending = {0};
    uint64_t stepped = m->rflags & EFLAGS_TF ? DR6_OF_STEP : 0;
    struct event event;

    if (!spec_boundary(m, &pending, &event, &p->step)) {
        p->step.rule_count = 0;
        if (!fetch_whole(m, length, &p->step)) {
            event = p->step.event;
        } else if (execute(m, &p->step, &event)) {
            pending.dr6 = stepped;
            if (!spec_boundary(m, &pending, &event, &p->delivery))
                event = ran_on;
        }
    }
    spec_deliver(m, &event, &p->delivery);
    p->delivery.event.has_error = 0; /* SDM 2A "INT n", REAL-ADDRESS-MODE: none is pushed */
}

/* ---- Into the state. ---- */

struct segment real_segment_of(uint16_t selector)
{
    return (struct segment){.base = (uint64_t)selector << 4, .limit = 0xffff, .selector = selector, .type = 3, .s = 1, .p = 1};
}

void enter_real(struct state *s)
{
    struct machine *m = &s->machine;

    for (unsigned i = ES; i <= GS; i++)
        m->segment[i] = real_segment_of(i == SS ? STACK_SEGMENT : 0);
    m->gpr[RSP] = STACK_MIDDLE;
    m->rip = REAL_PROGRAM;
    m->cpl = 0;
}

static void load_table(uintptr_t base_, uint32_t limit)
{
    struct table_register idtr = {(uint16_t)limit, base_};

    __asm__ volatile("lidt %0" : : "m"(idtr));
}

static void enter_it(const struct state *s)
{
    const struct machine *m = &s->machine;
    const struct segment *r = m->segment;

    *(struct real_entry *)copy_of(real_entry) = (struct real_entry){
        .ip = (uint16_t)m->rip,
        .cs = r[CS].selector,
        .eflags = (uint32_t)m->rflags,
        .esp = (uint32_t)m->gpr[RSP],
        .ss = r[SS].selector,
        .es = r[ES].selector,
        .ds = r[DS].selector,
        .fs = r[FS].selector,
        .gs = r[GS].selector,
        .ebx = (uint32_t)m->gpr[RBX],
        .ebp = (uint32_t)m->gpr[RBP],
        .esi = (uint32_t)m->gpr[RSI],
        .edi = (uint32_t)m->gpr[RDI],
        .ecx = (uint32_t)m->gpr[RCX],
        .edx = (uint32_t)m->gpr[RDX],
        .eax = (uint32_t)m->gpr[RAX],
        .by_iret = (m->rflags & (EFLAGS_TF | EFLAGS_RF)) != 0,
    };
    if (read_cr2() != CR2_OF_STATE)
        write_cr2(CR2_OF_STATE);
    load_table(0, (uint32_t)m->idtr.limit);
    enter_real_mode();
    load_table((uintptr_t)idt, 256 * 8 - 1);
    __builtin_memcpy((void *)&captured, copy_of(real_captured), sizeof(captured));
    came_system = (struct came_system){SEL_TSS, SEL_LDT, (uint32_t)m->cr0, (uint32_t)m->cr3};
}

void prepare_real_mode(void)
{
    __builtin_memcpy((void *)REAL_CODE, real_begin, (size_t)(real_end - real_begin));
    write_cr0(read_cr0() & ~CR0_PG);
    base.cr0 = read_cr0() & ~CR0_PE;
    base.idtr = (struct table){0, 0x3ff};
    gdt[SEL_REAL_CODE / 8] = descriptor_of(0, 0xffff, 0x1b, 0, 1, 0, 0);
    gdt[SEL_REAL_DATA / 8] = descriptor_of(0, 0xffff, 0x13, 0, 1, 0, 0);
    for (unsigned v = 0; v < 256; v++)
        *(volatile uint32_t *)(uintptr_t)(4 * v) = REAL_CODE + STUB_SIZE * stub_of(v);
    otherwise.predict = predict_real;
    otherwise.enter = enter_it;
}
