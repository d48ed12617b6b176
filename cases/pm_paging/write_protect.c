/*
 * CR0.WP counts as it is at the access, whatever an access with the other value left in the TLB: with tables of two levels and with PAE, 4-KiB pages
 * and large ones, supervisor and user pages. A and D are 1 from the start, so that no store has an entry to write.
 */
#include <case32.h>

#define READ_ONLY (PAGE_PRESENT | PAGE_A | PAGE_D)
enum { LARGE = 1, PAE = 2 };

/* ARG0: flags; ARG1: LARGE, PAE. ECX is for WP=1, EDX for WP=0, which the program begins with. */
static void set_up(void)
{
    if (ARG1 & PAE && ARG1 & LARGE)
        enter_pae_paging();
    start.ebx = (ARG1 & LARGE ? map_large_page("page", READ_ONLY | ARG0) : map_page("page", READ_ONLY | ARG0)) + 0x5c0;
    if (ARG1 & PAE && !(ARG1 & LARGE))
        enter_pae_paging();
    write_cr3(read_cr3());
    start.ecx = read_cr0() | CR0_WP;
    start.edx = start.ecx & ~(uint32_t)CR0_WP;
    write_cr0(start.edx);
}

#define STORE "mov [ebx], eax\n"
#define MODIFY "inc dword ptr [ebx]\n"
#define LOAD "cmp [ebx], eax\n"
#define SET "mov cr0, ecx\n"
#define CLEAR "mov cr0, edx\n"
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
PASS(set_load, STORE SET LOAD)
PASS(clear_store, SET LOAD CLEAR STORE)
PASS(clear_modify, SET LOAD CLEAR MODIFY)
FAIL(again_store, STORE SET LOAD CLEAR STORE SET, STORE)

/* LMSW has nothing to do with WP. */
FAIL(lmsw_store, STORE SET "lmsw dx\n", STORE)

#define ROW(name_, run_, flags, how, about_, needs_, ...)                                                                                         \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Details of TLB Use\"", .run = run_, \
                 .needs = needs_, .arg = {flags, how}, __VA_ARGS__                                                                                \
    }
#define FAULTS .vector = VEC_PF, .error = PF_P | PF_W, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define EACH(name, flags, how, about, needs)                                                                                                   \
    ROW(name "set_store", set_store, flags, how, "CPL-0 store to " about ", CR0.WP set, the same store", needs, FAULTS),                       \
        ROW(name "set_modify", set_modify, flags, how, "CPL-0 INC of " about ", CR0.WP set, the same INC", needs, FAULTS),                     \
        ROW(name "clear_store", clear_store, flags, how, "CPL-0 load from " about ", CR0.WP cleared, a store", needs, PASSES),                 \
        ROW(name "again_store", again_store, flags, how, "CPL-0 store to " about ", CR0.WP set, cleared, a store, CR0.WP set, a store", needs, \
            FAULTS)
VARIANTS(EACH("", 0, 0, "a read-only page", "i486"), EACH("user_", PAGE_USER, 0, "a read-only user page", "i486"),
         EACH("large_", 0, LARGE, "a read-only 4-MiB page", "pse"), EACH("pae_", 0, PAE, "a read-only page, PAE", "pae"),
         EACH("pae_user_", PAGE_USER, PAE, "a read-only user page, PAE", "pae"), EACH("pae_large_", 0, PAE | LARGE, "a read-only 2-MiB page", "pae"),
         ROW("set_load", set_load, 0, 0, "CPL-0 store to a read-only page, CR0.WP set, a load", "i486", PASSES),
         ROW("clear_modify", clear_modify, 0, 0, "CPL-0 load from a read-only page, CR0.WP cleared, INC", "i486", PASSES),
         ROW("lmsw_store", lmsw_store, 0, 0, "CPL-0 store to a read-only page, CR0.WP set, LMSW, the same store", "i486", FAULTS));
