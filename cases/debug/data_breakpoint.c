/*
 * A data breakpoint is a trap: the access is done before the debug exception comes. It is raised where any byte of an
 * access of the right kind lies in the range of LENn bytes at DRn. The comparison is of linear addresses, all 64 bits.
 */
#include <case.h>

static uintptr_t page;

/* arg: the offset of the breakpoint */
static void watch(enum breakpoint_type type, enum breakpoint_length length)
{
    page = map_page("page", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    for (unsigned i = 0; i < 16; i++)
        ((uint8_t *)frame_of(page))[i] = (uint8_t)(0x10 + i);
    record_memory("page", frame_of(page), 16);
    set_breakpoint(0, page + ARG0, type, length);
    start.rbx = page;
}

#define ACCESS(n, type, length, instruction) \
    static void n(void)                      \
    {                                        \
        watch(type, length);                 \
        FAULT(instruction);                  \
    }

ACCESS(write_1, BREAK_WRITE, LENGTH_1, "mov [rbx], al")
ACCESS(write_2, BREAK_WRITE, LENGTH_2, "mov [rbx], ax")
ACCESS(write_4, BREAK_WRITE, LENGTH_4, "mov [rbx], eax")
ACCESS(write_8, BREAK_WRITE, LENGTH_8, "mov [rbx], rax")
ACCESS(write_8_at_7, BREAK_WRITE, LENGTH_8, "mov [rbx + 7], al")
ACCESS(write_8_at_8, BREAK_WRITE, LENGTH_8, "mov [rbx + 8], al")
ACCESS(read_8, BREAK_ACCESS, LENGTH_8, "mov rax, [rbx]")
ACCESS(write_not_read, BREAK_WRITE, LENGTH_4, "mov eax, [rbx]")
ACCESS(access_read, BREAK_ACCESS, LENGTH_4, "mov eax, [rbx]")
ACCESS(access_write, BREAK_ACCESS, LENGTH_4, "mov [rbx], eax")
ACCESS(inside, BREAK_WRITE, LENGTH_4, "mov [rbx + 3], al")
ACCESS(outside, BREAK_WRITE, LENGTH_1, "mov [rbx], rax")
ACCESS(adjacent_above, BREAK_WRITE, LENGTH_4, "mov [rbx + 4], eax")
ACCESS(adjacent_below, BREAK_WRITE, LENGTH_4, "mov [rbx], eax")
ACCESS(partial, BREAK_WRITE, LENGTH_4, "mov [rbx + 6], ax")
ACCESS(masked_address, BREAK_WRITE, LENGTH_4, "mov [rbx], al")
ACCESS(xadd, BREAK_WRITE, LENGTH_4, "lock xadd [rbx], eax")
ACCESS(inc, BREAK_ACCESS, LENGTH_4, "inc dword ptr [rbx]")
ACCESS(cmp, BREAK_ACCESS, LENGTH_4, "cmp [rbx], eax")
ACCESS(test_only_reads, BREAK_WRITE, LENGTH_4, "test [rbx], eax")
ACCESS(lea, BREAK_ACCESS, LENGTH_4, "lea rax, [rbx]")
ACCESS(push_memory, BREAK_ACCESS, LENGTH_8, "push qword ptr [rbx]")
ACCESS(fnstcw, BREAK_WRITE, LENGTH_2, "fnstcw [rbx]")

static void sse_store(void)
{
    watch_sse();
    watch(BREAK_WRITE, LENGTH_4);
    FAULT("movups [rbx], xmm0");
}

static void sse_load(void)
{
    watch_sse();
    on_exception(VEC_DB, resume);
    watch(BREAK_ACCESS, LENGTH_4);
    FAULT("movups xmm0, [rbx]");
}

static void pop_to_memory(void)
{
    start.rsp -= 8;
    watch(BREAK_WRITE, LENGTH_8);
    FAULT("pop qword ptr [rbx]");
}

/* An unaligned operand needs two breakpoints; its neighbours are not theirs. */
static void unaligned(void)
{
    watch(BREAK_WRITE, LENGTH_1);
    set_breakpoint(0, page + 3, BREAK_WRITE, LENGTH_1);
    set_breakpoint(1, page + 4, BREAK_WRITE, LENGTH_1);
    start.rbx = page + ARG0;
    FAULT("mov [rbx], ax");
}

static void two(void)
{
    watch(BREAK_WRITE, LENGTH_4);
    set_breakpoint(1, page, BREAK_ACCESS, LENGTH_4);
    FAULT("mov [rbx], eax");
}

/* A read meets only the one of the two that is for reads. */
static void two_read(void)
{
    watch(BREAK_WRITE, LENGTH_4);
    set_breakpoint(1, page, BREAK_ACCESS, LENGTH_4);
    FAULT("mov eax, [rbx]");
}

static void all_four(void)
{
    watch(BREAK_WRITE, LENGTH_2);
    for (unsigned n = 0; n < 4; n++)
        set_breakpoint(n, page + 2 * n, BREAK_WRITE, LENGTH_2);
    FAULT("mov [rbx], rax");
}

/* arg: the debug register */
static void each(void)
{
    page = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint((unsigned)ARG0, page, BREAK_WRITE, LENGTH_4);
    if (ARG1)
        start.dr7 ^= DR7_L(ARG0) | DR7_G(ARG0);
    start.rbx = page;
    FAULT("mov [rbx], eax");
}

static void disabled(void)
{
    watch(BREAK_WRITE, LENGTH_4);
    start.dr7 &= ~(uint64_t)DR7_L(0);
    FAULT("mov [rbx], eax");
}

static void fetch(void)
{
    struct program program = ASSEMBLE(MARK(fault) "nop\n" MARK(after) "nop\n");

    set_breakpoint(0, label_of(program, "fault"), BREAK_ACCESS, LENGTH_1);
    run_program(program);
}

/* The instruction breakpoint's kind is for fetches only. */
static void execute_type(void)
{
    watch(BREAK_EXECUTE, LENGTH_1);
    FAULT("mov [rbx], al");
}

static void push(void)
{
    set_breakpoint(0, start.rsp - 8, BREAK_WRITE, LENGTH_8);
    record_memory("pushed", (void *)(start.rsp - 8), 8);
    FAULT("push rax");
}

static void note_return_address(void)
{
    note("return_address_is_after", *(uint64_t *)(start.rsp - 8) == recorded_label("after"));
}

static void call(void)
{
    at_end(note_return_address);
    set_breakpoint(0, start.rsp - 8, BREAK_WRITE, LENGTH_8);
    PROGRAM(MARK(fault) "call 1f\n" MARK(after) "ud2\n" MARK(target) "1: nop\n");
}

/* The pushed word lies in two pages, the breakpoint in the second. */
static void call_across(void)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE);

    start.rsp = pair + PAGE_SIZE + 4;
    set_breakpoint(0, pair + PAGE_SIZE, BREAK_WRITE, LENGTH_4);
    PROGRAM(MARK(fault) "call 1f\n" MARK(after) "ud2\n" MARK(target) "1: nop\n");
}

static void movs(void)
{
    watch(BREAK_ACCESS, LENGTH_1);
    set_breakpoint(1, page + 8, BREAK_WRITE, LENGTH_1);
    start.rsi = page;
    start.rdi = page + 8;
    FAULT("movsb");
}

static void name_handler(unsigned vector)
{
    name_place("handler", gate_of(vector)->offset_15_0 | (uintptr_t)gate_of(vector)->offset_31_16 << 16, 16);
}

static void single_step(void)
{
    name_handler(VEC_DB);
    start.rflags |= RFLAGS_TF;
    watch(BREAK_WRITE, LENGTH_4);
    FAULT("mov [rbx], eax");
}

static void user(void)
{
    in_user_mode();
    write_4();
}

static void compat_user(void)
{
    in_compat_user();
    watch(BREAK_WRITE, LENGTH_4);
    FAULT32("mov [ebx], eax");
}

/* Two linear addresses of one frame: only that in DR0 counts. */
static void alias(void)
{
    watch(BREAK_WRITE, LENGTH_4);
    start.rbx = page + PAGE_SIZE;
    map_frame(start.rbx, (uintptr_t)frame_of(page), PAGE_PRESENT | PAGE_WRITE);
    FAULT("mov [rbx], eax");
}

/* The second half of an access that crosses into the next page. */
static void second_page(void)
{
    page = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint(0, page + PAGE_SIZE, BREAK_WRITE, LENGTH_4);
    start.rbx = page + PAGE_SIZE - 4;
    record_memory("upper", frame_of(page + PAGE_SIZE), 8);
    FAULT("mov [rbx], rax");
}

static void first_page(void)
{
    page = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint(0, page + PAGE_SIZE - 4, BREAK_WRITE, LENGTH_4);
    start.rbx = page + PAGE_SIZE - 4;
    record_memory("lower", frame_of(page + PAGE_SIZE - 8), 8);
    FAULT("mov [rbx], rax");
}

/* The access didn't happen, so there is nothing to report but the fault. */
static void faulting_store(void)
{
    start.rbx = map_page("page", PAGE_WRITE);
    set_breakpoint(0, start.rbx, BREAK_WRITE, LENGTH_4);
    FAULT("mov [rbx], eax");
}

static void make_present(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(start.rbx, 0, PAGE_PRESENT);
}

static void repaired_store(void)
{
    on_exception(VEC_PF, make_present);
    faulting_store();
}

/* The read is done, the instruction isn't: a trap needs both. */
static void faulting_division(void)
{
    name_handler(VEC_DE);
    watch(BREAK_ACCESS, LENGTH_4);
    *(uint32_t *)frame_of(page) = 0;
    FAULT("div dword ptr [rbx]");
}

/* The program goes on behind the store; the next one isn't watched. */
static void resumed(void)
{
    watch(BREAK_WRITE, LENGTH_4);
    on_exception(VEC_DB, resume);
    PROGRAM(MARK(fault) "mov [rbx], eax\n" MARK(after) "mov [rbx + 4], eax\n");
}

/* DR0 is moved while the breakpoint is enabled. */
static void moved(void)
{
    watch(BREAK_WRITE, LENGTH_4);
    start.rcx = page + 8;
    start.rdx = page;
    PROGRAM("mov dr0, rcx\nmov [rdx], eax\n" MARK(fault) "mov [rcx], eax\n" MARK(after) "nop\n");
}

#define DATA "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\""
#define FIELDS "SDM 3B \"Breakpoint Field Recognition\""
#define HIT_AT(n, what, manual, ids, place, ...)                                                                                            \
    {                                                                                                                                       \
        VARIANT, .name = #n, .about = what, .spec = manual, .id = ids, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = place, __VA_ARGS__ \
    }
#define HIT(n, what, manual, ids, ...) HIT_AT(n, what, manual, ids, AFTER, .run = n, .arg = {__VA_ARGS__})
#define MISS(n, what, manual, ids, ...)                                                                                         \
    {                                                                                                                           \
        VARIANT, .name = #n, .about = what, .spec = manual, .id = ids, .vector = NO_EXCEPTION, .run = n, .arg = { __VA_ARGS__ } \
    }

VARIANTS(HIT(write_1, "write breakpoint of 1 byte, a store of 1 byte", DATA, "db-write-len1", 0),
         HIT(write_2, "write breakpoint of 2 bytes, a store of 2 bytes", DATA, "db-write-len2", 0),
         HIT(write_4, "write breakpoint of 4 bytes, a store of 4 bytes", DATA, "db-write-len4", 0),
         HIT(write_8, "write breakpoint of 8 bytes, a store of 8 bytes", DATA, "db-write-len8", 0),
         HIT(write_8_at_7, "write breakpoint of 8 bytes, a store of its last byte", FIELDS, "", 0),
         MISS(write_8_at_8, "write breakpoint of 8 bytes, a store of the byte above", FIELDS, "", 0),
         HIT(moved, "breakpoint moved by MOV DR0, a store where it was and one where it is", DATA, "", 0),
         HIT(read_8, "read/write breakpoint of 8 bytes, a load of 8 bytes", DATA, "", 0),
         MISS(write_not_read, "write breakpoint, a load", DATA, "db-write-ignores-read", 0),
         HIT(access_read, "read/write breakpoint, a load", DATA, "db-rw-read", 0),
         HIT(access_write, "read/write breakpoint, a store", DATA, "db-rw-write", 0),
         MISS(fetch, "read/write breakpoint at an instruction that accesses no data", DATA, "db-rw-ignores-fetch", 0),
         MISS(execute_type, "instruction breakpoint at data, a store", DATA, "", 0),
         HIT(inside, "breakpoint of 4 bytes, a store of its last byte", FIELDS, "db-write-overlap-inside", 0),
         HIT(outside, "breakpoint of 1 byte, a store of 8 bytes whose last it is", FIELDS, "db-write-overlap-outer", 7),
         HIT(partial, "breakpoint of 4 bytes, a store of 2 bytes at its third", FIELDS, "", 4),
         MISS(adjacent_above, "breakpoint of 4 bytes, a store right above", FIELDS, "db-write-adjacent-miss", 0),
         MISS(adjacent_below, "breakpoint of 4 bytes, a store right below", FIELDS, "", 4),
         MISS(alias, "a store to the same frame by another linear address", "SDM 3B \"Debug Address Registers (DR0-DR3)\"", "", 0),
         MISS(masked_address, "DR0 is the store's address with bit 32 set", "SDM 3B \"Debug Registers and Intel 64 Processors\"", "", 1ull << 32),
         HIT(unaligned, "two breakpoints of 1 byte around an unaligned word, a store of it", FIELDS, "", 3),
         HIT_AT(unaligned_below, "two breakpoints of 1 byte, a store whose second byte is the first", FIELDS, "", AFTER, .run = unaligned,
                .arg = {2}),
         {VARIANT, .name = "unaligned_neighbour", .about = "two breakpoints of 1 byte, a store right below", .spec = FIELDS, .vector = NO_EXCEPTION,
          .run = unaligned, .arg = {1}},
         HIT(first_page, "a store that crosses a page boundary, breakpoint below it", FIELDS, "", 0),
         HIT(second_page, "a store that crosses a page boundary, breakpoint above it", FIELDS, "", 0),
         HIT(push, "PUSH to a slot with a breakpoint", DATA, "db-write-push", 0),
         HIT_AT(call, "CALL with a breakpoint at the return address's slot", DATA, "db-write-call", "target", .run = call),
         HIT_AT(call_across, "CALL whose return address crosses a page boundary, breakpoint above it", FIELDS, "", "target", .run = call_across),
         HIT(xadd, "LOCK XADD on a write breakpoint: one trap", DATA, "db-write-rmw", 0),
         HIT(inc, "INC of memory on a read/write breakpoint: one trap", DATA, "", 0),
         HIT(cmp, "CMP with memory on a read/write breakpoint", DATA, "", 0),
         MISS(test_only_reads, "TEST with memory on a write breakpoint", DATA, "", 0), MISS(lea, "LEA of an address with a breakpoint", DATA, "", 0),
         HIT(pop_to_memory, "POP to memory on a write breakpoint", DATA, "", 0),
         HIT(push_memory, "PUSH of memory on a read/write breakpoint", DATA, "", 0), HIT(fnstcw, "FNSTCW on a write breakpoint", DATA, "", 0),
         HIT(sse_store, "MOVUPS store, breakpoint at its last 4 bytes", FIELDS, "", 12),
         HIT_AT(sse_load, "MOVUPS load, breakpoint at its last 4 bytes: the register is loaded", FIELDS, "", AFTER, .run = sse_load, .resumes = 1,
                .arg = {12}),
         HIT(movs, "MOVSB with breakpoints at its source and its destination: both in one trap", DATA, "db-movs-single-both", 0),
         HIT(two, "a write and a read/write breakpoint at one address, a store: both in one trap", DATA, "db-write-two-dr", 0),
         HIT(two_read, "a write and a read/write breakpoint at one address, a load: only the second", DATA, "", 0),
         HIT(all_four, "four breakpoints side by side, a store over all", DATA, "", 0),
         HIT_AT(dr0_global, "write breakpoint by DR0 and G0", DATA, "", AFTER, .run = each, .arg = {0, 1}),
         HIT_AT(dr1, "write breakpoint by DR1 and L1", DATA, "", AFTER, .run = each, .arg = {1, 0}),
         HIT_AT(dr2, "write breakpoint by DR2 and L2", DATA, "", AFTER, .run = each, .arg = {2, 0}),
         HIT_AT(dr3, "write breakpoint by DR3 and L3", DATA, "", AFTER, .run = each, .arg = {3, 0}),
         MISS(disabled, "write breakpoint with L0=G0=0, a store", "SDM 3B \"Debug Control Register (DR7)\"", "", 0),
         HIT(single_step, "a store on a breakpoint with TF=1: B0 and BS in one trap", DATA, "db-write-with-tf", 0),
         HIT(user, "a store on a breakpoint at CPL 3", DATA, "db-write-user", 0),
         HIT_AT(compat_user, "a store on a breakpoint in compatibility mode at CPL 3", DATA, "", AFTER, .env = COMPAT32, .run = compat_user),
         {VARIANT, .name = "faulting_store", .about = "a store to a not-present page with a breakpoint: only #PF", .spec = DATA,
          .id = "db-write-faulting-store", .vector = VEC_PF, .error = PF_W, .saved_rip = AT_FAULT, .run = faulting_store},
         {VARIANT, .name = "repaired_store", .about = "the same, restarted after the page fault: then #DB", .spec = DATA, .vector = VEC_PF,
          .error = PF_W, .saved_rip = AT_FAULT, .run = repaired_store},
         {VARIANT, .name = "faulting_division", .about = "DIV by a zero in memory with a read/write breakpoint: only #DE", .spec = DATA,
          .vector = VEC_DE, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = faulting_division},
         HIT_AT(resumed, "a store on a breakpoint, IRETQ, a store beside it: one trap", DATA, "", AFTER, .run = resumed, .resumes = 1));
