/*
 * PKRU denies data accesses to user-mode addresses by their key, whatever the CPL: AD all, WD writes (those of CPL 0 only where
 * CR0.WP=1). PK=1 says that the key denied it, also where R/W=0 or SMAP would have; without a translation there is no key.
 */
#include <case.h>

#define OFFSET 0x5c0u
#define KEY 5
#define AD (1u << 2 * KEY)
#define WD (2u << 2 * KEY)

enum { READ, WRITE, FETCH, USER = 4, WP0 = 8, SMAP = 16, AC = 32 };

/* arg: PKRU and how to access; the page's flags besides its key. */
static void run(void)
{
    unsigned how = (unsigned)(ARG0 >> 32);
    uintptr_t page = map_page("victim", ARG1 | PAGE_KEY(KEY));

    *((uint8_t *)frame_of(page) + OFFSET) = 0xc3; /* RET */
    start.rbx = page + OFFSET;
    write_cr4(read_cr4() | CR4_PKE);
    write_pkru((uint32_t)ARG0);
    if (how & WP0)
        write_cr0(read_cr0() & ~(uint64_t)CR0_WP);
    if (how & SMAP)
        write_cr4(read_cr4() | CR4_SMAP);
    if (how & AC)
        start.rflags |= RFLAGS_AC;
    if (how & USER)
        in_user_mode();
    if ((how & 3) == READ)
        FAULT("mov eax, [rbx]");
    else if ((how & 3) == WRITE)
        FAULT("mov [rbx], eax");
    else
        FAULT("call rbx");
}

#define NEEDING(needs_, name_, about_, id_, pkru_, how_, flags_, ...)                                                                           \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Protection Keys\"; SDM 3A \"Page-Fault Exceptions\"", .id = id_, .run = run, \
                 .arg = {(pkru_) | (uint64_t)(how_) << 32, flags_}, .needs = needs_, __VA_ARGS__                                                \
    }
#define ROW(name, about, id, pkru, how, flags, ...) NEEDING("pku", name, about, id, pkru, how, flags, __VA_ARGS__)
#define WITH_SMAP(name, about, pkru, how, flags, ...) \
    NEEDING("pku smap", "smap_" name, about ", SMAP=1", NULL, pkru, SMAP | (how), flags, __VA_ARGS__)
#define FAULTS .vector = VEC_PF, .saved_rip = AT_FAULT, .error
#define GRANTED .vector = NO_EXCEPTION
#define P PAGE_PRESENT
#define RW PAGE_WRITE
#define US PAGE_USER

VARIANTS(ROW("ad_read", "CPL-3 load, AD=1", "pf-pku-ad-read", AD, USER | READ, P | RW | US, FAULTS = PF_P | PF_U | PF_PK),
         ROW("ad_write", "CPL-3 store, AD=1", "pf-pku-ad-write", AD, USER | WRITE, P | RW | US, FAULTS = PF_P | PF_W | PF_U | PF_PK),
         ROW("wd_write", "CPL-3 store, WD=1", "pf-pku-wd-write", WD, USER | WRITE, P | RW | US, FAULTS = PF_P | PF_W | PF_U | PF_PK),
         ROW("wd_write_wp0", "CPL-3 store, WD=1, CR0.WP=0", NULL, WD, USER | WRITE | WP0, P | RW | US, FAULTS = PF_P | PF_W | PF_U | PF_PK),
         ROW("wd_read", "CPL-3 load, WD=1", "pf-pku-wd-read-ok", WD, USER | READ, P | RW | US, GRANTED),
         ROW("ad_kernel_read", "CPL-0 load, AD=1", "pf-pku-sup-ad", AD, READ, P | RW | US, FAULTS = PF_P | PF_PK),
         ROW("ad_kernel_write_wp0", "CPL-0 store, AD=1, CR0.WP=0", NULL, AD, WRITE | WP0, P | RW | US, FAULTS = PF_P | PF_W | PF_PK),
         ROW("wd_kernel_write_wp0", "CPL-0 store, WD=1, CR0.WP=0", "pf-pku-sup-wd-wp0", WD, WRITE | WP0, P | RW | US, GRANTED),
         ROW("wd_kernel_write", "CPL-0 store, WD=1, CR0.WP=1", "pf-pku-sup-wd-wp1", WD, WRITE, P | RW | US, FAULTS = PF_P | PF_W | PF_PK),
         ROW("ad_fetch", "CPL-3 CALL, AD=1: no data access", "pf-pku-fetch-ok", AD, USER | FETCH, P | US, GRANTED),
         ROW("wd_read_only", "CPL-3 store, WD=1 and R/W=0", "pf-pku-and-ro", WD, USER | WRITE, P | US, FAULTS = PF_P | PF_W | PF_U | PF_PK),
         ROW("read_only", "CPL-3 store, R/W=0, key allowed", NULL, 0, USER | WRITE, P | US, FAULTS = PF_P | PF_W | PF_U),
         ROW("ad_not_present", "CPL-3 store, AD=1 and P=0", "pf-pku-np", AD, USER | WRITE, RW | US, FAULTS = PF_W | PF_U),
         ROW("ad_supervisor", "CPL-0 load from a supervisor page, AD=1: no user-mode address", NULL, AD, READ, P | RW, GRANTED),
         ROW("ad_user_supervisor", "CPL-3 load from a supervisor page, AD=1: PK=0", NULL, AD, USER | READ, P | RW, FAULTS = PF_P | PF_U),
         ROW("ad_supervisor_write", "CPL-0 store to a supervisor page, AD=1: no user-mode address", NULL, AD, WRITE, P | RW, GRANTED),
         ROW("wd_supervisor", "CPL-0 store to a supervisor page, WD=1: no user-mode address", NULL, WD, WRITE, P | RW, GRANTED),
         ROW("wd_supervisor_read_only", "CPL-0 store to a read-only supervisor page, WD=1: PK=0", NULL, WD, WRITE, P, FAULTS = PF_P | PF_W),
         ROW("wd_user_supervisor", "CPL-3 store to a supervisor page, WD=1: PK=0", NULL, WD, USER | WRITE, P | RW, FAULTS = PF_P | PF_W | PF_U),
         ROW("other_key", "CPL-3 store, AD and WD=1 of the keys beside", NULL, (AD | WD) << 2 | (AD | WD) >> 2, USER | WRITE, P | RW | US, GRANTED),
         WITH_SMAP("read", "CPL-0 load, AC=0, key allowed: PK=0", 0, READ, P | RW | US, FAULTS = PF_P),
         WITH_SMAP("ad_read", "CPL-0 load, AC=0, AD=1", AD, READ, P | RW | US, FAULTS = PF_P | PF_PK),
         WITH_SMAP("wd_read", "CPL-0 load, AC=0, WD=1: the key allows it, PK=0", WD, READ, P | RW | US, FAULTS = PF_P),
         WITH_SMAP("wd_write", "CPL-0 store, AC=0, WD=1", WD, WRITE, P | RW | US, FAULTS = PF_P | PF_W | PF_PK),
         WITH_SMAP("wd_write_wp0", "CPL-0 store, AC=0, WD=1, CR0.WP=0: PK=0", WD, WRITE | WP0, P | RW | US, FAULTS = PF_P | PF_W),
         WITH_SMAP("ad_write_wp0", "CPL-0 store, AC=0, AD=1, CR0.WP=0", AD, WRITE | WP0, P | RW | US, FAULTS = PF_P | PF_W | PF_PK),
         WITH_SMAP("ac_read", "CPL-0 load, AC=1, key allowed", 0, READ | AC, P | RW | US, GRANTED),
         WITH_SMAP("ac_ad_read", "CPL-0 load, AC=1, AD=1", AD, READ | AC, P | RW | US, FAULTS = PF_P | PF_PK),
         WITH_SMAP("ac_wd_read", "CPL-0 load, AC=1, WD=1", WD, READ | AC, P | RW | US, GRANTED),
         WITH_SMAP("ac_wd_write", "CPL-0 store, AC=1, WD=1", WD, WRITE | AC, P | RW | US, FAULTS = PF_P | PF_W | PF_PK),
         WITH_SMAP("ac_wd_write_wp0", "CPL-0 store, AC=1, WD=1, CR0.WP=0", WD, WRITE | AC | WP0, P | RW | US, GRANTED),
         WITH_SMAP("ac_wd_read_only", "CPL-0 store, AC=1, WD=1 and R/W=0", WD, WRITE | AC, P | US, FAULTS = PF_P | PF_W | PF_PK),
         WITH_SMAP("read_only", "CPL-0 store, AC=0, R/W=0, key allowed", 0, WRITE, P | US, FAULTS = PF_P | PF_W),
         WITH_SMAP("user_ad_read", "CPL-3 load, AC=1, AD=1", AD, USER | READ | AC, P | RW | US, FAULTS = PF_P | PF_U | PF_PK),
         WITH_SMAP("ad_supervisor", "CPL-0 load from a supervisor page, AC=0, AD=1", AD, READ, P | RW, GRANTED),
         WITH_SMAP("ad_not_present", "CPL-0 store, AC=0, AD=1 and P=0", AD, WRITE, RW | US, FAULTS = PF_W));
