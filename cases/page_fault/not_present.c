/*
 * An entry with P=0 gives no translation: P=0 in the error code; W/R, U/S and I/D tell the access. I/D tells fetches apart
 * only while execute-disable (EFER.NXE) or SMEP makes that worth while.
 */
#include <case.h>

#define OFFSET 0x5c0u /* in the page, so that CR2 shows more than the page's number */

static void data_access(bool user, bool write)
{
    if (user)
        in_user_mode();
    start.rbx = map_page("victim", PAGE_WRITE | PAGE_USER) + OFFSET;
    if (write)
        FAULT("mov [rbx], eax");
    else
        FAULT("mov eax, [rbx]");
}

static void kernel_data(void)
{
    data_access(false, ARG0);
}

static void user_data(void)
{
    data_access(true, ARG0);
}

enum { NXE = 1, SMEP = 2, USER = 4 };

static void fetch(void)
{
    if (ARG0 & USER)
        in_user_mode();
    if (!(ARG0 & NXE))
        write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_NXE);
    if (ARG0 & SMEP)
        write_cr4(read_cr4() | CR4_SMEP);
    start.rbx = map_page("victim", PAGE_USER) + OFFSET;
    name_place("target", start.rbx, 1);
    FAULT("jmp rbx");
}

#define SPEC .spec = "SDM 3A \"Page-Fault Exceptions\"", .vector = VEC_PF
#define DATA(name_, cpl_, what_, run_, write_, error_, id_)                                                                                          \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = "CPL-" cpl_ " " what_ " a page whose PTE has P=0", SPEC, .id = id_, .error = error_, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {write_},                                                                                                       \
    }
#define FETCH(name_, about_, error_, how_, id_, ...)                                                                                               \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_ ", PTE.P=0", SPEC, .id = id_, .error = error_, .saved_rip = "target", .run = fetch, .arg = {how_}, \
                 __VA_ARGS__                                                                                                                       \
    }

VARIANTS(DATA("kernel_read", "0", "load from", kernel_data, false, 0, "pf-sup-read-np"),
         DATA("kernel_write", "0", "store to", kernel_data, true, PF_W, "pf-sup-write-np"),
         DATA("user_read", "3", "load from", user_data, false, PF_U, "pf-user-read-np"),
         DATA("user_write", "3", "store to", user_data, true, PF_W | PF_U, "pf-user-write-np"),
         FETCH("kernel_fetch", "CPL-0 JMP, NXE=1", PF_I, NXE, "pf-sup-fetch-np", .needs = "nx"),
         FETCH("user_fetch", "CPL-3 JMP, NXE=1", PF_U | PF_I, NXE | USER, "pf-user-fetch-np", .needs = "nx"),
         FETCH("kernel_fetch_nxe0", "CPL-0 JMP, NXE=0, SMEP=0", 0, 0, "pf-sup-fetch-np-nxe0-smep0"),
         FETCH("user_fetch_nxe0", "CPL-3 JMP, NXE=0, SMEP=0", PF_U, USER, NULL),
         FETCH("kernel_fetch_smep", "CPL-0 JMP, NXE=0, SMEP=1", PF_I, SMEP, "pf-sup-fetch-np-nxe0-smep1", .needs = "smep"),
         FETCH("user_fetch_smep", "CPL-3 JMP, NXE=0, SMEP=1", PF_U | PF_I, SMEP | USER, NULL, .needs = "smep"));
