/*
 * The processor sets A in every entry that it uses for a translation, D in the leaf for a write. A fault sets no D, and
 * leaves an entry with P=0 alone.
 */
#include <case.h>

#define VICTIM 0x8000000000u /* entries of its own at every level, A=D=0 */
#define OFFSET 0x5c0u

static void run(void)
{
    map_page_at("victim", VICTIM, ARG1);
    start.rbx = VICTIM + OFFSET;
    record_entry("pml4e", page_entry(VICTIM, 4));
    record_entry("pdpte", page_entry(VICTIM, 3));
    record_entry("pde", page_entry(VICTIM, 2));
    record_entry("pte", page_entry(VICTIM, 1));
    if (ARG0 == 0)
        FAULT("mov eax, [rbx]");
    else if (ARG0 == 1)
        FAULT("mov [rbx], eax");
    else
        FAULT("cmpxchg [rbx], ecx");
}

/* A fetch. The page holds a RET. */
static void fetch(void)
{
    map_page_at("victim", VICTIM, ARG1);
    *(uint8_t *)frame_of(VICTIM) = 0xc3;
    start.rbx = VICTIM;
    record_entry("pte", page_entry(VICTIM, 1));
    FAULT("call rbx");
}

/* First a load, then a store: D comes with the second. */
static void read_then_write(void)
{
    map_page_at("victim", VICTIM, ARG1);
    start.rbx = VICTIM + OFFSET;
    record_entry("pte", page_entry(VICTIM, 1));
    FAULT("mov eax, [rbx]\n"
          "mov [rbx], ecx");
}

#define ROW(name_, about_, id_, run_, access_, flags_, ...)                                                                                     \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_ ", A=D=0 at all levels", .spec = "SDM 3A \"Accessed and Dirty Flags\"", .id = id_, .run = run_, \
                 .arg = {access_, flags_}, __VA_ARGS__                                                                                          \
    }
#define FAULTS .vector = VEC_PF, .saved_rip = AT_FAULT, .error
#define GRANTED .vector = NO_EXCEPTION
#define P PAGE_PRESENT
#define RW PAGE_WRITE

VARIANTS(ROW("read", "CPL-0 load", "pf-ad-read-sets-a", run, 0, P | RW, GRANTED),
         ROW("write", "CPL-0 store", "pf-ad-write-sets-d", run, 1, P | RW, GRANTED),
         ROW("cmpxchg_unequal", "CPL-0 CMPXCHG that doesn't match, a write nevertheless", NULL, run, 2, P | RW, GRANTED),
         ROW("fetch", "CPL-0 CALL", NULL, fetch, 0, P | RW, GRANTED),
         ROW("read_then_write", "CPL-0 load, then a store", NULL, read_then_write, 0, P | RW, GRANTED),
         ROW("faulting_write", "CPL-0 store, R/W=0, WP=1", "pf-ad-faulting-write-no-d", run, 1, P, FAULTS = PF_P | PF_W),
         ROW("not_present", "CPL-0 load, PTE with P=0", "pf-ad-np-leaf", run, 0, RW, FAULTS = 0));
