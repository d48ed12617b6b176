/*
 * The leaf's U/S, R/W and XD against the access. Several violations at once make one page fault, and its error code tells the
 * access, not which of them it was.
 */
#include <case.h>

#define OFFSET 0x5c0u

enum access { READ, WRITE, FETCH };

static void access_page(bool user, enum access access, uint64_t flags)
{
    uintptr_t page = map_page("victim", PAGE_PRESENT | flags);

    if (user)
        in_user_mode();
    start.rbx = page + OFFSET;
    name_place("target", start.rbx, 1);
    *((uint8_t *)frame_of(page) + OFFSET) = 0xc3; /* RET */
    if (access == READ)
        FAULT("mov eax, [rbx]");
    else if (access == WRITE)
        FAULT("mov [rbx], eax");
    else
        FAULT("call rbx");
}

static void user(void)
{
    access_page(true, (enum access)ARG0, ARG1);
}

static void kernel(void)
{
    access_page(false, (enum access)ARG0, ARG1);
}

static void kernel_nxe0(void)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_NXE);
    access_page(false, (enum access)ARG0, ARG1);
}

#define P .vector = VEC_PF, .saved_rip = AT_FAULT, .error = PF_P
#define AT_TARGET .needs = "nx", .vector = VEC_PF, .saved_rip = "target", .error = PF_P | PF_I
#define GRANTED .vector = NO_EXCEPTION
#define ROW(name_, about_, run_, access_, flags_, id_, ...)                                                                                        \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Page-Fault Exceptions\"", .id = id_, \
                 .run = run_, .arg = {access_, flags_}, __VA_ARGS__                                                                                \
    }
#define RW PAGE_WRITE
#define US PAGE_USER
#define XD PAGE_NX

VARIANTS(ROW("user_read_supervisor", "CPL-3 load, U/S=0", user, READ, RW, "pf-user-read-sup", P | PF_U),
         ROW("user_write_supervisor", "CPL-3 store, U/S=0", user, WRITE, RW, "pf-user-write-sup", P | PF_W | PF_U),
         ROW("user_write_supervisor_ro", "CPL-3 store, U/S=0 and R/W=0", user, WRITE, 0, NULL, P | PF_W | PF_U),
         ROW("user_fetch_supervisor", "CPL-3 CALL, U/S=0", user, FETCH, RW, "pf-user-fetch-sup", AT_TARGET | PF_U),
         ROW("user_fetch_xd", "CPL-3 CALL, XD=1", user, FETCH, US | XD, "pf-user-fetch-nx", AT_TARGET | PF_U),
         ROW("user_fetch_supervisor_xd", "CPL-3 CALL, U/S=0 and XD=1", user, FETCH, XD, NULL, AT_TARGET | PF_U),
         ROW("kernel_fetch_xd", "CPL-0 CALL, XD=1", kernel, FETCH, XD, "pf-sup-fetch-nx", AT_TARGET),
         ROW("kernel_fetch_user_xd", "CPL-0 CALL, U/S=1 and XD=1, SMEP=0", kernel, FETCH, US | XD, NULL, AT_TARGET),
         ROW("kernel_read_xd", "CPL-0 load, XD=1: no fetch", kernel, READ, XD, "pf-nx-data-read-ok", GRANTED, .needs = "nx"),
         ROW("kernel_write_xd", "CPL-0 store, XD=1: no fetch", kernel, WRITE, RW | XD, NULL, GRANTED, .needs = "nx"),
         ROW("user_read_xd", "CPL-3 load, XD=1: no fetch", user, READ, US | XD, NULL, GRANTED, .needs = "nx"),
         ROW("user_fetch_read_only", "CPL-3 CALL, R/W=0: no write", user, FETCH, US, NULL, GRANTED),
         ROW("kernel_read_user", "CPL-0 load, U/S=1, SMAP=0", kernel, READ, US, NULL, GRANTED),
         ROW("kernel_write_user", "CPL-0 store, U/S=1, SMAP=0", kernel, WRITE, US | RW, NULL, GRANTED),
         ROW("kernel_fetch_user", "CPL-0 CALL, U/S=1, SMEP=0", kernel, FETCH, US, NULL, GRANTED),
         ROW("kernel_fetch_nxe0", "CPL-0 CALL, EFER.NXE=0", kernel_nxe0, FETCH, 0, NULL, GRANTED));
