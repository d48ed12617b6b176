/* In 64-bit mode, and from compatibility mode to it. */
#include <case.h>

#define ARM_0 "mov dr0, rbx\n"
#define HERE_0 "lea rdx, [rip + 1b]\nmov dr0, rdx\n"
#define TO_CPL_3 "mov rax, rsp\npush r9\npush rax\npushfq\npush r8\nlea rdx, [rip + 1b]\npush rdx\niretq\n"
#define TO_64_BIT "push ecx\n.byte 0x68\n.long 1b\nretf\n"
#define SPEC "SDM 2 of the instruction; SDM 3A \"Control Registers\"; SDM 3B \"Debug Registers\""
#include "twice.h"
#include "kernel.h"

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

#define LONG_ROWS(X)                                                                                                                              \
    X(ts_avx, "avx", enable_avx(), "vmovaps ymm0, ymm1", TOGGLE_CR0(8), NM, "VMOVAPS with CR0.TS=0, then 1")                                      \
    X(osxsave_avx, "avx", enable_avx(), "vmovaps ymm0, ymm1", TOGGLE_CR4(0x40000), UD, "VMOVAPS with CR4.OSXSAVE=1, then 0")                      \
    X(osxsave_xgetbv, "avx", (enable_avx(), start.rcx = 0), "xgetbv", TOGGLE_CR4(0x40000), UD, "XGETBV with CR4.OSXSAVE=1, then 0")               \
    X(xcr0_avx, "avx", (enable_avx(), start.rcx = 0), "vmovaps ymm0, ymm1", "xgetbv\nxor eax, 4\nxsetbv\n", UD, "VMOVAPS with XCR0[2]=1, then 0") \
    X(fsgsbase, "fsgsbase", set_cr4(CR4_FSGSBASE), "rdfsbase rdx", TOGGLE_CR4(0x10000), UD, "RDFSBASE with CR4.FSGSBASE=1, then 0")               \
    X(pke, "pku", (set_cr4(CR4_PKE), start.rcx = 0), "rdpkru", TOGGLE_CR4(0x400000), UD, "RDPKRU with CR4.PKE=1, then 0")                         \
    X(data_breakpoint, "", start.rbx = map_page("operand", PAGE_PRESENT), "mov edx, [rbx]", ARM_0 SET_DR7(0xf0401), DB, AFTER,                    \
      "MOV from memory, then with a breakpoint on it")                                                                                            \
    X(io_breakpoint, "", (set_cr4(CR4_DE), start.rbx = 0x80), "out 0x80, al", ARM_0 SET_DR7(0x20401), DB, AFTER,                                  \
      "OUT, then with a breakpoint on the port")

#define ROWS_32(X)                                                                                                     \
    X(long_pushad, "", prepare_compat(), "pushad", TO_64_BIT, UD, "PUSHAD in compatibility mode, then in 64-bit mode") \
    X(long_82, "", prepare_compat(), ".byte 0x82, 0xc0, 0", TO_64_BIT, UD, "82 /0 in compatibility mode, then in 64-bit mode")

#define DEFINE_32(name, needs, state, instruction, change, ...) DEFINE_IN(PROGRAM32, name, state, instruction, change)
ROWS(DEFINE)
LONG_ROWS(DEFINE)
ROWS_32(DEFINE_32)

#define ROW_32(name, needs, state, instruction, change, ...) ROW_OF(name, needs, __VA_ARGS__, .env = COMPAT32)
VARIANTS(ROWS(ROW) LONG_ROWS(ROW) ROWS_32(ROW_32));
