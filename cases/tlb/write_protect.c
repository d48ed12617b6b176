/*
 * CR0.WP counts as it is at the access, whatever an access with the other value left in the TLB: 4-KiB pages and large ones, supervisor and user
 * pages, R/W=0 in the page's own entry or in the page directory's. A and D are 1 from the start, so that no store has an entry to write.
 */
#include <case.h>

#define READ_ONLY (PAGE_PRESENT | PAGE_A | PAGE_D)
enum { SMALL, DIRECTORY, LARGE };

/* ARG0: SMALL, DIRECTORY or LARGE; ARG1: flags. R8 is for WP=1, R9 for WP=0, which the program begins with. */
static void set_up(void)
{
    uintptr_t page = 0x8000200000; /* of the large page, which has entries of its own at every level */

    if (ARG0 == LARGE) {
        map_frame(page, 0, PAGE_PRESENT);
        *page_entry(page, 2) = 0x400000 | PAGE_PS | READ_ONLY | ARG1;
        *page_entry(page, 3) |= PAGE_USER;
        *page_entry(page, 4) |= PAGE_USER;
        name_place("page", page, 0x200000);
    } else
        page = map_page("page", READ_ONLY | ARG1 | (ARG0 == DIRECTORY ? PAGE_WRITE : 0));
    if (ARG0 == DIRECTORY)
        *page_entry(page, 2) &= ~(uint64_t)PAGE_WRITE;
    write_cr3(read_cr3());
    start.rbx = page + 0x5c0;
    start.r8 = read_cr0() | CR0_WP;
    start.r9 = start.r8 & ~(uint64_t)CR0_WP;
    write_cr0(start.r9);
}

#define STORE "mov [rbx], eax\n"
#define MODIFY "inc dword ptr [rbx]\n"
#define LOAD "cmp [rbx], eax\n"
#define SET "mov cr0, r8\n"
#define CLEAR "mov cr0, r9\n"
#define PASS(name, text)                          \
    static void name(void)                        \
    {                                             \
        set_up();                                 \
        PROGRAM(text MARK(after) "cmp eax, eax"); \
    }
#define FAIL(name, text, access)                      \
    static void name(void)                            \
    {                                                 \
        set_up();                                     \
        PROGRAM(text MARK(fault) access MARK(after)); \
    }
FAIL(set_store, STORE SET, STORE)
FAIL(set_modify, MODIFY SET, MODIFY)
FAIL(set_store_modify, STORE SET, MODIFY)
FAIL(set_modify_store, MODIFY SET, STORE)
PASS(set_load, STORE SET LOAD)
PASS(clear_store, SET LOAD CLEAR STORE)
PASS(clear_modify, SET LOAD CLEAR MODIFY)
FAIL(again_store, STORE SET LOAD CLEAR STORE SET, STORE)

/* LMSW has nothing to do with WP. */
FAIL(lmsw_store, STORE SET "lmsw r9w\n", STORE)

static void set_compat(void)
{
    in_compat_kernel();
    set_up();
    start.rcx = start.r8;
    PROGRAM32("mov [ebx], eax\n"
              "mov cr0, ecx\n" MARK(fault) "mov [ebx], eax\n" MARK(after));
}

static void clear_compat(void)
{
    in_compat_kernel();
    set_up();
    start.rcx = start.r8;
    start.rdx = start.r9;
    PROGRAM32("mov cr0, ecx\ncmp [ebx], eax\nmov cr0, edx\n"
              "mov [ebx], eax\n" MARK(after) "cmp eax, eax");
}

#define ROW(name_, run_, page, flags, about_, ...)                                                                                                \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Details of TLB Use\"", .run = run_, \
                 .arg = {page, flags}, __VA_ARGS__                                                                                                \
    }
#define FAULTS .vector = VEC_PF, .error = PF_P | PF_W, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define EACH(name, page, flags, about)                                                                                   \
    ROW(name "set_store", set_store, page, flags, "CPL-0 store to " about ", CR0.WP set, the same store", FAULTS),       \
        ROW(name "set_modify", set_modify, page, flags, "CPL-0 INC of " about ", CR0.WP set, the same INC", FAULTS),     \
        ROW(name "clear_store", clear_store, page, flags, "CPL-0 load from " about ", CR0.WP cleared, a store", PASSES), \
        ROW(name "again_store", again_store, page, flags, "CPL-0 store to " about ", CR0.WP set, cleared, a store, CR0.WP set, a store", FAULTS)
VARIANTS(EACH("", SMALL, 0, "a read-only page"), EACH("user_", SMALL, PAGE_USER, "a read-only user page"),
         EACH("directory_", DIRECTORY, 0, "a page of a read-only directory entry"), EACH("large_", LARGE, 0, "a read-only 2-MiB page"),
         EACH("large_user_", LARGE, PAGE_USER, "a read-only 2-MiB user page"),
         ROW("set_store_modify", set_store_modify, SMALL, 0, "CPL-0 store to a read-only page, CR0.WP set, INC", FAULTS),
         ROW("set_modify_store", set_modify_store, SMALL, 0, "CPL-0 INC of a read-only page, CR0.WP set, a store", FAULTS),
         ROW("set_load", set_load, SMALL, 0, "CPL-0 store to a read-only page, CR0.WP set, a load", PASSES),
         ROW("clear_modify", clear_modify, SMALL, 0, "CPL-0 load from a read-only page, CR0.WP cleared, INC", PASSES),
         ROW("lmsw_store", lmsw_store, SMALL, 0, "CPL-0 store to a read-only page, CR0.WP set, LMSW, the same store", FAULTS),
         ROW("compat_set_store", set_compat, SMALL, 0, "compatibility mode, CPL-0 store to a read-only page, CR0.WP set, the same store", FAULTS,
             .env = COMPAT32),
         ROW("compat_clear_store", clear_compat, SMALL, 0, "compatibility mode, CPL-0 load from a read-only page, CR0.WP cleared, a store", PASSES,
             .env = COMPAT32));
