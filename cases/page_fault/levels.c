/*
 * Every entry of the walk counts, from PML4E to PTE: one P=0 and there is no translation; one U/S=0, R/W=0 or XD=1 and
 * the whole page has it; one reserved bit and there is no translation either. Each variant changes one entry of one level.
 */
#include <case.h>

#define VICTIM 0x8000000000u /* a PML4E of its own */
#define OFFSET 0x5c0u
#define BIT_51 (1ull << 51)

enum { READ = 0, WRITE = 1, FETCH = 2, USER = 4, NXE0 = 8 };

/* arg: level and how to access; the bits of that level's entry to change. */
static void run(void)
{
    static const char *const names[] = {"pml4e", "pdpte", "pde", "pte"};
    unsigned level = ARG0 & 7, how = (unsigned)ARG0 >> 4;
    uint64_t *entry;

    map_page_at("victim", VICTIM, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.rbx = VICTIM + OFFSET;
    name_place("target", start.rbx, 1);
    for (unsigned l = 4; l >= 1; l--)
        record_entry(names[4 - l], page_entry(VICTIM, l));
    entry = page_entry(VICTIM, level);
    *entry ^= ARG1;
    if (how & NXE0)
        write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_NXE);
    if (how & USER)
        in_user_mode();
    if (how & WRITE)
        FAULT("mov [rbx], eax");
    else if (how & FETCH)
        FAULT("jmp rbx");
    else
        FAULT("mov eax, [rbx]");
}

#define ROW(level_, name_, about_, id_, how_, change_, error_, rip_, ...)                                                                            \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"4-Level Paging\"; SDM 3A \"Page-Fault Exceptions\"", .id = id_, .vector = VEC_PF, \
                 .error = error_, .saved_rip = rip_, .run = run, .arg = {level_ | (how_) << 4, change_}, __VA_ARGS__                                 \
    }
#define LEVEL(n, E, e)                                                                                                                               \
    ROW(n, "not_present_read_" e, "CPL-0 load, " E " has P=0", "pf-np-" e "-read", READ, PAGE_PRESENT, 0, AT_FAULT),                                 \
        ROW(n, "not_present_write_" e, "CPL-0 store, " E " has P=0", "pf-np-" e "-write", WRITE, PAGE_PRESENT, PF_W, AT_FAULT),                      \
        ROW(n, "not_present_user_read_" e, "CPL-3 load, " E " has P=0", "pf-np-" e "-user-read", USER | READ, PAGE_PRESENT, PF_U, AT_FAULT),         \
        ROW(n, "user_" e, "CPL-3 load, only " E " has U/S=0", "pf-us0-at-" e, USER | READ, PAGE_USER, PF_P | PF_U, AT_FAULT),                        \
        ROW(n, "user_write_" e, "CPL-3 store, only " E " has R/W=0", "pf-rw0-at-" e, USER | WRITE, PAGE_WRITE, PF_P | PF_W | PF_U, AT_FAULT),        \
        ROW(n, "kernel_write_" e, "CPL-0 store, WP=1, only " E " has R/W=0", "pf-rw0-sup-at-" e, WRITE, PAGE_WRITE, PF_P | PF_W, AT_FAULT),          \
        ROW(n, "execute_disable_" e, "CPL-0 JMP, only " E " has XD=1", "pf-nx-at-" e, FETCH, PAGE_NX, PF_P | PF_I, "target", .needs = "nx"),         \
        ROW(n, "reserved_address_" e, "CPL-0 load, bit 51 of " E " set, MAXPHYADDR < 52", "pf-rsvd-addr-" e, READ, BIT_51, PF_P | PF_RSVD, AT_FAULT, \
            .needs = "reserved_address_bits"),                                                                                                       \
        ROW(n, "reserved_xd_" e, "CPL-0 load, EFER.NXE=0, bit 63 of " E " set", "pf-rsvd-xd-nxe0-" e, NXE0, PAGE_NX, PF_P | PF_RSVD, AT_FAULT)

VARIANTS(LEVEL(4, "PML4E", "pml4e"), LEVEL(3, "PDPTE", "pdpte"), LEVEL(2, "PDE", "pde"), LEVEL(1, "PTE", "pte"));
