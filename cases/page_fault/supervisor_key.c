/* IA32_PKRS does for supervisor-mode addresses what PKRU does for user-mode ones. */
#include <case.h>

#define OFFSET 0x5c0u
#define KEY 5
#define AD (1u << 2 * KEY)
#define WD (2u << 2 * KEY)

enum { READ, WRITE, WP0 = 8, USER = 16 };

static void run(void)
{
    unsigned how = (unsigned)(ARG0 >> 32);

    start.rbx = map_page("victim", ARG1 | PAGE_KEY(KEY)) + OFFSET;
    write_cr4(read_cr4() | CR4_PKS);
    write_msr(MSR_PKRS, (uint32_t)ARG0);
    if (how & WP0)
        write_cr0(read_cr0() & ~(uint64_t)CR0_WP);
    if (how & USER)
        in_user_mode();
    if (how & WRITE)
        FAULT("mov [rbx], eax");
    else
        FAULT("mov eax, [rbx]");
}

#define ROW(name_, about_, id_, pkrs_, how_, flags_, ...)                                                                                       \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Protection Keys\"; SDM 3A \"Page-Fault Exceptions\"", .id = id_, .run = run, \
                 .arg = {(pkrs_) | (uint64_t)(how_) << 32, flags_}, .needs = "pks", __VA_ARGS__                                                 \
    }
#define FAULTS .vector = VEC_PF, .saved_rip = AT_FAULT, .error
#define GRANTED .vector = NO_EXCEPTION
#define P PAGE_PRESENT
#define RW PAGE_WRITE
#define US PAGE_USER

VARIANTS(ROW("ad_read", "CPL-0 load from a supervisor page, AD=1", "pf-pks-ad-read", AD, READ, P | RW, FAULTS = PF_P | PF_PK),
         ROW("wd_write", "CPL-0 store to a supervisor page, WD=1, CR0.WP=1", NULL, WD, WRITE, P | RW, FAULTS = PF_P | PF_W | PF_PK),
         ROW("wd_write_wp0", "CPL-0 store to a supervisor page, WD=1, CR0.WP=0", NULL, WD, WRITE | WP0, P | RW, GRANTED),
         ROW("ad_user_read", "CPL-3 load from a supervisor page, AD=1: the key denies it, too", NULL, AD, USER | READ, P | RW,
             FAULTS = PF_P | PF_U | PF_PK),
         ROW("ad_user_write", "CPL-3 store to a supervisor page, AD=1: the key denies it, too", NULL, AD, USER | WRITE, P | RW,
             FAULTS = PF_P | PF_W | PF_U | PF_PK),
         ROW("wd_user_read", "CPL-3 load from a supervisor page, WD=1", NULL, WD, USER | READ, P | RW, FAULTS = PF_P | PF_U),
         ROW("wd_read", "CPL-0 load from a supervisor page, WD=1", NULL, WD, READ, P | RW, GRANTED),
         ROW("wd_user_page", "CPL-0 store to a user page, WD=1: no supervisor-mode address", NULL, WD, WRITE, P | RW | US, GRANTED),
         ROW("ad_user_page", "CPL-0 load from a user page, AD=1: no supervisor-mode address", NULL, AD, READ, P | RW | US, GRANTED));
