/*
 * An operand on two pages faults as a whole: nothing of it is written, no register changes. CR2 lies in the page that is
 * missing, which isn't always the one that the operand begins on.
 */
#include <case.h>

static uintptr_t pair; /* two pages */

/* arg: flags of the first and of the second page. The last sixteen bytes of the first and the first of the second are recorded. */
static void prepare(void)
{
    uint8_t *low, *high;

    in_user_mode();
    pair = map_pages("pair", 2, PAGE_USER);
    change_page(pair, 0, ARG0);
    change_page(pair + PAGE_SIZE, 0, ARG1);
    low = frame_of(pair + PAGE_SIZE - 16);
    high = frame_of(pair + PAGE_SIZE);
    for (unsigned i = 0; i < 16; i++) {
        low[i] = (uint8_t)(0x10 + i);
        high[i] = (uint8_t)(0x20 + i);
    }
    record_memory("first", low, 16);
    record_memory("second", high, 16);
}

/* Operands begin N bytes before the second page. */
#define BEFORE(n) (pair + PAGE_SIZE - (n))
#define INSTRUCTIONS(X)                           \
    X(load, 4, "mov rax, [rbx]")                  \
    X(store, 4, "mov [rbx], rax")                 \
    X(add, 2, "add dword ptr [rbx], 1")           \
    X(lock_add, 2, "lock add dword ptr [rbx], 1") \
    X(xadd, 2, "xadd [rbx], ecx")                 \
    X(cmpxchg8b, 4, "cmpxchg8b [rbx]")            \
    X(store_word, 1, "mov [rbx], ax")             \
    X(fst, 4, "fst qword ptr [rbx]")              \
    X(fistp, 4, "fistp qword ptr [rbx]")          \
    X(pop, 4, "pop qword ptr [rbx]")              \
    X(push, 4, "push qword ptr [rbx]")

#define RUN(name_, before_, instruction_) \
    static void name_(void)               \
    {                                     \
        prepare();                        \
        start.rbx = BEFORE(before_);      \
        FAULT(instruction_);              \
    }
INSTRUCTIONS(RUN)

/* The instruction is left out afterwards, so that the end shows XMM registers too. */
static void movups(void)
{
    prepare();
    watch_sse();
    on_exception(VEC_PF, resume_after);
    start.rbx = BEFORE(8);
    FAULT("movups xmm0, [rbx]");
}

static void movups_store(void)
{
    prepare();
    watch_sse();
    on_exception(VEC_PF, resume_after);
    start.rbx = BEFORE(8);
    FAULT("movups [rbx], xmm0");
}

#define P PAGE_PRESENT
#define RW PAGE_WRITE
#define ROW(name_, about_, id_, run_, first_, second_, error_, ...)                                                                               \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = "CPL-3 " about_,                                                                                         \
                 .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"; SDM 3A \"Exception Classifications\"", .id = id_, .vector = VEC_PF, \
                 .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {first_, second_}, __VA_ARGS__                                       \
    }

VARIANTS(ROW("read_second", "8-byte load, second page not present", "pf-cross-read-second-np", load, P | RW, RW, PF_U),
         ROW("write_second", "8-byte store, second page not present", "pf-cross-write-second-np", store, P | RW, RW, PF_W | PF_U),
         ROW("write_second_read_only", "8-byte store, second page read-only", NULL, store, P | RW, P, PF_P | PF_W | PF_U),
         ROW("write_word", "2-byte store, second page not present", NULL, store_word, P | RW, RW, PF_W | PF_U),
         ROW("read_first", "8-byte load, first page not present", "pf-cross-read-first-np", load, RW, P | RW, PF_U),
         ROW("write_first", "8-byte store, first page not present", NULL, store, RW, P | RW, PF_W | PF_U),
         ROW("write_first_read_only", "8-byte store, first page read-only", NULL, store, P, P | RW, PF_P | PF_W | PF_U),
         ROW("read_both", "8-byte load, both pages not present", "pf-cross-read-both-np", load, RW, RW, PF_U),
         ROW("write_both", "8-byte store, first page read-only, second not present", "pf-cross-write-first-ro-second-np", store, P, RW,
             PF_P | PF_W | PF_U),
         ROW("add", "4-byte ADD to memory, second page not present", NULL, add, P | RW, RW, PF_W | PF_U),
         ROW("lock_add", "locked 4-byte ADD, second page not present", "pf-cross-lock-rmw-np", lock_add, P | RW, RW, PF_W | PF_U),
         ROW("lock_add_read_only", "locked 4-byte ADD, second page read-only", NULL, lock_add, P | RW, P, PF_P | PF_W | PF_U),
         ROW("xadd", "4-byte XADD, second page not present", "pf-xadd-cross-np", xadd, P | RW, RW, PF_W | PF_U),
         ROW("cmpxchg8b", "CMPXCHG8B, second page not present", NULL, cmpxchg8b, P | RW, RW, PF_W | PF_U),
         ROW("fst", "8-byte FST, second page not present", NULL, fst, P | RW, RW, PF_W | PF_U),
         ROW("fistp", "8-byte FISTP, second page not present", NULL, fistp, P | RW, RW, PF_W | PF_U),
         ROW("pop", "POP to memory, second page not present", NULL, pop, P | RW, RW, PF_W | PF_U),
         ROW("push", "PUSH from memory, second page not present", NULL, push, P | RW, RW, PF_U),
         ROW("movups", "MOVUPS load, second page not present", "pf-cross-movups-np", movups, P | RW, RW, PF_U, .resumes = 1),
         ROW("movups_store", "MOVUPS store, second page not present", NULL, movups_store, P | RW, RW, PF_W | PF_U, .resumes = 1));
