/*
 * INCSSP reads the first and the last element of what it pops; a count of 0 reads one and pops none. SAVEPREVSSP wants a previous-SSP token on an SSP
 * that is a multiple of 8, WRSS and WRUSS an aligned operand on a shadow-stack page of the level that they write for: WRUSS is for CPL 0 and writes
 * as CPL 3. CLRSSBSY tells by CF whether the token was busy; SSP is 0 behind it. A page of the other level is #PF.
 */
#include <case.h>

#define TOKEN 0x7f8u
#define PATTERN 0x5a5a5a5a5a5a5a5a

static uintptr_t page, other;

static bool high; /* the pages are above 4 GiB */

/* Two pages and one; the second isn't present. */
static void set_up(uint64_t flags)
{
    if (high) {
        page = map_page_at("shadow", 0x123450000, PAGE_PRESENT | PAGE_D | flags);
        other = map_page_at("other", 0x2b67890000, PAGE_PRESENT | PAGE_D | flags);
    } else {
        page = map_pages("shadow", 2, PAGE_PRESENT | PAGE_D | flags);
        other = map_page("other", PAGE_PRESENT | PAGE_D | flags);
        change_page(page + PAGE_SIZE, PAGE_PRESENT, 0);
    }
    fill_words((uintptr_t)frame_of(other), PATTERN, PAGE_SIZE / 8);
    set_gate(VEC_BP, .dpl = 3);
    write_cr4(read_cr4() | CR4_CET);
}

static uint64_t *word(uintptr_t address)
{
    return (uint64_t *)frame_of(address);
}

#define END "\n" MARK(after) "nop\n"
/* RBX is SSP behind the instruction. */
#define SEE "\nrdsspq rbx\nint3\n" MARK(end) "nop\n"
#define SEE32 "\nrdsspd ebx\nint3\n" MARK(end) "nop\n"

/* ---- At CPL 3, whose SSP begins as an offset in the first page: ARG0. ---- */

static void user(uint32_t control)
{
    set_up(PAGE_USER);
    in_user_mode();
    write_msr(MSR_U_CET, control);
    write_msr(MSR_PL3_SSP, page + (ARG0 & ~3u));
}

#define INCSSP(name, instruction, ...)                    \
    static void name(void)                                \
    {                                                     \
        user(CET_SH_STK_EN);                              \
        start.rax = ARG1;                                 \
        __VA_ARGS__;                                      \
        PROGRAM(MARK(fault) instruction MARK(after) SEE); \
    }
INCSSP(incsspd, "incsspd eax\n", )
INCSSP(incsspq, "incsspq rax\n", )
INCSSP(incsspd_clean, "incsspd eax\n", change_page(page, PAGE_D, 0))
INCSSP(incsspq_clean, "incsspq rax\n", change_page(page, PAGE_D, 0))

static void note_saved(void)
{
    uint64_t saved = *word(other + TOKEN - 8);

    note("saved", saved == PATTERN ? saved : saved - other);
    note("hole", *word(other + TOKEN));
}

/* ARG1: the token, as an offset in the other page. */
static void token(void)
{
    user(CET_SH_STK_EN);
    *(volatile uint64_t *)word(page + ARG0) = other + ARG1;
    start.rflags &= ~(uint64_t)RFLAGS_CF;
    at_end(note_saved);
}

static void saveprevssp(void)
{
    token();
    PROGRAM(MARK(fault) "saveprevssp\n" MARK(after) SEE);
}

static void saveprevssp_high(void)
{
    high = true;
    saveprevssp();
}

static void saveprevssp_carry(void)
{
    token();
    start.rflags |= RFLAGS_CF;
    FAULT("saveprevssp");
}

static void saveprevssp_ordinary(void)
{
    token();
    change_page(other, 0, PAGE_WRITE);
    FAULT("saveprevssp");
}

/* Above the token there may be a doubleword that is 0. */
static void compat(uint64_t hole)
{
    token();
    in_compat_user();
    *word(page + ARG0 + 8) = hole;
    start.rflags |= RFLAGS_CF;
    PROGRAM32(MARK(fault) "saveprevssp\n" MARK(after) SEE32);
}

static void compat_hole(void)
{
    compat(0xffffffff00000000);
}

static void compat_no_hole(void)
{
    compat(1u << 31);
}

/* The token names an address above 4 GiB. */
static void compat_high(void)
{
    token();
    in_compat_user();
    *word(page + ARG0) |= 1ull << 32;
    PROGRAM32(MARK(fault) "saveprevssp\n" MARK(after) SEE32);
}

/* ---- Stores, to the other page: ARG0 is the operand's offset. RAX is stored. ---- */

static void note_stored(void)
{
    note("stored", *word(other + (ARG0 & ~7u)));
}

static void store(void)
{
    start.rbx = other + ARG0;
    start.rax = 0x1122334455667788;
    at_end(note_stored);
}

/* ARG1: what IA32_U_CET has besides SH_STK_EN. */
#define WRSS(name, instruction, ...)          \
    static void name(void)                    \
    {                                         \
        user(CET_SH_STK_EN | (uint32_t)ARG1); \
        store();                              \
        __VA_ARGS__;                          \
        FAULT(instruction);                   \
    }
WRSS(wrssd, "wrssd [rbx], eax", )
WRSS(wrssq, "wrssq [rbx], rax", )
WRSS(wrssq_ordinary, "wrssq [rbx], rax", change_page(other, 0, PAGE_WRITE))

/* ARG1: PAGE_USER or 0. */
#define WRUSS(name, instruction, ...) \
    static void name(void)            \
    {                                 \
        set_up(ARG1);                 \
        store();                      \
        __VA_ARGS__;                  \
        FAULT(instruction);           \
    }
WRUSS(wrussd, "wrussd [rbx], eax", )
WRUSS(wrussq, "wrussq [rbx], rax", )
WRUSS(wrussd_no_cet, "wrussd [rbx], eax", write_cr4(read_cr4() & ~(uint64_t)CR4_CET))
WRUSS(wrussq_no_cet, "wrussq [rbx], rax", write_cr4(read_cr4() & ~(uint64_t)CR4_CET))
WRUSS(wrussq_user, "wrussq [rbx], rax", in_user_mode())
WRUSS(wrussd_user, "wrussd [rbx], eax", in_user_mode())

static void in_ring_1(void)
{
    start.cs = add_descriptor("ring_code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .dpl = 1, .l = true})) | 1u;
    start.ss = 1;
}
WRUSS(wrussd_ring1, "wrussd [rbx], eax", in_ring_1())
WRUSS(wrussq_ring1, "wrussq [rbx], rax", in_ring_1())

/* ---- At CPL 0 with a shadow stack in the first page; the other has the token. ---- */

static void note_token(void)
{
    note("token", *word(other + TOKEN) - other);
}

/* ARG1: its token, as an offset in the page. */
static void kernel(struct program program)
{
    set_up(0);
    *word(page + TOKEN) = page + TOKEN;
    *word(other + TOKEN) = other + ARG1;
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN | CET_WR_SHSTK_EN;
    start.rdx = 0;
    start.rbx = other + ARG0;
    start.r8 = 0x55;
    if (current_case->error == (PF_P | PF_W | PF_SS))
        change_page(other, 0, PAGE_USER);
    at_end(note_token);
    run_program(program);
}

#define ON "wrmsr\nsetssbsy\n"
#define OFF "rdsspq r8\nmov ecx, 0x6a2\nmov eax, 0\nwrmsr\n"
#define KERNEL(name, before, instruction)                                         \
    static void name(void)                                                        \
    {                                                                             \
        kernel(ASSEMBLE(ON before MARK(fault) instruction "\n" MARK(after) OFF)); \
    }
KERNEL(clrssbsy, "", "clrssbsy [rbx]")
KERNEL(setssbsy, "mov ecx, 0x6a4\nmov eax, ebx\nwrmsr\n", "setssbsy")
KERNEL(wrssq_kernel, "", "wrssq [rbx], rax")

static void clrssbsy_disabled(void)
{
    set_up(0);
    start.rbx = other + ARG0;
    FAULT("clrssbsy [rbx]");
}

#define INCSSP_PAGE "SDM 2A \"INCSSPD/INCSSPQ-Increment Shadow Stack Pointer\""
#define SAVE_PAGE "SDM 2B \"SAVEPREVSSP-Save Previous Shadow Stack Pointer\""
#define WRSS_PAGE "SDM 2D \"WRSSD/WRSSQ-Write to Shadow Stack\""
#define WRUSS_PAGE "SDM 2D \"WRUSSD/WRUSSQ-Write to User Shadow Stack\""
#define CLEAR_PAGE "SDM 2A \"CLRSSBSY-Clear Busy Flag in a Supervisor Shadow Stack Token\""
#define RIGHTS "SDM 3A \"Determination of Access Rights\""
#define ROW(name_, run_, spec_, first, second, about_, ...)                                                                         \
    {                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "cet_ss", .run = run_, .arg = {first, second}, __VA_ARGS__ \
    }
#define FAULTS(vector_, error_) .vector = vector_, .error = error_, .saved_rip = AT_FAULT
#define ENDS .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "end"
#define PASSES .vector = NO_EXCEPTION
#define SS_READ (PF_P | PF_U | PF_SS)
#define SS_WRITE (PF_P | PF_W | PF_U | PF_SS)

VARIANTS(ROW("incsspd", incsspd, INCSSP_PAGE, 0x100, 0xffffff03, "INCSSPD of 0xffffff03: 3 elements", ENDS),
         ROW("incsspq", incsspq, INCSSP_PAGE, 0x100, 0x1ff, "INCSSPQ of 0x1ff: 255 elements", ENDS),
         ROW("incsspq_0", incsspq, INCSSP_PAGE, 0x100, 0x100, "INCSSPQ of 0x100: none", ENDS),
         ROW("incsspd_last", incsspd, INCSSP_PAGE, 0xff8, 3, "INCSSPD, the last element on a page that isn't present", FAULTS(VEC_PF, PF_U | PF_SS)),
         ROW("incsspq_last", incsspq, INCSSP_PAGE, 0xff0, 3, "INCSSPQ, the last element on a page that isn't present", FAULTS(VEC_PF, PF_U | PF_SS)),
         ROW("incsspd_0_clean", incsspd_clean, INCSSP_PAGE, 0x100, 0, "INCSSPD of 0 with SSP in a page with D=0", FAULTS(VEC_PF, SS_READ)),
         ROW("incsspq_0_clean", incsspq_clean, INCSSP_PAGE, 0x100, 0, "INCSSPQ of 0 with SSP in a page with D=0", FAULTS(VEC_PF, SS_READ)),
         ROW("saveprevssp", saveprevssp, SAVE_PAGE, TOKEN, TOKEN | 3, "SAVEPREVSSP of a pointer 8n", ENDS),
         ROW("saveprevssp_high", saveprevssp_high, SAVE_PAGE, TOKEN, TOKEN | 3, "SAVEPREVSSP of a pointer above 4 GiB", ENDS),
         ROW("saveprevssp_4", saveprevssp, SAVE_PAGE, TOKEN, TOKEN | 7, "SAVEPREVSSP of a pointer 8n+4: a doubleword of 0 below it", ENDS),
         ROW("saveprevssp_unaligned", saveprevssp, SAVE_PAGE, TOKEN + 4, TOKEN | 3, "SAVEPREVSSP with SSP 8n+4", FAULTS(VEC_GP, 0)),
         ROW("saveprevssp_restore", saveprevssp, SAVE_PAGE, TOKEN, TOKEN | 1, "SAVEPREVSSP of a token whose bit 1 is 0", FAULTS(VEC_GP, 0)),
         ROW("saveprevssp_carry", saveprevssp_carry, SAVE_PAGE, TOKEN, TOKEN | 3, "SAVEPREVSSP with CF=1 in 64-bit mode", FAULTS(VEC_GP, 0)),
         ROW("saveprevssp_ordinary", saveprevssp_ordinary, SAVE_PAGE, TOKEN, TOKEN | 3, "SAVEPREVSSP of a pointer into a page with R/W=1",
             FAULTS(VEC_PF, SS_WRITE)),
         ROW("compat_hole", compat_hole, SAVE_PAGE, TOKEN, TOKEN | 2, "SAVEPREVSSP with CF=1 in compatibility mode, 0 above the token", ENDS,
             .env = COMPAT32),
         ROW("compat_no_hole", compat_no_hole, SAVE_PAGE, TOKEN, TOKEN | 2, "SAVEPREVSSP with CF=1 in compatibility mode, not 0 above the token",
             FAULTS(VEC_GP, 0), .env = COMPAT32),
         ROW("compat_high", compat_high, SAVE_PAGE, TOKEN, TOKEN | 2, "SAVEPREVSSP of a pointer above 4 GiB in compatibility mode", FAULTS(VEC_GP, 0),
             .env = COMPAT32),
         ROW("wrssd", wrssd, WRSS_PAGE, 0x104, CET_WR_SHSTK_EN, "WRSSD to 8n+4", PASSES),
         ROW("wrssq", wrssq, WRSS_PAGE, 0x108, CET_WR_SHSTK_EN, "WRSSQ", PASSES),
         ROW("wrssd_unaligned", wrssd, WRSS_PAGE, 0x102, CET_WR_SHSTK_EN, "WRSSD to 4n+2", FAULTS(VEC_GP, 0)),
         ROW("wrssq_unaligned", wrssq, WRSS_PAGE, 0x104, CET_WR_SHSTK_EN, "WRSSQ to 8n+4", FAULTS(VEC_GP, 0)),
         ROW("wrssd_disabled", wrssd, WRSS_PAGE, 0x104, 0, "WRSSD with WR_SHSTK_EN=0", FAULTS(VEC_UD, NO_ERROR)),
         ROW("wrssq_ordinary", wrssq_ordinary, WRSS_PAGE, 0x108, CET_WR_SHSTK_EN, "WRSSQ to a page with R/W=1", FAULTS(VEC_PF, SS_WRITE)),
         ROW("wrussd", wrussd, WRUSS_PAGE, 0x104, PAGE_USER, "WRUSSD to a user shadow-stack page", PASSES),
         ROW("wrussq", wrussq, WRUSS_PAGE, 0x108, PAGE_USER, "WRUSSQ to a user shadow-stack page", PASSES),
         ROW("wrussd_supervisor", wrussd, WRUSS_PAGE, 0x104, 0, "WRUSSD to a supervisor shadow-stack page", FAULTS(VEC_PF, SS_WRITE)),
         ROW("wrussq_supervisor", wrussq, WRUSS_PAGE, 0x108, 0, "WRUSSQ to a supervisor shadow-stack page", FAULTS(VEC_PF, SS_WRITE)),
         ROW("wrussd_unaligned", wrussd, WRUSS_PAGE, 0x102, PAGE_USER, "WRUSSD to 4n+2", FAULTS(VEC_GP, 0)),
         ROW("wrussd_unaligned_1", wrussd, WRUSS_PAGE, 0x101, PAGE_USER, "WRUSSD to 4n+1", FAULTS(VEC_GP, 0)),
         ROW("wrussq_disabled", wrussq_no_cet, WRUSS_PAGE, 0x108, PAGE_USER, "WRUSSQ with CR4.CET=0", FAULTS(VEC_UD, NO_ERROR)),
         ROW("wrssq_disabled", wrssq, WRSS_PAGE, 0x108, 0, "WRSSQ with WR_SHSTK_EN=0", FAULTS(VEC_UD, NO_ERROR)),
         ROW("wrussd_user", wrussd_user, WRUSS_PAGE, 0x104, PAGE_USER, "WRUSSD at CPL 3", FAULTS(VEC_GP, 0)),
         ROW("wrussq_unaligned", wrussq, WRUSS_PAGE, 0x104, PAGE_USER, "WRUSSQ to 8n+4", FAULTS(VEC_GP, 0)),
         ROW("wrussd_disabled", wrussd_no_cet, WRUSS_PAGE, 0x104, PAGE_USER, "WRUSSD with CR4.CET=0", FAULTS(VEC_UD, NO_ERROR)),
         ROW("wrussq_user", wrussq_user, WRUSS_PAGE, 0x108, PAGE_USER, "WRUSSQ at CPL 3", FAULTS(VEC_GP, 0)),
         ROW("wrussd_ring1", wrussd_ring1, WRUSS_PAGE, 0x104, PAGE_USER, "WRUSSD at CPL 1", FAULTS(VEC_GP, 0)),
         ROW("wrussq_ring1", wrussq_ring1, WRUSS_PAGE, 0x108, PAGE_USER, "WRUSSQ at CPL 1", FAULTS(VEC_GP, 0)),
         ROW("clrssbsy", clrssbsy, CLEAR_PAGE, TOKEN, TOKEN | 1, "CLRSSBSY of a busy token", PASSES),
         ROW("clrssbsy_free", clrssbsy, CLEAR_PAGE, TOKEN, TOKEN, "CLRSSBSY of a free token: CF=1", PASSES),
         ROW("clrssbsy_unaligned", clrssbsy, CLEAR_PAGE, TOKEN + 4, TOKEN | 1, "CLRSSBSY of 8n+4", FAULTS(VEC_GP, 0)),
         ROW("clrssbsy_disabled", clrssbsy_disabled, CLEAR_PAGE, TOKEN, TOKEN | 1, "CLRSSBSY with SH_STK_EN=0", FAULTS(VEC_UD, NO_ERROR)),
         ROW("clrssbsy_user_page", clrssbsy, CLEAR_PAGE "; " RIGHTS, TOKEN, TOKEN | 1, "CLRSSBSY of a busy token in a user shadow-stack page",
             FAULTS(VEC_PF, PF_P | PF_W | PF_SS)),
         ROW("setssbsy_user_page", setssbsy, RIGHTS, TOKEN, TOKEN, "SETSSBSY of a free token in a user shadow-stack page",
             FAULTS(VEC_PF, PF_P | PF_W | PF_SS)),
         ROW("wrssq_user_page", wrssq_kernel, WRSS_PAGE "; " RIGHTS, 0x108, TOKEN, "WRSSQ at CPL 0 to a user shadow-stack page",
             FAULTS(VEC_PF, PF_P | PF_W | PF_SS)));
