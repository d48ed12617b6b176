/* The rights of pages that only IA-32e mode or newer processors have, in compatibility mode. */
#include <case.h>

#define OFFSET 0x5c0u
#define KEY 5
#define VICTIM 0x40000000u
#define RESERVED (1ull << 51)

enum { READ, WRITE, BOTH, FETCH, USER = 4 };

/* arg: the page's flags; how to access it, and bits of CR4. */
static void run(void)
{
    unsigned how = (unsigned)ARG1 & 7;

    map_page_at("victim", VICTIM, ARG0 & ~RESERVED);
    *((uint8_t *)frame_of(VICTIM) + OFFSET) = 0xc3; /* RET */
    *page_entry(VICTIM, 1) |= ARG0 & RESERVED;
    start.rbx = VICTIM + OFFSET;
    if (ARG1 & CR4_PKE)
        write_cr4(read_cr4() | CR4_PKE);
    if (ARG1 & CR4_PKE)
        write_pkru(2u << 2 * KEY | 1u << 2 * (KEY + 1));
    write_cr4(read_cr4() | (ARG1 & (CR4_SMAP | CR4_SMEP)));
    if (how & USER)
        in_compat_user();
    else
        in_compat_kernel();
    if ((how & 3) == READ)
        FAULT32("mov eax, [ebx]");
    else if ((how & 3) == WRITE)
        FAULT32("mov [ebx], eax");
    else if ((how & 3) == BOTH)
        FAULT32("add [ebx], eax");
    else
        PROGRAM32("push ebx\n" MARK(fault) "ret\n" MARK(after));
}

#define P PAGE_PRESENT
#define RW PAGE_WRITE
#define US PAGE_USER
#define ROW(name_, about_, flags, how, error_, ...)                                                                                        \
    {                                                                                                                                      \
        VARIANT, .env = COMPAT32, .name = name_, .about = about_ " in compatibility mode",                                                 \
                 .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Page-Fault Exceptions\"", .vector = VEC_PF, .error = error_, \
                 .run = run, .arg = {flags, how}, __VA_ARGS__                                                                              \
    }
#define AT .saved_rip = AT_FAULT

VARIANTS(ROW("fetch_xd", "CPL-3 fetch with XD=1", P | US | PAGE_NX, USER | FETCH, PF_P | PF_U | PF_I, .needs = "nx"),
         ROW("kernel_fetch_xd", "CPL-0 fetch with XD=1", P | PAGE_NX, FETCH, PF_P | PF_I, .needs = "nx"),
         ROW("key_read", "CPL-3 load with AD=1", P | RW | US | PAGE_KEY(KEY + 1), USER | READ | CR4_PKE, PF_P | PF_U | PF_PK, AT, .needs = "pku"),
         ROW("key_write", "CPL-3 store with WD=1", P | RW | US | PAGE_KEY(KEY), USER | WRITE | CR4_PKE, PF_P | PF_W | PF_U | PF_PK, AT,
             .needs = "pku"),
         ROW("key_add", "CPL-3 ADD to memory with WD=1", P | RW | US | PAGE_KEY(KEY), USER | BOTH | CR4_PKE, PF_P | PF_W | PF_U | PF_PK, AT,
             .needs = "pku"),
         ROW("kernel_key_add", "CPL-0 ADD to memory with WD=1", P | RW | US | PAGE_KEY(KEY), BOTH | CR4_PKE, PF_P | PF_W | PF_PK, AT, .needs = "pku"),
         ROW("reserved", "CPL-3 load through a PTE with bit 51 set", P | RW | US | RESERVED, USER | READ, PF_P | PF_U | PF_RSVD, AT,
             .needs = "reserved_address_bits"),
         ROW("smap_read", "CPL-0 load from a user page, SMAP", P | RW | US, READ | CR4_SMAP, PF_P, AT, .needs = "smap"),
         ROW("smap_add", "CPL-0 ADD to a user page, SMAP", P | RW | US, BOTH | CR4_SMAP, PF_P | PF_W, AT, .needs = "smap"),
         ROW("smep_fetch", "CPL-0 fetch from a user page, SMEP", P | US, FETCH | CR4_SMEP, PF_P | PF_I, .needs = "smep"),
         ROW("kernel_write", "CPL-0 store to a read-only page, WP=1", P, WRITE, PF_P | PF_W, AT),
         ROW("kernel_add", "CPL-0 ADD to a read-only page, WP=1", P, BOTH, PF_P | PF_W, AT));
