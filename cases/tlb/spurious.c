/*
 * A right that an entry in memory gains without an invalidation may be found at once or not: the page fault that a cached entry raises invalidates
 * it, so the handler has but to return, and it doesn't come again.
 */
#include <case.h>

#define CHANGE "mov [rdi], rcx\n"

/* ARG0: the flags that the entry has at first, ARG1: those that it has then. */
static void set_up(void)
{
    uintptr_t page = map_page("page", ARG0 | PAGE_A | PAGE_D);

    *(uint8_t *)frame_of(page) = 0xc3;
    start.rbx = page;
    start.rdi = (uintptr_t)page_entry(page, 1);
    start.rcx = (uintptr_t)frame_of(page) | ARG1 | PAGE_A | PAGE_D;
    on_exception(VEC_PF, resume);
}

static void writable(void)
{
    set_up();
    PROGRAM("mov eax, [rbx]\n" CHANGE MARK(fault) "mov [rbx], al\n" MARK(after) "nop\n");
}

static void executable(void)
{
    set_up();
    PROGRAM("mov eax, [rbx]\n" CHANGE MARK(fault) "call rbx\n" MARK(after) "nop\n");
}

#define ROW(run_, before, then, about_, ...)                                                                                       \
    {                                                                                                                              \
        VARIANT, .name = #run_, .about = about_, .spec = "SDM 3A \"Operations that Invalidate TLBs and Paging-Structure Caches\"", \
                 .vector = NO_EXCEPTION, .run = run_, .arg = {before, then}, __VA_ARGS__                                           \
    }

VARIANTS(ROW(writable, PAGE_PRESENT, PAGE_PRESENT | PAGE_WRITE, "load, R/W set, store at CPL 0: one #PF at most"),
         ROW(executable, PAGE_PRESENT | PAGE_NX, PAGE_PRESENT, "load, XD cleared, CALL at CPL 0: one #PF at most", .needs = "nx"));
