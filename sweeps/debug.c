/*
 * SDM 3B "Debug Exceptions": TF, RF and breakpoints × the kinds of instruction that an emulator may end, or delay, in its own way. Behind each
 * comes a NOP, and INT n: what comes first, and before the first instruction of its handler.
 */
#define OWN_INSTRUCTIONS
#include "sweep/sweep.h"

const char sweep_about[] = "debug exceptions of each kind of instruction, and what comes before and behind it";

enum { INSTRUCTION, MODE, TF, RF, KIND, PLACE, LEN, ENABLE, KIND_2, PLACE_2, LEN_2, ENABLE_2, NUMBER, ALIGN, EXACT, DE, GD, DR6, IOPL };

enum does {
    NOTHING,
    ADD,
    CPUID,
    READ, /* `size` bytes at RDI */
    WRITE,
    CHANGE,
    MOVS, /* and the others of `size` bytes */
    STOS,
    LODS,
    REP_MOVS,
    REP_STOS,
    PUSH,
    PUSH_MEMORY,
    POP,
    POP_MEMORY,
    PUSHF,
    POPF,
    STI,
    CLI,
    MOV_SS,
    MOV_SS_MEMORY,
    POP_SS,
    LSS,
    JMP, /* to the NOP */
    CALL,
    JMP_RDI,
    JMP_MEMORY,
    RET,
    JMP_FAR,
    RET_FAR,
    IRET,
    INT_N,
    INT3,
    INT1,
    UD,
    READ_RSI,
    OUT,
    IN,
    OUTS,
    TO_DR, /* of `size` */
    FROM_DR,
    PRIVILEGED
};

enum { ANYWHERE, IN_64_BIT, IN_COMPAT };

/* Name, word, what it does, operand size, mode, count in RCX, image of the flags, where the NOP is, bytes up to there. */
#define RAN_ON 0x90, 0xcd, VECTOR_RAN_ON
#define F_TF 0x102
#define F_RF 0x10002
#define INSTRUCTIONS(X)                                                                                     \
    X(NOP_1, "nop", NOTHING, 0, ANYWHERE, 0, 2, 1, 0x90)                                                    \
    X(NOP_66, "nop 66", NOTHING, 0, ANYWHERE, 0, 2, 2, 0x66, 0x90)                                          \
    X(PAUSE, "pause", NOTHING, 0, ANYWHERE, 0, 2, 2, 0xf3, 0x90)                                            \
    X(NOP_0F, "nop mem", NOTHING, 0, ANYWHERE, 0, 2, 3, 0x0f, 0x1f, 0x07)                                   \
    X(ADD_1, "add", ADD, 0, ANYWHERE, 0, 2, 3, 0x83, 0xc0, 0x01)                                            \
    X(CPUID_1, "cpuid", CPUID, 0, ANYWHERE, 0, 2, 2, 0x0f, 0xa2)                                            \
    X(READ_1, "read 1", READ, 1, ANYWHERE, 0, 2, 2, 0x8a, 0x07)                                             \
    X(READ_2, "read 2", READ, 2, ANYWHERE, 0, 2, 3, 0x66, 0x8b, 0x07)                                       \
    X(READ_4, "read 4", READ, 4, ANYWHERE, 0, 2, 2, 0x8b, 0x07)                                             \
    X(READ_8, "read 8", READ, 8, IN_64_BIT, 0, 2, 3, 0x48, 0x8b, 0x07)                                      \
    X(WRITE_1, "write 1", WRITE, 1, ANYWHERE, 0, 2, 2, 0x88, 0x07)                                          \
    X(WRITE_2, "write 2", WRITE, 2, ANYWHERE, 0, 2, 3, 0x66, 0x89, 0x07)                                    \
    X(WRITE_4, "write 4", WRITE, 4, ANYWHERE, 0, 2, 2, 0x89, 0x07)                                          \
    X(WRITE_8, "write 8", WRITE, 8, IN_64_BIT, 0, 2, 3, 0x48, 0x89, 0x07)                                   \
    X(NOT_4, "not", CHANGE, 4, ANYWHERE, 0, 2, 2, 0xf7, 0x17)                                               \
    X(LOCK_NOT, "lock not", CHANGE, 4, ANYWHERE, 0, 2, 3, 0xf0, 0xf7, 0x17)                                 \
    X(XCHG, "xchg", WRITE, 4, ANYWHERE, 0, 2, 2, 0x87, 0x07)                                                \
    X(MOVS_4, "movs", MOVS, 4, ANYWHERE, 0, 2, 1, 0xa5)                                                     \
    X(STOS_4, "stos", STOS, 4, ANYWHERE, 0, 2, 1, 0xab)                                                     \
    X(LODS_4, "lods", LODS, 4, ANYWHERE, 0, 2, 1, 0xad)                                                     \
    X(REP_MOVS_2, "rep movs 2", REP_MOVS, 4, ANYWHERE, 2, 2, 2, 0xf3, 0xa5)                                 \
    X(REP_STOS_2, "rep stos 2", REP_STOS, 4, ANYWHERE, 2, 2, 2, 0xf3, 0xab)                                 \
    X(REP_STOS_1, "rep stos 1", REP_STOS, 4, ANYWHERE, 1, 2, 2, 0xf3, 0xab)                                 \
    X(REP_STOS_0, "rep stos 0", REP_STOS, 4, ANYWHERE, 0, 2, 2, 0xf3, 0xab)                                 \
    X(PUSH_RAX, "push", PUSH, 0, ANYWHERE, 0, 2, 1, 0x50)                                                   \
    X(PUSH_M, "push mem", PUSH_MEMORY, 0, ANYWHERE, 0, 2, 2, 0xff, 0x37)                                    \
    X(POP_RAX, "pop", POP, 0, ANYWHERE, 0, 2, 1, 0x58)                                                      \
    X(POP_M, "pop mem", POP_MEMORY, 0, ANYWHERE, 0, 2, 2, 0x8f, 0x07)                                       \
    X(POP_MISSING, "pop missing", POP_MEMORY, 0, ANYWHERE, 0, 2, 2, 0x8f, 0x07)                             \
    X(PUSHF_W, "pushf", PUSHF, 0, ANYWHERE, 0, 2, 1, 0x9c)                                                  \
    X(POPF_0, "popf", POPF, 0, ANYWHERE, 0, 2, 1, 0x9d)                                                     \
    X(POPF_TF, "popf tf", POPF, 0, ANYWHERE, 0, F_TF, 1, 0x9d)                                              \
    X(STI_1, "sti", STI, 0, ANYWHERE, 0, 2, 1, 0xfb)                                                        \
    X(CLI_1, "cli", CLI, 0, ANYWHERE, 0, 2, 1, 0xfa)                                                        \
    X(MOV_SS_1, "mov ss", MOV_SS, 0, ANYWHERE, 0, 2, 2, 0x8e, 0xd0)                                         \
    X(MOV_SS_M, "mov ss mem", MOV_SS_MEMORY, 2, ANYWHERE, 0, 2, 2, 0x8e, 0x17)                              \
    X(MOV_SS_INT, "mov ss mem, int n", MOV_SS_MEMORY, 2, ANYWHERE, 0, 2, 4, 0x8e, 0x17, 0xcd, VECTOR_INT_N) \
    X(MOV_SS_INT3, "mov ss mem, int3", MOV_SS_MEMORY, 2, ANYWHERE, 0, 2, 3, 0x8e, 0x17, 0xcc)               \
    X(MOV_SS_UD, "mov ss mem, ud2", MOV_SS_MEMORY, 2, ANYWHERE, 0, 2, 4, 0x8e, 0x17, 0x0f, 0x0b)            \
    X(POP_SS_1, "pop ss", POP_SS, 0, IN_COMPAT, 0, 2, 1, 0x17)                                              \
    X(LSS_1, "lss", LSS, 6, ANYWHERE, 0, 2, 3, 0x0f, 0xb2, 0x0f)                                            \
    X(JMP_1, "jmp", JMP, 0, ANYWHERE, 0, 2, 3, 0xeb, 1, 0xcc)                                               \
    X(JNZ, "jnz taken", JMP, 0, ANYWHERE, 0, 2, 3, 0x75, 1, 0xcc)                                           \
    X(JZ, "jz not taken", JMP, 0, ANYWHERE, 0, 2, 2, 0x74, 1)                                               \
    X(CALL_1, "call", CALL, 0, ANYWHERE, 0, 2, 6, 0xe8, 1, 0, 0, 0, 0xcc)                                   \
    X(RET_1, "ret", RET, 0, ANYWHERE, 0, 2, 2, 0xc3, 0xcc)                                                  \
    X(JMP_RDI_1, "jmp rdi", JMP_RDI, 0, ANYWHERE, 0, 2, 3, 0xff, 0xe7, 0xcc)                                \
    X(JMP_M, "jmp mem", JMP_MEMORY, 0, ANYWHERE, 0, 2, 3, 0xff, 0x27, 0xcc)                                 \
    X(JMP_FAR_M, "jmp far", JMP_FAR, 6, ANYWHERE, 0, 2, 3, 0xff, 0x2f, 0xcc)                                \
    X(RET_FAR_1, "ret far", RET_FAR, 4, ANYWHERE, 0, 2, 2, 0xcb, 0xcc)                                      \
    X(IRETQ, "iretq", IRET, 8, IN_64_BIT, 0, 2, 3, 0x48, 0xcf, 0xcc)                                        \
    X(IRETQ_TF, "iretq tf", IRET, 8, IN_64_BIT, 0, F_TF, 3, 0x48, 0xcf, 0xcc)                               \
    X(IRETQ_RF, "iretq rf", IRET, 8, IN_64_BIT, 0, F_RF, 3, 0x48, 0xcf, 0xcc)                               \
    X(IRETQ_TF_RF, "iretq tf rf", IRET, 8, IN_64_BIT, 0, F_TF | F_RF, 3, 0x48, 0xcf, 0xcc)                  \
    X(INT_N_1, "int n", INT_N, 0, ANYWHERE, 0, 2, 2, 0xcd, VECTOR_INT_N)                                    \
    X(INT3_1, "int3", INT3, 0, ANYWHERE, 0, 2, 1, 0xcc)                                                     \
    X(INT1_1, "int1", INT1, 0, ANYWHERE, 0, 2, 1, 0xf1)                                                     \
    X(UD_1, "ud2", UD, 0, ANYWHERE, 0, 2, 2, 0x0f, 0x0b)                                                    \
    X(READ_MISSING, "read missing", READ_RSI, 0, ANYWHERE, 0, 2, 2, 0x8a, 0x06)                             \
    X(OUT_1, "out", OUT, 1, ANYWHERE, 0, 2, 1, 0xee)                                                        \
    X(OUT_2, "out 2", OUT, 2, ANYWHERE, 0, 2, 2, 0x66, 0xef)                                                \
    X(IN_1, "in", IN, 1, ANYWHERE, 0, 2, 1, 0xec)                                                           \
    X(OUTS_1, "outs", OUTS, 1, ANYWHERE, 0, 2, 1, 0x6e)                                                     \
    X(TO_DR0, "to dr0", TO_DR, 0, ANYWHERE, 0, 2, 3, 0x0f, 0x23, 0xc0)                                      \
    X(TO_DR4, "to dr4", TO_DR, 4, ANYWHERE, 0, 2, 3, 0x0f, 0x23, 0xe0)                                      \
    X(TO_DR6, "to dr6", TO_DR, 6, ANYWHERE, 0, 2, 3, 0x0f, 0x23, 0xf0)                                      \
    X(TO_DR7_ON, "to dr7, on", TO_DR, 7, ANYWHERE, 0, 2, 3, 0x0f, 0x23, 0xf8)                               \
    X(TO_DR7_OFF, "to dr7, off", TO_DR, 7, ANYWHERE, 0, 2, 3, 0x0f, 0x23, 0xf8)                             \
    X(FROM_DR0, "from dr0", FROM_DR, 0, ANYWHERE, 0, 2, 3, 0x0f, 0x21, 0xc0)                                \
    X(FROM_DR5, "from dr5", FROM_DR, 5, ANYWHERE, 0, 2, 3, 0x0f, 0x21, 0xe8)                                \
    X(FROM_DR7, "from dr7", FROM_DR, 7, ANYWHERE, 0, 2, 3, 0x0f, 0x21, 0xf8)                                \
    X(TO_CR3, "to cr3", PRIVILEGED, 3, ANYWHERE, 0, 2, 3, 0x0f, 0x22, 0xd8)                                 \
    X(TO_CR8, "to cr8", PRIVILEGED, 8, IN_64_BIT, 0, 2, 4, 0x44, 0x0f, 0x22, 0xc0)                          \
    X(FROM_CR0, "from cr0", PRIVILEGED, 0, ANYWHERE, 0, 2, 3, 0x0f, 0x20, 0xc0)                             \
    X(CLTS, "clts", PRIVILEGED, 9, ANYWHERE, 0, 2, 2, 0x0f, 0x06)                                           \
    X(INVLPG, "invlpg", PRIVILEGED, 9, ANYWHERE, 0, 2, 3, 0x0f, 0x01, 0x3f)

#define NAME_OF(name, ...) name,
enum { INSTRUCTIONS(NAME_OF) };
#define CODE_OF(name, word, does, size, mode, count, flags, next, ...) [name] = {__VA_ARGS__, [next] = RAN_ON},
static const uint8_t code[][16] __attribute__((aligned(16))) = {INSTRUCTIONS(CODE_OF)};
#define ROW_OF(name, word, does, size, mode, count, flags, next, ...) {does, size, mode, count, next, flags},
static const struct row {
    uint8_t does, size, mode, count, next;
    uint32_t flags;
} rows[] = {INSTRUCTIONS(ROW_OF)};
#define VALUE_OF(name, word, ...) {word, name},

/* Data that breakpoints are on, with nothing else on their page. */
static uint8_t data[4096] __attribute__((aligned(4096)));
#define OPERAND ((uintptr_t)data + 0x100)
#define SOURCE ((uintptr_t)data + 0x200)
#define PORT 0x80u /* of power-on self tests: nothing listens */

/* Where a breakpoint is: at an operand, in code, at a port. */
enum { AT_OPERAND = 0, AT_SOURCE = 1, AT_CODE = 2, AT_NEXT = 3, AT_HANDLER = 4, AT_PORT = 5 };
#define AT(what, distance) ((uint64_t)(what) << 8 | (uint8_t)(distance))
#define PLACES                                                                                                                                       \
    {"operand", AT(AT_OPERAND, 0)}, {"operand + 1", AT(AT_OPERAND, 1)}, {"operand + 2", AT(AT_OPERAND, 2)}, {"operand + 3", AT(AT_OPERAND, 3)},      \
        {"operand + 4", AT(AT_OPERAND, 4)}, {"operand + 7", AT(AT_OPERAND, 7)}, {"operand + 8", AT(AT_OPERAND, 8)},                                  \
        {"operand - 1", AT(AT_OPERAND, -1)}, {"operand - 4", AT(AT_OPERAND, -4)}, {"operand - 8", AT(AT_OPERAND, -8)}, {"source", AT(AT_SOURCE, 0)}, \
        {"source + 4", AT(AT_SOURCE, 4)}, {"instruction", AT(AT_CODE, 0)}, {"instruction + 1", AT(AT_CODE, 1)}, {"next", AT(AT_NEXT, 0)},            \
        {"handler", AT(AT_HANDLER, 0)}, {"port", AT(AT_PORT, 0)},                                                                                    \
    {                                                                                                                                                \
        "port + 1", AT(AT_PORT, 1)                                                                                                                   \
    }
enum { EXECUTE, WRITES, IO, BOTH, NONE };
#define LENGTHS                   \
    {"1", 0}, {"2", 1}, {"4", 3}, \
    {                             \
        "8", 2                    \
    }
#define ENABLES                     \
    {"L", 1}, {"G", 2}, {"L G", 3}, \
    {                               \
        "no", 0                     \
    }

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, INSTRUCTIONS(VALUE_OF)),
    AXIS(MODE, {"ring 0", IN_RING_0}, {"ring 3", IN_RING_3}, {"compat 3", IN_COMPAT_3}, {"compat 0", IN_COMPAT_0}),
    AXIS(TF, FLAG(1 << 8)),
    AXIS(RF, FLAG(1 << 16)),
    AXIS(KIND, {"both", BOTH}, {"writes", WRITES}, {"execute", EXECUTE}, {"i/o", IO}, {"none", NONE}),
    AXIS(PLACE, PLACES),
    AXIS(LEN, LENGTHS),
    AXIS(ENABLE, ENABLES),
    AXIS(KIND_2, {"none", NONE}, {"both", BOTH}, {"writes", WRITES}, {"execute", EXECUTE}, {"i/o", IO}),
    AXIS(PLACE_2, PLACES),
    AXIS(LEN_2, LENGTHS),
    AXIS(ENABLE_2, ENABLES),
    AXIS(NUMBER, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}),
    AXIS(ALIGN, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"7", 7}),
    AXIS(EXACT, {"0", 0}, {"LE GE", 0x300}),
    AXIS(DE, SET_FIRST),
    AXIS(GD, {"0", 0}, {"1", DR7_GD}),
    AXIS(DR6, {"start", DR6_START}, {"B1 B2", DR6_START | 6}, {"all but BT", DR6_START | 0x600f}, {"BT", DR6_START | 0x8000}),
    AXIS(IOPL, {"3", 3}, {"0", 0}),
    {0},
};

static bool keeps_general_detect;

void prepare(void)
{
    keeps_general_detect = cpuid(0x40000000, 0).ebx == 0x54474354; /* "TCGT": QEMU 10 and later never clear GD, and nobody else can */
    watch(WATCH_REGISTERS | WATCH_DEBUG);
    for (unsigned v = 0; v < VECTORS; v++) /* no frame comes where a breakpoint is */
        if (v != VEC_DF)
            idt[v][0] |= 1ull << 32 | 3ull << 45;
}

/* ---- What an instruction does. Small rather than fast: the ROM has little room. ---- */

#define SMALL __attribute__((noinline, cold))

static uint64_t truncated(const struct machine *m, uint64_t value)
{
    return m->segment[CS].l ? value : (uint32_t)value;
}

static SMALL void stored(struct outcome *o, uint64_t linear, unsigned size, uint64_t value)
{
    o->store[o->store_count++] = (struct store){.linear = linear, .physical = linear, .value = value, .size = (uint8_t)size, .kind = STORE_PUSH};
}

static SMALL uint64_t loaded(uint64_t linear, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value |= (uint64_t)((const volatile uint8_t *)linear)[i] << 8 * i;
    return value;
}

static SMALL bool refuse(struct outcome *o, const char *rule)
{
    o->rule[o->rule_count++] = rule;
    o->event = (struct event){.kind = EVENT_FAULT, .vector = VEC_GP, .has_error = 1};
    o->end = END_FAULT;
    return false;
}

static bool reach_page(const struct machine *m, uint64_t linear, bool write, struct outcome *o)
{
    struct access access = {.linear = linear, .write = write, .user = m->cpl == 3};
    uint64_t physical;

    if (m->translate(m, &access, &physical, o))
        return true;
    o->end = END_FAULT;
    return false;
}

static SMALL void string(struct machine *m, enum does does, unsigned size, struct pending *p, struct outcome *o)
{
    if (does == MOVS || does == LODS)
        spec_watch(m, WATCH_READ, m->gpr[RSI], size, p);
    if (does != LODS) {
        stored(o, m->gpr[RDI], size, does == MOVS ? loaded(m->gpr[RSI], size) : m->gpr[RAX] & 0xffffffff);
        spec_watch(m, WATCH_WRITE, m->gpr[RDI], size, p);
        m->gpr[RDI] += size;
    }
    m->gpr[RSI] += does == STOS ? 0 : size;
}

/* Whether the instruction is through: `next` says where it goes then. */
static SMALL bool execute(struct machine *m, const struct row *r, uint64_t *next, struct pending *p, struct outcome *o)
{
    unsigned word = m->segment[CS].l ? 8 : 4, size = r->size;
    uint64_t old_sp = m->gpr[RSP], rdi = m->gpr[RDI], value;

    switch ((enum does)r->does) {
    case ADD:
        m->rflags = (m->rflags & ~0x8d5ull) | 4; /* FFF9H: PF */
        break;
    case CPUID:
        m->gpr[RCX] = 0;
        o->open[o->open_count++] = (struct open_field){"rcx", "a feature", ~0ull};
        break;
    case READ:
        spec_watch(m, WATCH_READ, rdi, size, p);
        break;
    case WRITE:
    case CHANGE:
        stored(o, rdi, size, r->does == WRITE ? m->gpr[RAX] & (size == 8 ? ~0ull : (1ull << 8 * size) - 1) : (uint32_t)~loaded(rdi, size));
        spec_watch(m, WATCH_WRITE, rdi, size, p);
        break;
    case MOVS:
    case STOS:
    case LODS:
        string(m, (enum does)r->does, size, p, o);
        break;
    case REP_MOVS:
    case REP_STOS:
        if (!m->gpr[RCX])
            break;
        string(m, r->does == REP_MOVS ? MOVS : STOS, size, p, o);
        if (--m->gpr[RCX])
            *next = m->rip;
        break;
    case PUSH:
    case PUSH_MEMORY:
        if (r->does == PUSH_MEMORY)
            spec_watch(m, WATCH_READ, rdi, word, p);
        m->gpr[RSP] -= word;
        stored(o, m->gpr[RSP], word, r->does == PUSH ? truncated(m, m->gpr[RAX]) : loaded(rdi, word));
        spec_watch(m, WATCH_WRITE, m->gpr[RSP], word, p);
        break;
    case POP:
    case POP_MEMORY:
        if (r->does == POP_MEMORY && !reach_page(m, rdi, true, o))
            return false;
        spec_watch(m, WATCH_READ, old_sp, word, p);
        if (r->does == POP_MEMORY)
            spec_watch(m, WATCH_WRITE, rdi, word, p);
        m->gpr[RSP] += word;
        break;
    case PUSHF:
    case POPF:
        spec_flags(m, r->does == PUSHF ? FLAGS_PUSHF : FLAGS_POPF, 8 * word, o);
        spec_watch(m, r->does == PUSHF ? WATCH_WRITE : WATCH_READ, r->does == PUSHF ? m->gpr[RSP] : old_sp, word, p);
        break;
    case STI:
    case CLI:
        spec_flags(m, r->does == STI ? FLAGS_STI : FLAGS_CLI, 32, o);
        break;
    case MOV_SS:
    case MOV_SS_MEMORY:
    case LSS:
        if (r->does != MOV_SS)
            spec_watch(m, WATCH_READ, rdi, size, p);
        if (r->does == LSS)
            m->gpr[RCX] = 0;
        spec_load_segment(m, SS, m->segment[SS].selector, o);
        m->mov_ss_shadow = r->does != LSS;
        break;
    case POP_SS:
        spec_watch(m, WATCH_READ, old_sp, 2, p);
        spec_load_segment(m, SS, m->segment[SS].selector, o);
        m->mov_ss_shadow = 1;
        m->gpr[RSP] += 4;
        break;
    case CALL:
        m->gpr[RSP] -= word;
        stored(o, m->gpr[RSP], word, m->rip + 5);
        spec_watch(m, WATCH_WRITE, m->gpr[RSP], word, p);
        break;
    case RET:
        spec_watch(m, WATCH_READ, old_sp, word, p);
        m->gpr[RSP] += word;
        break;
    case JMP_MEMORY:
        spec_watch(m, WATCH_READ, rdi, word, p);
        break;
    case JMP_FAR:
        spec_watch(m, WATCH_READ, rdi, size, p);
        break;
    case RET_FAR:
        spec_far_return(m, 32, 0, o);
        spec_watch(m, WATCH_READ, old_sp, 8, p);
        break;
    case IRET:
        spec_iret(m, 64, 2, o);
        spec_watch(m, WATCH_READ, old_sp, 40, p);
        *next = m->rip;
        break;
    case READ_RSI:
        return reach_page(m, m->gpr[RSI], false, o);
    case OUT:
    case IN:
    case OUTS:
        if (m->cpl > (m->rflags >> 12 & 3)) /* the map lies beyond the TSS */
            return refuse(o, "io.iopl");
        spec_watch(m, WATCH_IO, m->gpr[RDX], size, p);
        if (r->does == OUTS)
            spec_watch(m, WATCH_READ, m->gpr[RSI]++, size, p);
        break;
    case TO_DR:
    case FROM_DR:
        value = truncated(m, m->gpr[RAX]);
        spec_debug_register(m, size, r->does == TO_DR, &value, o);
        break;
    case PRIVILEGED:
        if (m->cpl)
            return refuse(o, "privileged.cpl");
        if (size < 9)
            o->open[o->open_count++] = (struct open_field){"rflags", "SDM 2B \"MOV-Move to/from Control Registers\"", 0x8d5};
        break;
    default:
        break;
    }
    return o->end == END_COMPLETED;
}

SMALL bool execute_own(struct machine *m, struct pending *p, struct outcome *o, struct event *event)
{
    uint64_t which = (m->rip - (uintptr_t)code) / sizeof(*code), at = (m->rip - (uintptr_t)code) % sizeof(*code);
    const struct row *r = &rows[which];
    bool stepping = m->rflags & RFLAGS_TF;
    uint8_t does = r->does, length = 2;

    if (at && at == r->next) { /* the NOP */
        m->rip++;
        p->dr6 |= stepping ? DR6_BS : 0;
        return true;
    }
    if (at > r->next)
        does = NOTHING; /* the INT n behind it */
    else if (at)
        does = which == MOV_SS_INT ? INT_N : which == MOV_SS_INT3 ? INT3 : UD;
    if (at > r->next || does == INT_N || does == INT3 || does == INT1 || does == UD) {
        static const uint8_t kinds[] = {[INT3 - INT_N] = EVENT_INT3, [INT1 - INT_N] = EVENT_INT1, [UD - INT_N] = EVENT_FAULT};
        static const uint8_t vectors[] = {VECTOR_INT_N, VEC_BP, VEC_DB, VEC_UD};

        length = does == UD ? 0 : does == INT3 || does == INT1 ? 1 : 2;
        *event = (struct event){.kind = EVENT_INT_N, .vector = VECTOR_RAN_ON, .length = length};
        if (at <= r->next && does != INT_N)
            event->kind = kinds[does - INT_N];
        if (at <= r->next)
            event->vector = vectors[does - INT_N];
        return false;
    }

    uint64_t next = (uintptr_t)code[which] + r->next;

    if (r->does == MOV_SS_MEMORY)
        next = m->rip + 2;
    o->end = END_COMPLETED;
    if (!execute(m, r, &next, p, o)) {
        p->dr6 = p->dr6_maybe = 0;
        *event = o->event;
        return false;
    }
    m->rip = next;
    p->dr6 |= stepping ? DR6_BS : 0;
    return true;
}

/* ---- A state. ---- */

struct operand {
    uint64_t address, source;
};

/* "operand": of an instruction breakpoint the instruction, of an I/O breakpoint the port. */
static uint64_t address_of(uint64_t kind, uint64_t place, const uint64_t v[], const struct operand *operand)
{
    uint64_t distance = (uint64_t)(int64_t)(int8_t)place, which = v[INSTRUCTION];

    switch (place >> 8 || kind == BOTH || kind == WRITES ? place >> 8 : kind == IO ? AT_PORT : AT_CODE) {
    case AT_OPERAND:
        return operand->address + distance;
    case AT_SOURCE:
        return operand->source + distance;
    case AT_CODE:
        return (uintptr_t)code[which] + distance;
    case AT_NEXT:
        return (uintptr_t)code[which] + rows[which].next;
    case AT_HANDLER:
        return (idt[VECTOR_RAN_ON][0] & 0xffff) | (idt[VECTOR_RAN_ON][0] >> 32 & 0xffff0000);
    default:
        return PORT + distance;
    }
}

/* Adds a breakpoint; false: there is no such. */
static SMALL bool set_breakpoint(struct machine *m, unsigned n, const uint64_t v[], unsigned axis, const struct operand *operand)
{
    uint64_t kind = v[axis], len = v[axis + 2], bytes = len == 2 ? 8 : len + 1;

    if (kind == NONE)
        return true;
    if ((kind == EXECUTE && len) || (kind == IO && !v[DE])) /* undefined */
        return false;
    m->dr[n] = address_of(kind, v[axis + 1], v, operand) & (kind == EXECUTE ? ~0ull : -bytes);
    m->dr7 |= v[axis + 3] << 2 * n | (kind | len << 2) << (16 + 4 * n);
    return true;
}

/* Whether a data breakpoint has one of these bytes. */
static SMALL bool touches(const struct machine *m, uint64_t address, uint64_t size, bool enabled)
{
    struct machine all = {.dr = {m->dr[0], m->dr[1], m->dr[2], m->dr[3]}, .dr7 = m->dr7};
    struct pending p = {0};

    spec_watch(&all, WATCH_WRITE, address, (unsigned)size, &p);
    return p.dr6 || (!enabled && p.dr6_maybe);
}

/* An instruction breakpoint on MOV DRn with GD: whether it reports both isn't said. */
static bool is_on_guarded(const uint64_t v[], unsigned axis)
{
    return v[GD] && v[axis] == EXECUTE && (v[axis + 1] == AT(AT_CODE, 0) || v[axis + 1] == AT(AT_OPERAND, 0));
}

/* What no manual decides. */
static SMALL bool is_open(const uint64_t v[], const struct machine *m)
{
    const struct row *r = &rows[v[INSTRUCTION]];
    uint64_t sp = m->gpr[RSP];

    if ((r->does == TO_DR || r->does == FROM_DR) && (is_on_guarded(v, KIND) || is_on_guarded(v, KIND_2)))
        return true;
    /* #UD of DR4 and DR5 or #GP of the privilege level: docs/choices.md has none, and cases accept both */
    if ((r->does == TO_DR || r->does == FROM_DR) && (r->size & 6) == 4 && m->cpl && v[DE])
        return true;
    if (r->count == 2) /* fast-string operation may delay a breakpoint to a later iteration */
        return touches(m, m->gpr[RDI], r->size, true) || touches(m, m->gpr[RSI], r->size, true);
    /* whether the step of MOV SS waits for the handler, as its breakpoints do */
    if (v[INSTRUCTION] == MOV_SS_INT || v[INSTRUCTION] == MOV_SS_INT3)
        return v[TF];
    /* of a selector on the stack two bytes are used; whether all are read isn't said */
    if (r->does == POP_SS)
        return touches(m, sp + 2, 2, false);
    if (r->does == RET_FAR)
        return touches(m, sp + 6, 2, false);
    return r->does == IRET && touches(m, sp + 10, 30, false);
}

/* Registers and memory that the instruction wants. */
static SMALL void set_operands(const uint64_t v[], struct machine *m, uint64_t next)
{
    const struct row *r = &rows[v[INSTRUCTION]];
    unsigned word = m->segment[CS].l ? 8 : 4;
    uint64_t cs = m->segment[CS].selector, ss = m->segment[SS].selector, sp = m->gpr[RSP], rdi = m->gpr[RDI];

    switch ((enum does)r->does) {
    case POPF:
        put_words(sp, word, (const uint64_t[]){r->flags}, 1);
        break;
    case RET:
        put_words(sp, word, (const uint64_t[]){next}, 1);
        break;
    case RET_FAR:
        put_words(sp, 4, (const uint64_t[]){next, cs}, 2);
        break;
    case IRET:
        put_words(sp, 8, (const uint64_t[]){next, cs, r->flags, sp, ss}, 5);
        break;
    case POP_SS:
        put_words(sp, 4, (const uint64_t[]){ss}, 1);
        break;
    case MOV_SS:
        m->gpr[RAX] = ss;
        break;
    case MOV_SS_MEMORY:
        put_words(rdi, 2, (const uint64_t[]){ss}, 1);
        break;
    case LSS:
        put_words(rdi, 4, (const uint64_t[]){0, ss}, 2);
        break;
    case JMP_RDI:
        m->gpr[RDI] = next;
        break;
    case JMP_MEMORY:
        put_words(rdi, word, (const uint64_t[]){next}, 1);
        break;
    case JMP_FAR:
        put_words(rdi, 4, (const uint64_t[]){next, cs}, 2);
        break;
    case TO_DR:
        m->gpr[RAX] = r->size == 0 ? m->dr[0] : r->size != 7 ? DR6_START : v[INSTRUCTION] == TO_DR7_ON ? m->dr7 : DR7_START;
        m->dr[0] = r->size == 0 ? 0 : m->dr[0];
        m->dr7 &= v[INSTRUCTION] == TO_DR7_ON ? ~0xffull : ~0ull;
        break;
    case PRIVILEGED:
        m->gpr[RAX] = r->size == 3 ? m->cr3 : 0;
        break;
    default:
        break;
    }
}

void set_up(const uint64_t v[], struct state *s)
{
    const struct row *r = &rows[v[INSTRUCTION]];
    struct machine *m = &s->machine;

    enter_mode(s, (enum mode)v[MODE]);

    unsigned word = is_compat(s) ? 4 : 8, first = (unsigned)v[NUMBER], second = (first + 1) % 4;
    struct operand operand = {OPERAND + v[ALIGN], SOURCE};

    s->absent = r->mode == (is_compat(s) ? IN_64_BIT : IN_COMPAT);
    if (s->absent)
        return;
    m->rip = (uintptr_t)code[v[INSTRUCTION]];
    m->rflags |= v[TF] | v[RF] | (m->cpl ? v[IOPL] << 12 : 0);
    m->cr4 = v[DE] ? m->cr4 | CR4_DE : m->cr4 & ~(uint64_t)CR4_DE;
    m->dr6 = v[DR6];
    m->dr7 = DR7_START | v[EXACT];
    m->gpr[RSP] = STACK_TOP(stack_of_program) + v[ALIGN];
    m->gpr[RDI] = v[INSTRUCTION] == POP_MISSING ? PAGE_MISSING : operand.address;
    m->gpr[RSI] = r->does == READ_RSI ? PAGE_MISSING : operand.source;
    m->gpr[RCX] = r->count;
    m->gpr[RDX] = PORT;
    if (r->does == PUSH || r->does == PUSHF || r->does == CALL)
        operand.address = m->gpr[RSP] - word;
    else if (r->does == POP || r->does == POP_SS || r->does == POPF || r->does == RET || r->does == RET_FAR || r->does == IRET ||
             v[INSTRUCTION] == POP_MISSING)
        operand.address = m->gpr[RSP];
    s->absent = !set_breakpoint(m, first, v, KIND, &operand) || !set_breakpoint(m, second, v, KIND_2, &operand) || is_open(v, m) ||
                (v[GD] && keeps_general_detect);
    if (s->absent)
        return;
    m->dr7 |= v[GD];
    set_operands(v, m, (uintptr_t)code[v[INSTRUCTION]] + r->next);
}
