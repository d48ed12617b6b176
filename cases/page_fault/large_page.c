/* Pages of 2 MByte and 1 GByte: the PDE, the PDPTE is the leaf. D is set in the leaf alone, and only by a write that is done. */
#include <case.h>

#define VICTIM 0x8000000000u
#define OFFSET 0x12345c0u /* in the 1-GByte page; for 2 MByte what is left of it */
#define OFFSET_2M (OFFSET & 0x1fffffu)
#define FREE_MEMORY 0x600000u /* 2 MiB that nothing uses, mapped one to one */

enum { READ, WRITE, FETCH, USER = 4 };

/* arg: level and how to access; the leaf's flags. */
static void run(void)
{
    unsigned level = ARG0 & 7, how = (unsigned)ARG0 >> 4;

    map_page_at("victim", VICTIM, PAGE_PRESENT);
    *page_entry(VICTIM, level) = (level == 2 ? FREE_MEMORY : 0) | PAGE_PS | ARG1;
    *(uint32_t *)(FREE_MEMORY + OFFSET_2M) = 0x44332211;
    start.rbx = VICTIM + (level == 2 ? OFFSET_2M : OFFSET);
    name_place("target", start.rbx, 1);
    record_entry("pml4e", page_entry(VICTIM, 4));
    record_entry("leaf", page_entry(VICTIM, level));
    if (how & USER)
        in_user_mode();
    if ((how & 3) == READ)
        FAULT("mov eax, [rbx]");
    else if ((how & 3) == WRITE)
        FAULT("mov [rbx], eax");
    else
        FAULT("jmp rbx");
}

#define KEY 5
#define AD (1u << 2 * KEY)
#define WD (2u << 2 * KEY)

/* PKRU denies AD or WD of the page's key: at CPL 3 loads and stores. */
static void key_ad(void)
{
    write_cr4(read_cr4() | CR4_PKE);
    write_pkru(AD);
    run();
}

static void key_wd(void)
{
    write_cr4(read_cr4() | CR4_PKE);
    write_pkru(WD);
    run();
}

#define PKU(level_, name_, about_, run_, how_, ...)                                                                                   \
    {                                                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Protection Keys\"; SDM 3A \"Page-Fault Exceptions\"", .run = run_, \
                 .arg = {level_ | (how_) << 4, P | RW | US | PAGE_KEY(KEY)}, __VA_ARGS__                                              \
    }
#define ROW(level_, name_, about_, id_, how_, flags_, ...)                                                                                     \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"4-Level Paging\"; SDM 3A \"Page-Fault Exceptions\"", .id = id_, .run = run, \
                 .arg = {level_ | (how_) << 4, flags_}, __VA_ARGS__                                                                            \
    }
#define AT .vector = VEC_PF, .saved_rip = AT_FAULT, .error
#define TARGET .vector = VEC_PF, .saved_rip = "target", .error
#define P PAGE_PRESENT
#define RW PAGE_WRITE
#define US PAGE_USER
#define XD PAGE_NX
#define GB .needs = "page1gb"

VARIANTS(ROW(2, "2m_not_present", "CPL-0 load, 2-MByte PDE with P=0", "pf-2m-np", READ, RW | US, AT = 0),
         ROW(2, "2m_write_read_only", "CPL-0 store to a read-only 2-MByte page, WP=1", "pf-2m-write-ro", WRITE, P | US, AT = PF_P | PF_W),
         ROW(2, "2m_user_supervisor", "CPL-3 load from a supervisor 2-MByte page", NULL, USER | READ, P | RW, AT = PF_P | PF_U),
         ROW(2, "2m_fetch_xd", "CPL-0 JMP into a 2-MByte page with XD=1", NULL, FETCH, P | XD, TARGET = PF_P | PF_I, .needs = "nx"),
         ROW(2, "2m_read", "CPL-0 load from a 2-MByte page", NULL, READ, P, .vector = NO_EXCEPTION),
         ROW(2, "2m_write", "CPL-0 store to a 2-MByte page", NULL, WRITE, P | RW, .vector = NO_EXCEPTION),
         ROW(3, "1g_not_present", "CPL-0 load, 1-GByte PDPTE with P=0", NULL, READ, RW | US, AT = 0, GB),
         ROW(3, "1g_write_read_only", "CPL-0 store to a read-only 1-GByte page, WP=1", NULL, WRITE, P | US, AT = PF_P | PF_W, GB),
         ROW(3, "1g_user_supervisor", "CPL-3 load from a supervisor 1-GByte page", "pf-1g-user-sup", USER | READ, P | RW, AT = PF_P | PF_U, GB),
         ROW(3, "1g_fetch_xd", "CPL-0 JMP into a 1-GByte page with XD=1", NULL, FETCH, P | XD, TARGET = PF_P | PF_I, .needs = "nx page1gb"),
         PKU(2, "2m_key_ad", "CPL-3 load from a 2-MByte page whose key has AD=1", key_ad, USER | READ, AT = PF_P | PF_U | PF_PK, .needs = "pku"),
         PKU(2, "2m_key_wd", "CPL-3 store to a 2-MByte page whose key has WD=1", key_wd, USER | WRITE, AT = PF_P | PF_W | PF_U | PF_PK,
             .needs = "pku"),
         PKU(3, "1g_key_ad", "CPL-3 load from a 1-GByte page whose key has AD=1", key_ad, USER | READ, AT = PF_P | PF_U | PF_PK,
             .needs = "pku page1gb"),
         PKU(3, "1g_key_wd", "CPL-3 store to a 1-GByte page whose key has WD=1", key_wd, USER | WRITE, AT = PF_P | PF_W | PF_U | PF_PK,
             .needs = "pku page1gb"));
