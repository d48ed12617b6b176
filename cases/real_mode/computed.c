/*
 * The status flags that the instruction right before an event computed are in the frame in real mode. All are set before.
 */
#include <case16.h>

static void before_int_n(struct program p)
{
    (void)p;
}
#define before_int3 before_int_n
#define before_ud2 before_int_n

static void before_step(struct program p)
{
    (void)p;
    start.eflags |= EFLAGS_TF;
}

#define TEXT_int_n "int 0x40"
#define TEXT_int3 "int3"
#define TEXT_ud2 "ud2"
#define TEXT_divide "div dl"
#define TEXT_step "nop"

static void before_divide(struct program p)
{
    (void)p;
    start.edx = 0;
}

#define COMMA() ,
#define NOTHING()
/* The instruction, its operands EAX and ECX. */
#define EACH(X, BETWEEN, ...)                                                 \
    X(add32, "ADD EAX, ECX", "add eax, ecx", 0x7fffffff, 1, __VA_ARGS__)      \
    BETWEEN()                                                                 \
    X(sub16, "SUB AX, CX", "sub ax, cx", 0x12340fff, 0x87651000, __VA_ARGS__) \
    BETWEEN()                                                                 \
    X(inc16, "INC AX", "inc ax", 0x7fff, 0, __VA_ARGS__)                      \
    BETWEEN()                                                                 \
    X(sbb8, "SBB AL, CL with CF=1", "sbb al, cl", 0x110, 0xf, __VA_ARGS__)    \
    BETWEEN()                                                                 \
    X(neg32, "NEG EAX", "neg eax", 0x80000000, 0, __VA_ARGS__)                \
    BETWEEN()                                                                 \
    X(cmp32, "CMP EAX, ECX", "cmp eax, ecx", 0x42, 0x42, __VA_ARGS__)         \
    BETWEEN()                                                                 \
    X(dec8, "DEC AL", "dec al", 0x101, 0, __VA_ARGS__)

#define RUN(name, about, text, eax_, ecx_, event)                                         \
    static void event##_##name(void)                                                      \
    {                                                                                     \
        struct program p = ASSEMBLE(text "\n" MARK(fault) TEXT_##event "\n" MARK(after)); \
        start.eax = eax_;                                                                 \
        start.ecx = ecx_;                                                                 \
        before_##event(p);                                                                \
        run_program(p);                                                                   \
    }
EACH(RUN, NOTHING, int_n)
EACH(RUN, NOTHING, int3)
EACH(RUN, NOTHING, ud2)
EACH(RUN, NOTHING, divide)
EACH(RUN, NOTHING, step)

#define ROW(name_, about_, text, eax_, ecx_, event, what, vector_, rip)                                                               \
    {                                                                                                                                 \
        VARIANT, .name = #event "_" #name_, .about = about_ ", then " what,                                                           \
                 .spec = "SDM 3B \"Interrupt and Exception Handling\"; SDM 1 \"Status Flags\"", .vector = vector_, .error = NO_ERROR, \
                 .saved_rip = rip, .run = event##_##name_                                                                             \
    }

VARIANTS(EACH(ROW, COMMA, int_n, "INT 0x40", 0x40, AFTER), EACH(ROW, COMMA, int3, "INT3", VEC_BP, AFTER),
         EACH(ROW, COMMA, ud2, "UD2", VEC_UD, AT_FAULT), EACH(ROW, COMMA, divide, "a division by 0", VEC_DE, AT_FAULT),
         EACH(ROW, COMMA, step, "its single-step trap", VEC_DB, AT_FAULT));
