/*
 * Prefixes that make no instruction of an opcode which the manual marks NP, where CR4 or the privilege level allow the instruction. F3 0F AE /4,
 * 66 0F AE /6 and F3 0F AE /6 are others: PTWRITE, CLWB and CLRSSBSY.
 */
#include <case.h>

#include "opcode_bytes.h"

static uintptr_t page_of(uint64_t bytes)
{
    uintptr_t page = map_page("code", PAGE_PRESENT);

    start.rbx = map_page("area", PAGE_PRESENT | PAGE_WRITE);
    fill_words((uintptr_t)frame_of(page), 0xcccccccccccccccc, PAGE_SIZE / 8);
    *(uint64_t *)frame_of(page) = bytes;
    write_cr4(read_cr4() | ARG1);
    start.rax = XCR0_X87;
    start.rcx = start.rdx = 0;
    start.rip = page;
    return page;
}

static void run(void)
{
    page_of(ARG0);
    PROGRAM("");
}

static void run_compat(void)
{
    in_compat_kernel();
    page_of(ARG0);
    PROGRAM32("");
}

#define SPEC "SDM 2A \"Opcode Column in the Instruction Summary Table (Instructions without VEX Prefix)\""
#define ROW(name_, about_, needs_, env_, run_, bits, ...)                                                                         \
    {                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .env = env_, .needs = needs_, .vector = VEC_UD, .error = NO_ERROR, \
                 .saved_rip = "code", .run = run_, .arg = {                                                                       \
                     OPCODE(__VA_ARGS__),                                                                                         \
                     bits                                                                                                         \
                 }                                                                                                                \
    }
#define BOTH(name, about, needs, bits, ...)                  \
    ROW(name, about, needs, LONG64, run, bits, __VA_ARGS__), \
        ROW("compat_" name, about " in compatibility mode", needs, COMPAT32, run_compat, bits, __VA_ARGS__)
#define P66(name, about, needs, bits, ...) BOTH(name "_66", about " behind 66", needs, bits, 0x66, __VA_ARGS__)
#define PF2(name, about, needs, bits, ...) BOTH(name "_f2", about " behind F2", needs, bits, 0xf2, __VA_ARGS__)
#define PF3(name, about, needs, bits, ...) BOTH(name "_f3", about " behind F3", needs, bits, 0xf3, __VA_ARGS__)
#define ANY(name, about, needs, bits, ...) \
    P66(name, about, needs, bits, __VA_ARGS__), PF2(name, about, needs, bits, __VA_ARGS__), PF3(name, about, needs, bits, __VA_ARGS__)

VARIANTS(P66("xsave", "XSAVE", "xsave", CR4_OSXSAVE, 0x0f, 0xae, 0x23), PF2("xsave", "XSAVE", "xsave", CR4_OSXSAVE, 0x0f, 0xae, 0x23),
         ANY("xrstor", "XRSTOR", "xsave", CR4_OSXSAVE, 0x0f, 0xae, 0x2b), PF2("xsaveopt", "XSAVEOPT", "xsaveopt", CR4_OSXSAVE, 0x0f, 0xae, 0x33),
         ANY("xsavec", "XSAVEC", "xsavec", CR4_OSXSAVE, 0x0f, 0xc7, 0x23), ANY("xsaves", "XSAVES", "xsaves", CR4_OSXSAVE, 0x0f, 0xc7, 0x2b),
         ANY("xrstors", "XRSTORS", "xsaves", CR4_OSXSAVE, 0x0f, 0xc7, 0x1b), ANY("clac", "CLAC", "smap", 0, 0x0f, 0x01, 0xca),
         ANY("stac", "STAC", "smap", 0, 0x0f, 0x01, 0xcb), PF2("xgetbv", "XGETBV", "xsave", CR4_OSXSAVE, 0x0f, 0x01, 0xd0),
         PF3("xsetbv", "XSETBV", "xsave", CR4_OSXSAVE, 0x0f, 0x01, 0xd1), PF2("rdpkru", "RDPKRU", "pku", CR4_PKE, 0x0f, 0x01, 0xee),
         PF2("wrpkru", "WRPKRU", "pku", CR4_PKE, 0x0f, 0x01, 0xef));
