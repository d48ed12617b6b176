/*
 * CPL 1 and 2 in 32-bit code of IA-32e mode: paging takes them for supervisor mode; privileged instructions are refused as at CPL 3, I/O and IF go by
 * IOPL; deliveries go to the stack of the handler's own ring. What raises nothing ends at UD2.
 */
#include <case.h>

#define RING ((uint8_t)ARG0)

static uint16_t segment(const char *name, uint8_t type, uint8_t dpl)
{
    return add_descriptor(name, encode_descriptor((struct descriptor){.type = type, .dpl = dpl, .d = true, .g = true, .limit = 0xfffff})) | dpl;
}

static void enter(void)
{
    start.cs = segment("code", CODE_READABLE, RING);
    start.ss = segment("stack", DATA_WRITABLE, RING);
}

static void operand(uint64_t flags)
{
    start.rbx = map_page("operand", flags);
}

static void iopl(unsigned level)
{
    start.rflags |= RFLAGS_IOPL(level);
    start.rdx = 0x80;
}

static void write_protect(void)
{
    write_cr0(read_cr0() | CR0_WP);
    operand(PAGE_PRESENT);
}

static void set_alignment(void)
{
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
    operand(PAGE_PRESENT | PAGE_WRITE);
    start.rbx++;
}

static void set_smap(bool ac)
{
    write_cr4(read_cr4() | CR4_SMAP);
    if (ac)
        start.rflags |= RFLAGS_AC;
    operand(PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
}

static void set_smep(void)
{
    write_cr4(read_cr4() | CR4_SMEP);
    operand(PAGE_PRESENT | PAGE_USER);
}

/* A TSS whose I/O map allows port 0x80 and its neighbours, but for the ports of this mask. */
static void io_map(uint8_t denied)
{
    uintptr_t page = map_page("tss", PAGE_PRESENT | PAGE_WRITE);
    uint8_t *bytes = frame_of(page);

    *(struct tss *)bytes = tss;
    ((struct tss *)bytes)->io_map_base = sizeof(struct tss);
    bytes[sizeof(struct tss) + 0x80 / 8] = denied;
    load_tss(page, sizeof(struct tss) + 0x80 / 8 + 1);
    start.rdx = 0x80;
}

static void tsd(void)
{
    write_cr4(read_cr4() | CR4_TSD);
}

/* INT n to a handler at CPL 0 through a gate of this DPL. */
static void gate(unsigned dpl)
{
    set_gate(0x40, .dpl = dpl);
}

#define READ "mov eax, [ebx]"
#define WRITE "mov [ebx], eax"
#define NEVER(X, name, prepare, text, about) X(name, VEC_GP, 0, AT_FAULT, prepare, text, about, NULL)
#define RUNS(X, name, prepare, text, about) X(name, VEC_UD, NO_ERROR, "end", prepare, text "\n" MARK(end) "ud2", about, NULL)
#define STATES(X)                                                                                                                      \
    RUNS(X, page_read, operand(PAGE_PRESENT), READ, "a read of a supervisor page")                                                     \
    RUNS(X, page_write, operand(PAGE_PRESENT | PAGE_WRITE), WRITE, "a write to a supervisor page")                                     \
    X(page_missing, VEC_PF, 0, AT_FAULT, operand(0), READ, "a read of a missing page", NULL)                                           \
    X(page_read_only, VEC_PF, PF_P | PF_W, AT_FAULT, write_protect(), WRITE, "a write to a read-only supervisor page with WP=1", NULL) \
    RUNS(X, user_page, operand(PAGE_PRESENT | PAGE_WRITE | PAGE_USER), WRITE, "a write to a user page")                                \
    X(smap, VEC_PF, PF_P, AT_FAULT, set_smap(false), READ, "a read of a user page with SMAP and AC=0", "smap")                         \
    X(smap_ac, VEC_UD, NO_ERROR, "end", set_smap(true), READ "\n" MARK(end) "ud2", "a read of a user page with SMAP and AC=1", "smap") \
    X(smep, VEC_PF, PF_P | PF_I, "operand", set_smep(), "jmp ebx", "a fetch from a user page with SMEP", "smep")                       \
    RUNS(X, alignment, set_alignment(), READ, "a misaligned read with AM=AC=1")                                                        \
    NEVER(X, hlt, (void)0, "hlt", "HLT")                                                                                               \
    NEVER(X, clts, (void)0, "clts", "CLTS")                                                                                            \
    NEVER(X, wbinvd, (void)0, "wbinvd", "WBINVD")                                                                                      \
    NEVER(X, invlpg, operand(PAGE_PRESENT), "invlpg [ebx]", "INVLPG")                                                                  \
    NEVER(X, mov_from_cr0, (void)0, "mov eax, cr0", "MOV from CR0")                                                                    \
    NEVER(X, mov_to_cr3, start.rax = read_cr3(), "mov cr3, eax", "MOV to CR3")                                                         \
    NEVER(X, mov_from_dr7, (void)0, "mov eax, dr7", "MOV from DR7")                                                                    \
    NEVER(X, mov_to_dr0, (void)0, "mov dr0, eax", "MOV to DR0")                                                                        \
    NEVER(X, lmsw, (void)0, "lmsw ax", "LMSW")                                                                                         \
    NEVER(X, lldt, start.rax = 0, "lldt ax", "LLDT")                                                                                   \
    NEVER(X, ltr, start.rax = SEL_TSS, "ltr ax", "LTR")                                                                                \
    NEVER(X, lgdt, operand(PAGE_PRESENT), "lgdt [ebx]", "LGDT")                                                                        \
    NEVER(X, lidt, operand(PAGE_PRESENT), "lidt [ebx]", "LIDT")                                                                        \
    NEVER(X, rdmsr, start.rcx = MSR_EFER, "rdmsr", "RDMSR")                                                                            \
    NEVER(X, wrmsr, start.rcx = MSR_EFER, "wrmsr", "WRMSR")                                                                            \
    NEVER(X, rdtsc, tsd(), "rdtsc", "RDTSC with CR4.TSD=1")                                                                            \
    NEVER(X, cli, iopl(RING - 1), "cli", "CLI with IOPL below CPL")                                                                    \
    NEVER(X, sti, iopl(RING - 1), "sti", "STI with IOPL below CPL")                                                                    \
    RUNS(X, cli_iopl, iopl(RING), "cli", "CLI with IOPL = CPL")                                                                        \
    RUNS(X, sti_iopl, (iopl(RING), start.rflags &= ~(uint64_t)RFLAGS_IF), "sti", "STI with IOPL = CPL")                                \
    RUNS(X, popfd, iopl(RING), "push 0x2\npopfd", "POPFD of IF=0 and IOPL=0 with IOPL = CPL: IOPL is kept")                            \
    RUNS(X, popfd_below, iopl(RING - 1), "push 0x3002\npopfd", "POPFD of IF=0 and IOPL=3 with IOPL below CPL: both are kept")          \
    NEVER(X, in, iopl(RING - 1), "in al, dx", "IN with IOPL below CPL, no map")                                                        \
    NEVER(X, out, iopl(RING - 1), "out dx, al", "OUT with IOPL below CPL, no map")                                                     \
    RUNS(X, out_iopl, iopl(RING), "out dx, al", "OUT with IOPL = CPL, no map")                                                         \
    RUNS(X, out_map, io_map(0), "out dx, al", "OUT with IOPL below CPL, allowed by the map")                                           \
    NEVER(X, out_map_denied, io_map(1), "out dx, al", "OUT with IOPL below CPL, denied by the map")                                    \
    NEVER(X, out_map_word, io_map(2), "out dx, ax", "OUT of a word with IOPL below CPL, the second port denied")                       \
    X(int_n, 0x40, NO_ERROR, AFTER, gate(RING), "int 0x40", "INT n through a gate whose DPL is CPL", NULL)                             \
    X(int_n_dpl, VEC_GP, IDT_ERROR(0x40), AT_FAULT, gate(RING - 1), "int 0x40", "INT n through a gate whose DPL is below CPL", NULL)

#define DEFINE(name, vector, error, rip, prepare, text, about, needs) \
    static void run_##name(void)                                      \
    {                                                                 \
        enter();                                                      \
        prepare;                                                      \
        FAULT32(text);                                                \
    }
STATES(DEFINE)

#define SPEC "SDM 3A \"Privilege Levels\"; SDM 3A \"Privileged Instructions\", \"Determination of Access Rights\"; SDM 1 \"I/O Privilege Level\""
#define ROW(name_, vector_, error_, rip, about_, needs_, ring) \
    {VARIANT,                                                  \
     .env = COMPAT32,                                          \
     .name = #name_ "_" #ring,                                 \
     .about = "compatibility mode at CPL " #ring ": " about_,  \
     .spec = SPEC,                                             \
     .needs = needs_,                                          \
     .vector = vector_,                                        \
     .error = error_,                                          \
     .run = run_##name_,                                       \
     .arg = {ring}},
#define ROWS(name, vector, error, rip, prepare, text, about, needs) \
    ROW(name, vector, error, rip, about, needs, 1) ROW(name, vector, error, rip, about, needs, 2)
VARIANTS(STATES(ROWS));
