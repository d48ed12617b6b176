/*
 * What lies across two pages is used, the entry of one of them is changed in memory and invalidated, and it is used again: the new entry counts, for
 * that page alone. An instruction's second page, too: what is kept of an instruction as it was fetched or decoded is no longer valid.
 */
#include <case.h>

/* ARG0: flags that the entry loses; 0: its frame becomes another one. ARG1: the first page, 0, or the second, 1. */
static void set_up(unsigned before)
{
    uintptr_t pages = map_pages("pages", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_A | PAGE_D);
    uintptr_t other = map_page("other", PAGE_PRESENT | PAGE_WRITE), changed = pages + (uintptr_t)ARG1 * PAGE_SIZE;
    uint64_t entry = *page_entry(changed, 1);
    uint8_t *first = frame_of(pages), *second = frame_of(pages + PAGE_SIZE), *new = frame_of(other);

    start.rbx = pages + PAGE_SIZE - before;
    start.rdi = (uintptr_t)page_entry(changed, 1);
    start.rcx = ARG0 ? (entry & ~ARG0) | (ARG0 & PAGE_NX) : (uintptr_t) new | (entry & ~PAGE_ADDRESS);
    start.rsi = changed;
    start.r8 = read_cr3();
    for (unsigned i = 0; i < 8; i++) {
        first[PAGE_SIZE - 8 + i] = new[PAGE_SIZE - 8 + i] = (uint8_t)(0x80 + i);
        second[i] = (uint8_t)(0x90 + i);
        new[i] = (uint8_t)(0xa0 + i);
    }
}

/* MOV EAX, and a RET, which lies on the second page in both frames. */
static void set_up_code(unsigned before)
{
    static const uint8_t code[] = {0xb8, 0x11, 0x11, 0x11, 0x11, 0xc3}, changed[] = {0xb8, 0x22, 0x22, 0x22, 0x22, 0xc3};
    uint8_t *first, *second, *new;

    set_up(before);
    first = frame_of(start.rbx & ~(uintptr_t)(PAGE_SIZE - 1));
    second = frame_of((start.rbx & ~(uintptr_t)(PAGE_SIZE - 1)) + PAGE_SIZE);
    new = ARG0 ? second : (uint8_t *)(uintptr_t)(start.rcx & PAGE_ADDRESS);
    for (unsigned i = 0; i < sizeof(code); i++) {
        if (i < before)
            first[PAGE_SIZE - before + i] = code[i];
        else
            second[i - before] = code[i];
        if (!ARG0 && i >= before)
            new[i - before] = changed[i];
    }
}

#define USE(name, method, prepare, use, invalidation)                                                 \
    static void method##_##name(void)                                                                 \
    {                                                                                                 \
        prepare;                                                                                      \
        PROGRAM(use "\nmov [rdi], rcx\n" invalidation "\n" MARK(fault) use "\n" MARK(after) "nop\n"); \
    }
#define METHOD(method, invalidation)                                    \
    USE(load, method, set_up(4), "mov rax, [rbx]", invalidation)        \
    USE(store, method, set_up(4), "mov [rbx], rax", invalidation)       \
    USE(modify, method, set_up(4), "inc qword ptr [rbx]", invalidation) \
    USE(word, method, set_up(1), "mov ax, [rbx]", invalidation)         \
    USE(fetch_1, method, set_up_code(1), "call rbx", invalidation)      \
    USE(fetch_2, method, set_up_code(2), "call rbx", invalidation)      \
    USE(fetch_4, method, set_up_code(4), "call rbx", invalidation)
METHOD(invlpg, "invlpg [rsi]")
METHOD(cr3, "mov cr3, r8")

#define ROW(name_, run_, lost, page, about_, ...)                                                                                               \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Operations that Invalidate TLBs and Paging-Structure Caches\"", .run = run_, \
                 .arg = {lost, page}, __VA_ARGS__                                                                                               \
    }
#define FAULTS(error_) .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT
#define FETCH_FAULTS(error_) .vector = VEC_PF, .error = error_
#define DATA(form, method, page, which, by)                                                                                                       \
    ROW(#method "_" #form "_not_present_" #page, method##_##form, PAGE_PRESENT, page, #form " across two pages, P of the " which " cleared, " by, \
        FAULTS(PF_OF_##form))
#define PF_OF_load 0
#define PF_OF_word 0
#define PF_OF_store PF_W
#define PF_OF_modify PF_W
#define READ_ONLY(form, method, page, which, by)                                                                                                \
    ROW(#method "_" #form "_read_only_" #page, method##_##form, PAGE_WRITE, page, #form " across two pages, R/W of the " which " cleared, " by, \
        FAULTS(PF_P | PF_W))
#define MOVED(form, method, page, which, by)                                                                                              \
    ROW(#method "_" #form "_moved_" #page, method##_##form, 0, page, #form " across two pages, the " which " is another frame then, " by, \
        .vector = NO_EXCEPTION)
#define FETCH(bytes, method, by)                                                                                                           \
    ROW(#method "_fetch_" #bytes "_not_present", method##_fetch_##bytes, PAGE_PRESENT, 1,                                                  \
        "instruction of which " #bytes " lie on the first page, P of the second cleared, " by, FETCH_FAULTS(PF_I), .needs = "nx"),         \
        ROW(#method "_fetch_" #bytes "_no_execute", method##_fetch_##bytes, PAGE_NX, 1,                                                    \
            "instruction of which " #bytes " lie on the first page, XD of the second set, " by, FETCH_FAULTS(PF_P | PF_I), .needs = "nx"), \
        ROW(#method "_fetch_" #bytes "_first", method##_fetch_##bytes, PAGE_PRESENT, 0,                                                    \
            "instruction of which " #bytes " lie on the first page, P of that cleared, " by, FETCH_FAULTS(PF_I), .needs = "nx"),           \
        ROW(#method "_fetch_" #bytes "_moved", method##_fetch_##bytes, 0, 1,                                                               \
            "instruction of which " #bytes " lie on the first page, the second is another frame then, " by, .vector = NO_EXCEPTION)
#define BOTH(KIND, form, method, by) KIND(form, method, 0, "first", by), KIND(form, method, 1, "second", by)
#define EACH(method, by)                                                                                                              \
    BOTH(DATA, load, method, by), BOTH(DATA, word, method, by), BOTH(DATA, store, method, by), BOTH(DATA, modify, method, by),        \
        BOTH(READ_ONLY, store, method, by), BOTH(READ_ONLY, modify, method, by), BOTH(MOVED, load, method, by), FETCH(1, method, by), \
        FETCH(2, method, by), FETCH(4, method, by)

VARIANTS(EACH(invlpg, "INVLPG"), EACH(cr3, "MOV to CR3"));
