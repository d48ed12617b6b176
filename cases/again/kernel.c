/* At CPL 0, in 64-bit mode, and from compatibility mode to it; the program itself changes the state: twice.h. */
#include <case.h>

#define ACCUMULATOR "rax"
#include "twice.h"

#define ARM_0 "mov dr0, rbx\n"
#define HERE_0 "lea rdx, [rip + 1b]\nmov dr0, rdx\n"
#define TO_CPL_3 "mov rax, rsp\npush r9\npush rax\npushfq\npush r8\nlea rdx, [rip + 1b]\npush rdx\niretq\n"
#define TO_64_BIT "push ecx\n.byte 0x68\n.long 1b\nretf\n"

static void set_fwait(void)
{
    write_cr0((read_cr0() | CR0_TS) & ~(uint64_t)CR0_MP);
}

static void set_cr4(uint64_t bits)
{
    write_cr4(read_cr4() | bits);
}

static void enable_avx(void)
{
    set_cr4(CR4_OSXSAVE);
    write_xcr0(7);
}

static void prepare_user(void)
{
    user_may_run_program();
    start.r8 = SEL_USER_CODE64;
    start.r9 = SEL_USER_DATA;
}

static void prepare_compat(void)
{
    in_compat_kernel();
    start.rcx = SEL_KERNEL_CODE64;
}

#define NM VEC_NM, NO_ERROR, AT_FAULT
#define UD VEC_UD, NO_ERROR, AT_FAULT
#define GP VEC_GP, 0, AT_FAULT
#define DB VEC_DB, NO_ERROR
#define ROWS(X)                                                                                                                                   \
    X(ts_x87, "", , "fnop", TOGGLE_CR0(8), NM, "FNOP with CR0.TS=0, then 1")                                                                      \
    X(ts_lmsw, "", , "fnop", "smsw eax\nor eax, 8\nlmsw ax\n", NM, "FNOP with CR0.TS=0, then 1 by LMSW")                                          \
    X(ts_mmx, "mmx", , "movq mm0, mm1", TOGGLE_CR0(8), NM, "MOVQ of MMX registers with CR0.TS=0, then 1")                                         \
    X(ts_sse, "", , "movaps xmm0, xmm1", TOGGLE_CR0(8), NM, "MOVAPS with CR0.TS=0, then 1")                                                       \
    X(ts_avx, "avx", enable_avx(), "vmovaps ymm0, ymm1", TOGGLE_CR0(8), NM, "VMOVAPS with CR0.TS=0, then 1")                                      \
    X(mp_fwait, "", set_fwait(), "fwait", TOGGLE_CR0(2), NM, "FWAIT with CR0.TS=1, MP=0, then 1")                                                 \
    X(em_x87, "", , "fnop", TOGGLE_CR0(4), NM, "FNOP with CR0.EM=0, then 1")                                                                      \
    X(em_mmx, "mmx", , "movq mm0, mm1", TOGGLE_CR0(4), UD, "MOVQ of MMX registers with CR0.EM=0, then 1")                                         \
    X(em_sse, "", , "movaps xmm0, xmm1", TOGGLE_CR0(4), UD, "MOVAPS with CR0.EM=0, then 1")                                                       \
    X(osfxsr, "", , "movaps xmm0, xmm1", TOGGLE_CR4(0x200), UD, "MOVAPS with CR4.OSFXSR=1, then 0")                                               \
    X(osxsave_avx, "avx", enable_avx(), "vmovaps ymm0, ymm1", TOGGLE_CR4(0x40000), UD, "VMOVAPS with CR4.OSXSAVE=1, then 0")                      \
    X(osxsave_xgetbv, "avx", (enable_avx(), start.rcx = 0), "xgetbv", TOGGLE_CR4(0x40000), UD, "XGETBV with CR4.OSXSAVE=1, then 0")               \
    X(xcr0_avx, "avx", (enable_avx(), start.rcx = 0), "vmovaps ymm0, ymm1", "xgetbv\nxor eax, 4\nxsetbv\n", UD, "VMOVAPS with XCR0[2]=1, then 0") \
    X(fsgsbase, "fsgsbase", set_cr4(CR4_FSGSBASE), "rdfsbase rdx", TOGGLE_CR4(0x10000), UD, "RDFSBASE with CR4.FSGSBASE=1, then 0")               \
    X(pke, "pku", (set_cr4(CR4_PKE), start.rcx = 0), "rdpkru", TOGGLE_CR4(0x400000), UD, "RDPKRU with CR4.PKE=1, then 0")                         \
    X(de, "", , "mov rdx, dr4", TOGGLE_CR4(8), UD, "MOV from DR4 with CR4.DE=0, then 1")                                                          \
    X(gd, "", , "mov rdx, dr3", SET_DR7(0x2400), DB, AT_FAULT, "MOV from DR3 with DR7.GD=0, then 1")                                              \
    X(instruction_breakpoint, "", , "nop", HERE_0 SET_DR7(0x401), DB, AT_FAULT, "NOP, then one with a breakpoint")                                \
    X(data_breakpoint, "", start.rbx = map_page("operand", PAGE_PRESENT), "mov edx, [rbx]", ARM_0 SET_DR7(0xf0401), DB, AFTER,                    \
      "MOV from memory, then with a breakpoint on it")                                                                                            \
    X(io_breakpoint, "", (set_cr4(CR4_DE), start.rbx = 0x80), "out 0x80, al", ARM_0 SET_DR7(0x20401), DB, AFTER,                                  \
      "OUT, then with a breakpoint on the port")                                                                                                  \
    X(cpl, "", prepare_user(), "clts", TO_CPL_3, GP, "CLTS at CPL 0, then 3")

#define ROWS_32(X)                                                                                                     \
    X(long_pushad, "", prepare_compat(), "pushad", TO_64_BIT, UD, "PUSHAD in compatibility mode, then in 64-bit mode") \
    X(long_82, "", prepare_compat(), ".byte 0x82, 0xc0, 0", TO_64_BIT, UD, "82 /0 in compatibility mode, then in 64-bit mode")

#define RUN_IN(run, name, needs, state, instruction, change) \
    static void name##_twice(void)                           \
    {                                                        \
        state;                                               \
        start.rbp = 1;                                       \
        run(TWICE(instruction, change));                     \
    }
#define DEFINE(name, needs, state, instruction, change, ...) RUN_IN(PROGRAM, name, needs, state, instruction, change)
#define DEFINE_32(name, needs, state, instruction, change, ...) RUN_IN(PROGRAM32, name, needs, state, instruction, change)
ROWS(DEFINE)
ROWS_32(DEFINE_32)

#define SPEC "SDM 2 of the instruction; SDM 3A \"Control Registers\"; SDM 3B \"Debug Registers\""
#define ROW(name, needs, state, instruction, change, ...) ROW_OF(LONG64, name, needs, __VA_ARGS__)
#define ROW_32(name, needs, state, instruction, change, ...) ROW_OF(COMPAT32, name, needs, __VA_ARGS__)
#define ROW_OF(env_, name_, needs_, vector_, error_, rip_, about_)                         \
    {VARIANT,         .name = #name_,    .env = env_,     .about = about_,   .spec = SPEC, \
     .needs = needs_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = name_##_twice},
VARIANTS(ROWS(ROW) ROWS_32(ROW_32));
