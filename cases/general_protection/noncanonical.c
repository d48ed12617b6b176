/*
 * An address whose bits 63:47 aren't all the same is no address: #GP(0) before paging is asked, so CR2 stays. A near branch
 * to one faults at the branch, and nothing has been pushed or popped.
 */
#include <case.h>

static void read(void)
{
    start.rbx = NONCANONICAL;
    FAULT("mov eax, [rbx]");
}

static void read_user(void)
{
    in_user_mode();
    start.rbx = NONCANONICAL;
    FAULT("mov eax, [rbx]");
}

static void write(void)
{
    start.rbx = NONCANONICAL;
    FAULT("mov [rbx], eax");
}

/* The last four bytes of the lower half, and the first four beyond it. */
static void straddle(void)
{
    start.rbx = map_page_at("last_page", NONCANONICAL - PAGE_SIZE, PAGE_PRESENT | PAGE_WRITE) + PAGE_SIZE - 4;
    FAULT("mov rax, [rbx]");
}

static void jump(void)
{
    start.rbx = NONCANONICAL;
    FAULT("jmp rbx");
}

static void call(void)
{
    start.rbx = NONCANONICAL;
    set_gate(VEC_GP, .ist = 1);
    FAULT("call rbx");
}

static void ret(void)
{
    start.rsp = stack_top(STACK_KERNEL) - 8;
    *(uint64_t *)start.rsp = NONCANONICAL;
    FAULT("ret");
}

/* Which register holds the address is no matter but for RSP and RBP: R12 and R13 share their encodings, not their stack segment. */
#define ADDRESSED(name, register, instruction) \
    static void name(void)                     \
    {                                          \
        start.register = NONCANONICAL;         \
        FAULT(instruction);                    \
    }

ADDRESSED(read_rax, rax, "mov eax, [rax]")
ADDRESSED(read_rsi, rsi, "mov eax, [rsi]")
ADDRESSED(read_r8, r8, "mov eax, [r8]")
ADDRESSED(read_r12, r12, "mov eax, [r12]")
ADDRESSED(read_r13, r13, "mov eax, [r13]")
ADDRESSED(xlat, rbx, "xlatb")
ADDRESSED(clflush, rbx, "clflush [rbx]")
ADDRESSED(ss_override, rbx, ".byte 0x36, 0x8b, 0x03") /* mov eax, ss:[rbx] */
ADDRESSED(fs_override_rbp, rbp, "mov eax, fs:[rbp]")
ADDRESSED(prefetch, rbx, "prefetcht0 [rbx]")
ADDRESSED(invlpg, rbx, "invlpg [rbx]")
ADDRESSED(lea, rbx, "lea rax, [rbx]")
ADDRESSED(nop, rbx, "nop dword ptr [rbx]")

/* The last four bytes below the upper half. */
static void high(void)
{
    start.rbx = 0xffff7ffffffffffcull;
    FAULT("mov eax, [rbx]");
}

/* The same, and four of the upper half. */
static void straddle_high(void)
{
    map_page_at("upper_half", 0xffff800000000000ull, PAGE_PRESENT | PAGE_WRITE);
    start.rbx = 0xffff7ffffffffffcull;
    FAULT("mov rax, [rbx]");
}

/* Base and offset are canonical, their sum isn't. */
static void fs_base(void)
{
    start.fs_base = NONCANONICAL - PAGE_SIZE;
    start.rbx = PAGE_SIZE;
    FAULT("mov eax, fs:[rbx]");
}

static void movsb_source(void)
{
    start.rsi = NONCANONICAL;
    start.rdi = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    record_memory("operand", frame_of(start.rdi), 8);
    FAULT("movsb");
}

static void movsb_destination(void)
{
    start.rsi = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.rdi = NONCANONICAL;
    FAULT("movsb");
}

/* RCX, RSI and RDI are those of the iteration that faults. */
static void rep_movsb(void)
{
    uintptr_t last = map_page_at("last_page", NONCANONICAL - PAGE_SIZE, PAGE_PRESENT | PAGE_WRITE);

    start.rsi = last + PAGE_SIZE - 3;
    start.rdi = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.rcx = 8;
    for (unsigned i = 0; i < 3; i++)
        ((uint8_t *)frame_of(last))[PAGE_SIZE - 3 + i] = (uint8_t)(0x11 * (i + 1));
    record_memory("operand", frame_of(start.rdi), 8);
    FAULT("rep movsb");
}

/* A NOP in the last byte of the lower half: the next instruction has no address. It is this one that faults. */
static void run_off(void)
{
    uintptr_t last = map_page_at("last_page", NONCANONICAL - PAGE_SIZE, PAGE_PRESENT | PAGE_WRITE);

    ((uint8_t *)frame_of(last))[PAGE_SIZE - 1] = 0x90;
    start.rip = last + PAGE_SIZE - 1;
    PROGRAM("ud2\n");
}

#define ROW(name_, id_, about_, spec_, ...)                                                                                                    \
    {                                                                                                                                          \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = name_, \
                 __VA_ARGS__                                                                                                                   \
    }
#define PASSES(name_, id_, about_, spec_)                                                                        \
    {                                                                                                            \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .vector = NO_EXCEPTION, .run = name_ \
    }
#define MOVS "SDM 2B \"MOVS/MOVSB/MOVSW/MOVSD/MOVSQ-Move Data From String to String\""
#define MOV "SDM 2B \"MOV-Move\""
#define OVERRIDE "SDM 1 \"Segment Registers in 64-Bit Mode\"; SDM 3A \"Interrupt 12-Stack Fault Exception (#SS)\""

VARIANTS(ROW(read, "gp-noncanon-read-rbx pf-cr2-not-touched-by-gp frame-layout-err", "load from a non-canonical address at CPL 0", MOV),
         ROW(read_user, "", "load from a non-canonical address at CPL 3", MOV),
         ROW(write, "gp-noncanon-write", "store to a non-canonical address at CPL 0", MOV),
         ROW(straddle, "gp-noncanon-straddle-low", "load of 8 bytes at CPL 0, the last 4 at non-canonical addresses", MOV),
         ROW(jump, "gp-noncanon-jmp-reg", "JMP to a non-canonical address at CPL 0", "SDM 2A \"JMP-Jump\""),
         ROW(call, "gp-noncanon-call-reg", "CALL of a non-canonical address at CPL 0", "SDM 2A \"CALL-Call Procedure\""),
         ROW(ret, "gp-noncanon-ret", "RET to a non-canonical address at CPL 0", "SDM 2B \"RET-Return from Procedure\""),
         ROW(read_rax, "gp-noncanon-read-rax", "load from a non-canonical address in RAX at CPL 0", MOV),
         ROW(read_rsi, "gp-noncanon-read-rsi", "load from a non-canonical address in RSI at CPL 0", MOV),
         ROW(read_r8, "gp-noncanon-read-r8", "load from a non-canonical address in R8 at CPL 0", MOV),
         ROW(read_r12, "gp-noncanon-read-r12", "load from a non-canonical address in R12 at CPL 0: not #SS", MOV),
         ROW(read_r13, "gp-noncanon-read-r13", "load from a non-canonical address in R13 at CPL 0: not #SS", MOV),
         ROW(high, "gp-noncanon-high", "load of the last 4 non-canonical bytes below the upper half at CPL 0", MOV),
         ROW(straddle_high, "gp-noncanon-straddle-high", "load of 8 bytes at CPL 0, the first 4 at non-canonical addresses", MOV),
         ROW(fs_base, "gp-noncanon-fs-base", "load from FS at CPL 0, base and offset have a non-canonical sum", MOV),
         ROW(ss_override, "gp-noncanon-ptr-ss-override", "load from SS:RBX, non-canonical, at CPL 0: the override is ignored, not #SS", OVERRIDE),
         ROW(fs_override_rbp, "gp-noncanon-fs-override-rbp", "load from FS:RBP, non-canonical, at CPL 0: not #SS", MOV),
         ROW(xlat, "gp-noncanon-xlat", "XLAT from a non-canonical address at CPL 0", "SDM 2D \"XLAT/XLATB-Table Look-up Translation\""),
         ROW(movsb_source, "gp-noncanon-movs", "MOVSB from a non-canonical address at CPL 0", MOVS),
         ROW(movsb_destination, "", "MOVSB to a non-canonical address at CPL 0", MOVS),
         ROW(rep_movsb, "", "REP MOVSB at CPL 0, the fourth byte at a non-canonical address", MOVS),
         ROW(clflush, "gp-noncanon-clflush", "CLFLUSH of a non-canonical address at CPL 0", "SDM 2A \"CLFLUSH-Flush Cache Line\"", .needs = "clfsh"),
         {VARIANT, .name = "run_off", .about = "NOP in the last byte before the non-canonical addresses, at CPL 0",
          .spec = "SDM 3A \"Interrupt 13-General Protection Exception (#GP)\"", .id = "gp-noncanon-fallthrough", .vector = VEC_GP, .error = 0,
          .saved_rip = "", .run = run_off},
         PASSES(prefetch, "gp-noncanon-prefetch", "PREFETCHT0 of a non-canonical address at CPL 0", "SDM 2B \"PREFETCHh-Prefetch Data Into Caches\""),
         PASSES(invlpg, "gp-noncanon-invlpg", "INVLPG of a non-canonical address at CPL 0", "SDM 2A \"INVLPG-Invalidate TLB Entries\""),
         PASSES(lea, "gp-noncanon-lea", "LEA of a non-canonical address at CPL 0", "SDM 2A \"LEA-Load Effective Address\""),
         PASSES(nop, "gp-noncanon-nop-mem", "NOP with a non-canonical operand at CPL 0", "SDM 2B \"NOP-No Operation\""));
