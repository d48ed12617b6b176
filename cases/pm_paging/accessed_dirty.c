/*
 * The processor sets A in every entry that it uses for a translation, D in the one that maps the page for a write. A fault sets no D, and leaves an
 * entry with P=0 alone; a page-directory pointer has neither bit. Of 2-level paging, its pages of 4 MiB, and PAE paging. The values are the entries
 * without their addresses.
 */
#include <case32.h>

#define RW (PAGE_PRESENT | PAGE_WRITE)

enum access { READ, WRITE, COMPARE, FETCH, READ_THEN_WRITE, PUSH };

static void access_it(void)
{
    switch (ARG1) {
    case READ:
        FAULT("bt dword ptr [ebx], 0\nstc");
        break;
    case WRITE:
        FAULT("mov [ebx], eax");
        break;
    case COMPARE:
        FAULT("lock cmpxchg [ebx], ecx");
        break;
    case FETCH:
        FAULT("call ebx");
        break;
    case READ_THEN_WRITE:
        FAULT("mov edx, [ebx]\nmov [ebx], ecx");
        break;
    default:
        FAULT("mov ecx, esp\nlea esp, [ebx+16]\npush eax\nmov esp, ecx");
    }
}

/* arg: the page's flags; the access. The page holds RET. */
static void small(void)
{
    start.ebx = map_page("victim", ARG0);
    *(uint8_t *)frame_of(start.ebx) = 0xc3;
    record_entry("pde", page_entry(start.ebx, 2));
    record_entry("pte", page_entry(start.ebx, 1));
    access_it();
}

static void small_user(void)
{
    in_user_mode();
    small();
}

static void large(void)
{
    start.ebx = map_large_page("victim", ARG0);
    record_entry("pde", page_entry(start.ebx, 2));
    access_it();
}

static void pae(void)
{
    uintptr_t page = map_page("victim", ARG0);

    enter_pae_paging();
    start.ebx = page;
    record_entry("pdpte", pae_entry(page, 3));
    record_entry("pde", pae_entry(page, 2));
    record_entry("pte", pae_entry(page, 1));
    access_it();
}

static void pae_large(void)
{
    enter_pae_paging();
    start.ebx = map_large_page("victim", ARG0);
    record_entry("pdpte", pae_entry(start.ebx, 3));
    record_entry("pde", pae_entry(start.ebx, 2));
    access_it();
}

#define ROW(name_, run_, flags_, access_, needs_, about_, ...)                                                                \
    {                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Accessed and Dirty Flags\"", .needs = needs_, .run = run_, \
                 .arg = {flags_, access_}, __VA_ARGS__                                                                        \
    }
#define GRANTED .vector = NO_EXCEPTION
#define FAULTS .vector = VEC_PF, .saved_rip = AT_FAULT, .error
VARIANTS(ROW("read", small, RW, READ, "", "a read", GRANTED), ROW("write", small, RW, WRITE, "", "a write", GRANTED),
         ROW("cmpxchg", small, RW, COMPARE, "i486", "CMPXCHG that doesn't match, a write nevertheless", GRANTED),
         ROW("fetch", small, RW, FETCH, "", "a fetch", GRANTED), ROW("push", small, RW, PUSH, "", "a push", GRANTED),
         ROW("read_then_write", small, RW, READ_THEN_WRITE, "", "a read, then a write", GRANTED),
         ROW("user_read", small_user, RW | PAGE_USER, READ, "", "CPL 3: a read", GRANTED),
         ROW("user_write", small_user, RW | PAGE_USER, WRITE, "", "CPL 3: a write", GRANTED),
         ROW("already", small, RW | PAGE_A | PAGE_D, READ, "", "a read, both bits are set already", GRANTED),
         ROW("faulting_write", small, PAGE_PRESENT, WRITE, "", "a write to a read-only page", FAULTS = PF_P | PF_W),
         ROW("faulting_user", small_user, RW, WRITE, "", "CPL 3: a write to a supervisor page", FAULTS = PF_P | PF_W | PF_U),
         ROW("not_present", small, PAGE_WRITE, READ, "", "a read of a page that isn't present", FAULTS = 0),
         ROW("large_read", large, RW, READ, "pse", "a read, 4-MiB page", GRANTED),
         ROW("large_write", large, RW, WRITE, "pse", "a write, 4-MiB page", GRANTED),
         ROW("large_faulting_write", large, PAGE_PRESENT, WRITE, "pse", "a write to a read-only 4-MiB page", FAULTS = PF_P | PF_W),
         ROW("pae_read", pae, RW, READ, "pae", "PAE: a read", GRANTED), ROW("pae_write", pae, RW, WRITE, "pae", "PAE: a write", GRANTED),
         ROW("pae_large_read", pae_large, RW, READ, "pae", "PAE: a read, 2-MiB page", GRANTED),
         ROW("pae_large_write", pae_large, RW, WRITE, "pae", "PAE: a write, 2-MiB page", GRANTED));
