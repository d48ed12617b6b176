/*
 * R/W=0 forbids writes of CPL 3, whatever CR0.WP is; it forbids those of CPL 0 where CR0.WP=1. An instruction that may end
 * without a new value (CMPXCHG that doesn't match, BTS of a bit that is set) is a write nevertheless. Reads are free.
 * A write that faults leaves the memory and the D flag alone.
 */
#include <case.h>

#define OFFSET 0x5c0u

static void prepare(uint64_t flags)
{
    uintptr_t page = map_page("victim", PAGE_PRESENT | flags);
    uint32_t *word = (uint32_t *)((uintptr_t)frame_of(page) + OFFSET);

    *word = 0x44332211;
    start.rbx = page + OFFSET;
    start.rax = ARG0;
    record_memory("word", word, 4);
    record_entry("pte", page_entry(page, 1));
}

/* name, catalogue row, instruction; RAX is 0x11, or 0x44332211 where that matches. */
#define WRITES(X)                                                             \
    X(mov, "pf-user-write-ro", "mov [rbx], eax", 0x11)                        \
    X(add, "pf-user-rmw-ro", "add dword ptr [rbx], 1", 0x11)                  \
    X(or_nothing, NULL, "or dword ptr [rbx], 0", 0x11)                        \
    X(cmpxchg_equal, NULL, "cmpxchg [rbx], ecx", 0x44332211)                  \
    X(cmpxchg_unequal, "pf-user-cmpxchg-ro-fail", "cmpxchg [rbx], ecx", 0x11) \
    X(cmpxchg8b_unequal, NULL, "cmpxchg8b [rbx]", 0x11)                       \
    X(lock_cmpxchg_unequal, NULL, "lock cmpxchg [rbx], ecx", 0x11)            \
    X(bts_set, "pf-user-bts-ro", "bts dword ptr [rbx], 0", 0x11)              \
    X(btr_clear, NULL, "btr dword ptr [rbx], 1", 0x11)                        \
    X(xchg, NULL, "xchg [rbx], eax", 0x11)                                    \
    X(xadd, NULL, "xadd [rbx], eax", 0x11)                                    \
    X(setne, NULL, "setne byte ptr [rbx]", 0x11)                              \
    X(movups, NULL, "movups [rbx], xmm0", 0x11)                               \
    X(pop, NULL, "pop qword ptr [rbx]", 0x11)
#define READS(X)                                          \
    X(read, "pf-user-read-ro-ok", "mov eax, [rbx]", 0x11) \
    X(cmp, NULL, "cmp dword ptr [rbx], 0x44332211", 0x11) \
    X(bt, NULL, "bt dword ptr [rbx], 1", 0x11)

#define RUN(name_, id_, instruction_, rax_) \
    static void run_##name_(void)           \
    {                                       \
        in_user_mode();                     \
        prepare(PAGE_USER);                 \
        FAULT(instruction_);                \
    }
WRITES(RUN)
READS(RUN)

enum { WP = 1, USER_PAGE = 2 };

static void kernel_write(void)
{
    if (!(ARG1 & WP))
        write_cr0(read_cr0() & ~(uint64_t)CR0_WP);
    prepare(ARG1 & USER_PAGE ? PAGE_USER : 0);
    FAULT("mov [rbx], eax");
}

static void user_write_wp0(void)
{
    in_user_mode();
    write_cr0(read_cr0() & ~(uint64_t)CR0_WP);
    prepare(PAGE_USER);
    FAULT("mov [rbx], eax");
}

#define SPEC .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Page-Fault Exceptions\""
#define WRITE(name_, id_, instruction_, rax_)               \
    {VARIANT,                                               \
     .name = "user_" #name_,                                \
     .about = "CPL-3 " instruction_ " on a read-only page", \
     SPEC,                                                  \
     .id = id_,                                             \
     .vector = VEC_PF,                                      \
     .error = PF_P | PF_W | PF_U,                           \
     .saved_rip = AT_FAULT,                                 \
     .run = run_##name_,                                    \
     .arg = {rax_}},
#define READ(name_, id_, instruction_, rax_)                \
    {VARIANT,                                               \
     .name = "user_" #name_,                                \
     .about = "CPL-3 " instruction_ " on a read-only page", \
     SPEC,                                                  \
     .id = id_,                                             \
     .vector = NO_EXCEPTION,                                \
     .run = run_##name_,                                    \
     .arg = {rax_}},
#define KERNEL(name_, about_, id_, how_, ...)                                                                                             \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = "CPL-0 store to a read-only " about_, SPEC, .id = id_, .run = kernel_write, .arg = {0x11, how_}, \
                 __VA_ARGS__                                                                                                              \
    }
#define FAULTS .vector = VEC_PF, .error = PF_P | PF_W, .saved_rip = AT_FAULT

VARIANTS(WRITES(WRITE) READS(READ){VARIANT, .name = "user_mov_wp0", .about = "CPL-3 store to a read-only page, CR0.WP=0", SPEC, .vector = VEC_PF,
                                   .error = PF_P | PF_W | PF_U, .saved_rip = AT_FAULT, .run = user_write_wp0, .arg = {0x11}},
         KERNEL("kernel_wp1", "supervisor page, CR0.WP=1", "pf-sup-write-ro-wp", WP, FAULTS),
         KERNEL("kernel_wp1_user_page", "user page, CR0.WP=1, SMAP=0", "pf-sup-write-user-ro-wp", WP | USER_PAGE, FAULTS),
         KERNEL("kernel_wp0", "supervisor page, CR0.WP=0", "pf-sup-write-ro-nowp", 0, .vector = NO_EXCEPTION),
         KERNEL("kernel_wp0_user_page", "user page, CR0.WP=0, SMAP=0", NULL, USER_PAGE, .vector = NO_EXCEPTION));
