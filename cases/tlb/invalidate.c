/*
 * A program uses a page, changes its entry in memory, invalidates what may be cached of it, and uses it again: the new entry counts. By INVLPG,
 * MOV to CR3, INVPCID of each type, and, for a global page, by a change of CR4.PGE.
 */
#include <case.h>

#define OTHER 0x0123456789abcdefull

/* ARG0: flags that the entry loses; 0: its frame becomes another one. ARG1: INVPCID's type, or flags that the entry has besides. */
static void set_up(uint64_t flags)
{
    uintptr_t page = map_page("page", PAGE_PRESENT | PAGE_WRITE | PAGE_A | PAGE_D | flags);
    uintptr_t other = map_page("other", PAGE_PRESENT | PAGE_WRITE);
    struct invpcid *operand = frame_of(map_page("descriptor", PAGE_PRESENT | PAGE_WRITE));
    uint64_t entry = *page_entry(page, 1);

    *(uint8_t *)frame_of(page) = 0xc3; /* RET */
    *(uint64_t *)frame_of(other) = OTHER;
    operand->address = page;
    start.rbx = page;
    start.rdi = (uintptr_t)page_entry(page, 1);
    start.rcx = ARG0 ? (entry & ~ARG0) | (ARG0 & PAGE_NX) : (uintptr_t)frame_of(other) | (entry & ~PAGE_ADDRESS);
    start.rsi = (uintptr_t)operand;
    start.rdx = ARG1;
    start.r8 = read_cr3();
    write_cr4(read_cr4() | CR4_PGE);
    start.r9 = read_cr4() & ~(uint64_t)CR4_PGE;
    start.r10 = read_cr4();
}

#define CHANGE "mov [rdi], rcx\n"
#define METHOD(method, flags, invalidation)                                                                 \
    static void method##_load(void)                                                                         \
    {                                                                                                       \
        set_up(flags);                                                                                      \
        PROGRAM("mov rax, [rbx]\n" CHANGE invalidation MARK(fault) "mov rax, [rbx]\n" MARK(after) "nop\n"); \
    }                                                                                                       \
    static void method##_store(void)                                                                        \
    {                                                                                                       \
        set_up(flags);                                                                                      \
        PROGRAM("mov [rbx], rax\n" CHANGE invalidation MARK(fault) "mov [rbx], rax\n" MARK(after) "nop\n"); \
    }                                                                                                       \
    static void method##_fetch(void)                                                                        \
    {                                                                                                       \
        set_up(flags);                                                                                      \
        PROGRAM("call rbx\n" CHANGE invalidation MARK(fault) "call rbx\n" MARK(after) "nop\n");             \
    }

METHOD(invlpg, 0, "invlpg [rbx]\n")
METHOD(invlpg_global, PAGE_G, "invlpg [rbx]\n")
METHOD(cr3, 0, "mov cr3, r8\n")
METHOD(pge, PAGE_G, "mov cr4, r9\nmov cr4, r10\n")
METHOD(invpcid, 0, "invpcid rdx, [rsi]\n")
METHOD(invpcid_global, PAGE_G, "invpcid rdx, [rsi]\n")

/* CR4.PGE=0: G says nothing. */
static void cr3_without_pge(void)
{
    set_up(PAGE_G);
    write_cr4(read_cr4() & ~(uint64_t)CR4_PGE);
    PROGRAM("mov rax, [rbx]\n" CHANGE "mov cr3, r8\n" MARK(fault) "mov rax, [rbx]\n" MARK(after) "nop\n");
}

/* The entry of the page directory: what the paging-structure caches hold is invalidated, too. */
#define DIRECTORY(method, invalidation)                                                                     \
    static void method##_directory(void)                                                                    \
    {                                                                                                       \
        set_up(0);                                                                                          \
        start.rdi = (uintptr_t)page_entry(start.rbx, 2);                                                    \
        start.rcx = 0;                                                                                      \
        PROGRAM("mov rax, [rbx]\n" CHANGE invalidation MARK(fault) "mov rax, [rbx]\n" MARK(after) "nop\n"); \
    }

DIRECTORY(invlpg, "invlpg [rbx]\n")
DIRECTORY(cr3, "mov cr3, r8\n")

/* CPL 3 uses the page, the handler of INT 0x40 makes it the supervisor's. */
#define USER(method, flags, invalidation)                                                                     \
    static void method##_user(void)                                                                           \
    {                                                                                                         \
        set_up(flags);                                                                                        \
        change_page(start.rbx, 0, PAGE_USER);                                                                 \
        in_user_mode();                                                                                       \
        set_gate(0x40, .dpl = 3);                                                                             \
        on_exception_run(0x40, HANDLER(CHANGE invalidation));                                                 \
        PROGRAM("mov rax, [rbx]\nint 0x40\n" MARK(back) "clc\n" MARK(again) "mov rax, [rbx]\n" MARK(behind)); \
    }

USER(invlpg, 0, "invlpg [rbx]\n")
USER(cr3, 0, "mov cr3, r8\n")
USER(pge, PAGE_G, "mov cr4, r9\nmov cr4, r10\n")

#define ROW(name_, run_, lost, type, about_, ...)                                                                                               \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Operations that Invalidate TLBs and Paging-Structure Caches\"", .run = run_, \
                 .arg = {lost, type}, __VA_ARGS__                                                                                               \
    }
#define FAULTS(error_) .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT
#define FETCH_FAULTS .vector = VEC_PF, .error = PF_P | PF_I
#define EACH(name_, run_, type, by, needs_)                                                                                                          \
    ROW(name_ "_not_present", run_##_load, PAGE_PRESENT, type, "load, P cleared, " by ", load at CPL 0", FAULTS(0), .needs = needs_),                \
        ROW(name_ "_read_only", run_##_store, PAGE_WRITE, type, "store, R/W cleared, " by ", store at CPL 0", FAULTS(PF_P | PF_W), .needs = needs_), \
        ROW(name_ "_no_execute", run_##_fetch, PAGE_NX, type, "CALL, XD set, " by ", CALL at CPL 0", FETCH_FAULTS, .needs = "nx " needs_),           \
        ROW(name_ "_moved", run_##_load, 0, type, "load, another frame, " by ", load at CPL 0", .vector = NO_EXCEPTION, .needs = needs_)

VARIANTS(EACH("invlpg", invlpg, 0, "INVLPG", ""), EACH("invlpg_global", invlpg_global, 0, "INVLPG of a global page", "pge"),
         EACH("cr3", cr3, 0, "MOV to CR3", ""), EACH("pge", pge, 0, "CR4.PGE cleared and set, a global page", "pge"),
         EACH("invpcid_0", invpcid, 0, "INVPCID of the address", "invpcid"), EACH("invpcid_1", invpcid, 1, "INVPCID of the PCID", "invpcid"),
         EACH("invpcid_2", invpcid_global, 2, "INVPCID of all, a global page", "invpcid pge"),
         EACH("invpcid_3", invpcid, 3, "INVPCID of all but global pages", "invpcid"),
         ROW("cr3_without_pge", cr3_without_pge, PAGE_PRESENT, 0, "load, P cleared of an entry with G, CR4.PGE=0, MOV to CR3, load at CPL 0",
             FAULTS(0), .needs = "pge"),
         ROW("invlpg_directory", invlpg_directory, PAGE_PRESENT, 0, "load, P of the PDE cleared, INVLPG, load at CPL 0", FAULTS(0)),
         ROW("cr3_directory", cr3_directory, PAGE_PRESENT, 0, "load, P of the PDE cleared, MOV to CR3, load at CPL 0", FAULTS(0)),
#define USER_ROW(name_, by)                                                                                                        \
    ROW(#name_ "_supervisor", name_##_user, PAGE_USER, 0, "load at CPL 3, U/S cleared by a handler, " by ", load", .vector = 0x40, \
        .error = NO_ERROR, .saved_rip = "back")
         USER_ROW(invlpg, "INVLPG"), USER_ROW(cr3, "MOV to CR3"), USER_ROW(pge, "CR4.PGE cleared and set, a global page"));
