/*
 * SMEP: CPL 0 doesn't fetch from user-mode addresses, those whose U/S is 1 at every level. It says nothing of CPL 3, of data,
 * or of supervisor-mode addresses.
 */
#include <case.h>

#define VICTIM 0x8000000000u
#define OFFSET 0x5c0u

enum access { READ, FETCH, USER_FETCH };

/* arg: the access; the level whose U/S is 0, or 0. */
static void run(void)
{
    map_page_at("victim", VICTIM, PAGE_PRESENT | PAGE_USER);
    *((uint8_t *)frame_of(VICTIM) + OFFSET) = 0xc3; /* RET */
    if (ARG1)
        *page_entry(VICTIM, (unsigned)ARG1) &= ~PAGE_USER;
    start.rbx = VICTIM + OFFSET;
    name_place("target", start.rbx, 1);
    write_cr4(read_cr4() | CR4_SMEP);
    if (ARG0 == USER_FETCH)
        in_user_mode();
    if (ARG0 == READ)
        FAULT("mov eax, [rbx]");
    else
        FAULT("call rbx");
}

/* XD isn't needed for a violation, and adds nothing to one. */
static void xd(void)
{
    *page_entry(map_page_at("victim", VICTIM, PAGE_PRESENT | PAGE_USER), 1) |= PAGE_NX;
    start.rbx = VICTIM + OFFSET;
    name_place("target", start.rbx, 1);
    write_cr4(read_cr4() | CR4_SMEP);
    FAULT("call rbx");
}

#define ROW_IF(needs_, name_, about_, id_, run_, access_, level_, ...)                                                                             \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_ ", SMEP=1", .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Page-Fault Exceptions\"", \
                 .id = id_, .run = run_, .arg = {access_, level_}, .needs = needs_, __VA_ARGS__                                                    \
    }
#define ROW(...) ROW_IF("smep", __VA_ARGS__)
#define FAULTS .vector = VEC_PF, .error = PF_P | PF_I, .saved_rip = "target"
#define GRANTED .vector = NO_EXCEPTION

VARIANTS(ROW("fetch", "CPL-0 CALL to a user page", "pf-smep", run, FETCH, 0, FAULTS),
         ROW_IF("smep nx", "fetch_xd", "CPL-0 CALL to a user page with XD=1", NULL, xd, FETCH, 0, FAULTS),
         ROW("fetch_supervisor_pml4e", "CPL-0 CALL, PML4E with U/S=0", NULL, run, FETCH, 4, GRANTED),
         ROW("fetch_supervisor_pde", "CPL-0 CALL, PDE with U/S=0", NULL, run, FETCH, 2, GRANTED),
         ROW("fetch_supervisor_pte", "CPL-0 CALL, PTE with U/S=0", NULL, run, FETCH, 1, GRANTED),
         ROW("user_fetch", "CPL-3 CALL to a user page", NULL, run, USER_FETCH, 0, GRANTED),
         ROW("read", "CPL-0 load from a user page", NULL, run, READ, 0, GRANTED));
