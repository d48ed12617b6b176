/*
 * A shadow stack is entered by its token: SETSSBSY wants the supervisor's, the address itself with the busy bit clear, else #CP(5); RSTORSSP
 * wants a restore token, the address above it with the mode in bit 0, else #CP(4). Where it fails the token stays as it was.
 */
#include <case.h>

#define CURRENT 0x7f8u
#define OTHER 0xbf8u
#define BUSY 1u
#define MODE_64 1u

static uintptr_t page;

/* The current shadow stack's pointer isn't the program's to see but in what an instruction stores: an offset in the page, and flags. */
static void note_tokens(void)
{
    note("current", *(uint64_t *)frame_of(page + CURRENT) - page);
    note("other", *(uint64_t *)frame_of(page + OTHER) - page);
}

static bool high; /* the page is above 4 GiB */

/* ARG0: the other token, as an offset in the page. ARG1: what is added to its address. */
static void set_up(void)
{
    page = high ? map_page_at("shadow", 0x123450000, PAGE_PRESENT | PAGE_D) : map_page("shadow", PAGE_PRESENT | PAGE_D);
    *(uint64_t *)frame_of(page + CURRENT) = page + CURRENT;
    *(uint64_t *)frame_of(page + OTHER) = page + ARG0;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + CURRENT);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    start.rbx = page + OTHER + ARG1;
    at_end(note_tokens);
}

#define OFF "mov ecx, 0x6a2\nmov eax, 0\nwrmsr\n"

static void setssbsy(void)
{
    set_up();
    PROGRAM("wrmsr\nsetssbsy\nmov ecx, 0x6a4\nmov eax, ebx\nwrmsr\n" MARK(fault) "setssbsy\n" MARK(after) OFF);
}

static void rstorssp(void)
{
    set_up();
    PROGRAM("wrmsr\nsetssbsy\n" MARK(fault) "rstorssp [rbx]\n" MARK(after) OFF);
}

static void rstorssp_high(void)
{
    high = true;
    rstorssp();
}

static void disabled(void)
{
    set_up();
    FAULT("setssbsy");
}

static void disabled_rstorssp(void)
{
    set_up();
    FAULT("rstorssp [rbx]");
}

#define ROW(name_, run_, id_, token, offset, about_, spec_, ...)                                                                                \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_ ", at CPL 0", .spec = spec_, .id = id_, .run = run_, .arg = {token, offset}, .needs = "cet_ss", \
                 __VA_ARGS__                                                                                                                    \
    }
#define SET(name_, token, offset, about_, ...) \
    ROW(name_, setssbsy, "cp-setssbsy", token, offset, "SETSSBSY, " about_, "SDM 2B \"SETSSBSY-Mark Shadow Stack Busy\"", __VA_ARGS__)
#define RESTORE(name_, token, offset, about_, ...) \
    ROW(name_, rstorssp, "cp-rstorssp", token, offset, "RSTORSSP, " about_, "SDM 2B \"RSTORSSP-Restore Saved Shadow Stack Pointer\"", __VA_ARGS__)
#define FAULTS(error_) .vector = VEC_CP, .error = error_, .saved_rip = AT_FAULT
#define UNALIGNED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define UNKNOWN .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION

VARIANTS(SET("set", OTHER, 0, "a free token", PASSES), SET("set_busy", OTHER | BUSY, 0, "a busy token", FAULTS(5)),
         SET("set_address", OTHER + 8, 0, "a token of another address", FAULTS(5)), SET("set_unaligned", OTHER, 4, "IA32_PL0_SSP at 8n+4", UNALIGNED),
         RESTORE("restore", (OTHER + 8) | MODE_64, 0, "a restore token", PASSES),
         RESTORE("restore_aligned_4", ((OTHER + 8) | 4) | MODE_64, 0, "a restore token of an address at 8n+4: CF=1", PASSES),
         RESTORE("restore_address", (OTHER + 16) | MODE_64, 0, "a token of another address", FAULTS(4)),
         RESTORE("restore_mode", OTHER + 8, 0, "a token of compatibility mode", FAULTS(4)),
         RESTORE("restore_previous", (OTHER + 8) | MODE_64 | 2, 0, "a previous-SSP token", FAULTS(4)),
         RESTORE("restore_unaligned", (OTHER + 8) | MODE_64, 4, "its operand at 8n+4", UNALIGNED),
         ROW("set_disabled", disabled, "", OTHER, 0, "SETSSBSY with SH_STK_EN=0", "SDM 2B \"SETSSBSY-Mark Shadow Stack Busy\"", UNKNOWN),
         ROW("restore_high", rstorssp_high, "", (OTHER + 8) | MODE_64, 0, "RSTORSSP of a token above 4 GiB",
             "SDM 2B \"RSTORSSP-Restore Saved Shadow Stack Pointer\"", PASSES),
         ROW("restore_high_mode", rstorssp_high, "", OTHER + 8, 0, "RSTORSSP of a token above 4 GiB whose bit 0 is 0",
             "SDM 2B \"RSTORSSP-Restore Saved Shadow Stack Pointer\"", FAULTS(4)),
         ROW("restore_disabled", disabled_rstorssp, "", (OTHER + 8) | MODE_64, 0, "RSTORSSP with SH_STK_EN=0",
             "SDM 2B \"RSTORSSP-Restore Saved Shadow Stack Pointer\"", UNKNOWN));
