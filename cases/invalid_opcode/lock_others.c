/*
 * locked.c: LOCK before more of what it is not for, with what each of them needs, so that LOCK alone is wrong. RBX is a page that may be
 * written.
 */
#include <case.h>

#include "opcode_run.h"

#define SPEC "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\", SDM 2A \"LOCK-Assert LOCK# Signal Prefix\""

/* arg: the bytes; what CR4 has besides. */
static void run_enabled(void)
{
    start.rax = 1;
    start.rcx = start.rdx = 0;
    write_cr4(read_cr4() | ARG1);
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
    run();
}

#define ROW(name_, about_, needs_, cr4, ...)                                                                                                      \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = "LOCK " about_, .spec = SPEC, .needs = needs_, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = "code", \
                 .run = run_enabled, .arg = {                                                                                                     \
                     OPCODE(0xf0, __VA_ARGS__),                                                                                                   \
                     cr4                                                                                                                          \
                 }                                                                                                                                \
    }

VARIANTS(ROW("monitor", "MONITOR", "monitor", 0, 0x0f, 0x01, 0xc8), ROW("clac", "CLAC", "smap", 0, 0x0f, 0x01, 0xca),
         ROW("stac", "STAC", "smap", 0, 0x0f, 0x01, 0xcb), ROW("xgetbv", "XGETBV", "xsave", CR4_OSXSAVE, 0x0f, 0x01, 0xd0),
         ROW("xsetbv", "XSETBV", "xsave", CR4_OSXSAVE, 0x0f, 0x01, 0xd1), ROW("rdpkru", "RDPKRU", "pku", CR4_PKE, 0x0f, 0x01, 0xee),
         ROW("wrpkru", "WRPKRU", "pku", CR4_PKE, 0x0f, 0x01, 0xef), ROW("swapgs", "SWAPGS", NULL, 0, 0x0f, 0x01, 0xf8),
         ROW("rdtscp", "RDTSCP", "rdtscp", 0, 0x0f, 0x01, 0xf9), ROW("sgdt", "SGDT", NULL, 0, 0x0f, 0x01, 0x03),
         ROW("sidt", "SIDT", NULL, 0, 0x0f, 0x01, 0x0b), ROW("lidt", "LIDT", NULL, 0, 0x0f, 0x01, 0x1b),
         ROW("lmsw", "LMSW", NULL, 0, 0x0f, 0x01, 0xf0), ROW("smsw_register", "SMSW of a register", NULL, 0, 0x0f, 0x01, 0xe0),
         ROW("sldt_register", "SLDT of a register", NULL, 0, 0x0f, 0x00, 0xc0), ROW("str", "STR of memory", NULL, 0, 0x0f, 0x00, 0x0b),
         ROW("ltr", "LTR", NULL, 0, 0x0f, 0x00, 0xd8), ROW("verw", "VERW", NULL, 0, 0x0f, 0x00, 0xe8), ROW("lsl", "LSL", NULL, 0, 0x0f, 0x03, 0xc0),
         ROW("invpcid", "INVPCID", "invpcid", 0, 0x66, 0x0f, 0x38, 0x82, 0x03), ROW("invd", "INVD", NULL, 0, 0x0f, 0x08),
         ROW("wrmsr", "WRMSR", NULL, 0, 0x0f, 0x30), ROW("rdpmc", "RDPMC", NULL, 0, 0x0f, 0x33), ROW("syscall", "SYSCALL", NULL, 0, 0x0f, 0x05),
         ROW("sysret", "SYSRET", NULL, 0, 0x0f, 0x07), ROW("sysenter", "SYSENTER", "sysenter", 0, 0x0f, 0x34),
         ROW("sysexit", "SYSEXIT", "sysenter", 0, 0x0f, 0x35), ROW("mov_to_cr2", "MOV to CR2", NULL, 0, 0x0f, 0x22, 0xd0),
         ROW("mov_from_dr7", "MOV from DR7", NULL, 0, 0x0f, 0x21, 0xf8),
         ROW("rdfsbase", "RDFSBASE", "fsgsbase", CR4_FSGSBASE, 0xf3, 0x0f, 0xae, 0xc0),
         ROW("wrgsbase", "WRGSBASE", "fsgsbase", CR4_FSGSBASE, 0xf3, 0x0f, 0xae, 0xd8), ROW("rdrand", "RDRAND", "rdrand", 0, 0x0f, 0xc7, 0xf0),
         ROW("rdpid", "RDPID", "rdpid", 0, 0xf3, 0x0f, 0xc7, 0xf8), ROW("popcnt", "POPCNT", "popcnt", 0, 0xf3, 0x0f, 0xb8, 0x03),
         ROW("lzcnt", "LZCNT", "lzcnt", 0, 0xf3, 0x0f, 0xbd, 0x03), ROW("tzcnt", "TZCNT", "bmi1", 0, 0xf3, 0x0f, 0xbc, 0x03),
         ROW("bsr", "BSR", NULL, 0, 0x0f, 0xbd, 0x03), ROW("crc32", "CRC32", "sse42", 0, 0xf2, 0x0f, 0x38, 0xf1, 0x03),
         ROW("movbe_load", "MOVBE from memory", "movbe", 0, 0x0f, 0x38, 0xf0, 0x03),
         ROW("movbe_store", "MOVBE to memory", "movbe", 0, 0x0f, 0x38, 0xf1, 0x03), ROW("prefetch", "PREFETCHT0", NULL, 0, 0x0f, 0x18, 0x0b),
         ROW("nop_memory", "NOP with memory", NULL, 0, 0x0f, 0x1f, 0x03), ROW("endbr64", "ENDBR64", NULL, 0, 0xf3, 0x0f, 0x1e, 0xfa),
         ROW("cmovz", "CMOVZ", NULL, 0, 0x0f, 0x44, 0x03), ROW("movnti", "MOVNTI", "sse2", 0, 0x0f, 0xc3, 0x03),
         ROW("lfence", "LFENCE", "sse2", 0, 0x0f, 0xae, 0xe8), ROW("mfence", "MFENCE", "sse2", 0, 0x0f, 0xae, 0xf0),
         ROW("sfence", "SFENCE", "sse", 0, 0x0f, 0xae, 0xf8), ROW("clflush", "CLFLUSH", "clfsh", 0, 0x0f, 0xae, 0x3b),
         ROW("clflushopt", "CLFLUSHOPT", "clflushopt", 0, 0x66, 0x0f, 0xae, 0x3b), ROW("clwb", "CLWB", "clwb", 0, 0x66, 0x0f, 0xae, 0x33),
         ROW("fxsave", "FXSAVE", "fxsr", 0, 0x0f, 0xae, 0x03), ROW("fxrstor", "FXRSTOR", "fxsr", 0, 0x0f, 0xae, 0x0b),
         ROW("ldmxcsr", "LDMXCSR", "sse", 0, 0x0f, 0xae, 0x13), ROW("stmxcsr", "STMXCSR", "sse", 0, 0x0f, 0xae, 0x1b),
         ROW("xsave", "XSAVE", "xsave", CR4_OSXSAVE, 0x0f, 0xae, 0x23), ROW("xrstor", "XRSTOR", "xsave", CR4_OSXSAVE, 0x0f, 0xae, 0x2b),
         ROW("xsaveopt", "XSAVEOPT", "xsaveopt", CR4_OSXSAVE, 0x0f, 0xae, 0x33), ROW("emms", "EMMS", "mmx", 0, 0x0f, 0x77),
         ROW("pushf", "PUSHFQ", NULL, 0, 0x9c), ROW("popf", "POPFQ", NULL, 0, 0x9d), ROW("int3", "INT3", NULL, 0, 0xcc),
         ROW("int_n", "INT 0x40", NULL, 0, 0xcd, 0x40), ROW("int1", "INT1", NULL, 0, 0xf1), ROW("in", "IN", NULL, 0, 0xec),
         ROW("ins", "INSB", NULL, 0, 0x6c), ROW("lods", "LODSD", NULL, 0, 0xad), ROW("scas", "SCASD", NULL, 0, 0xaf),
         ROW("cli", "CLI", NULL, 0, 0xfa), ROW("stc", "STC", NULL, 0, 0xf9), ROW("std", "STD", NULL, 0, 0xfd), ROW("sahf", "SAHF", NULL, 0, 0x9e),
         ROW("cdq", "CDQ", NULL, 0, 0x99), ROW("movsxd", "MOVSXD", NULL, 0, 0x63, 0x03), ROW("lss", "LSS", NULL, 0, 0x0f, 0xb2, 0x03),
         ROW("mov_immediate", "MOV of memory and imm32", NULL, 0, 0xc7, 0x03, 0x00, 0x00, 0x00, 0x00),
         ROW("test_immediate", "TEST EAX, imm32", NULL, 0, 0xa9, 0x00, 0x00, 0x00, 0x00), ROW("push_immediate", "PUSH imm8", NULL, 0, 0x6a, 0x00),
         ROW("ret_immediate", "RET imm16", NULL, 0, 0xc2, 0x00, 0x00), ROW("call_far", "far CALL through memory", NULL, 0, 0xff, 0x1b),
         ROW("jrcxz", "JRCXZ", NULL, 0, 0xe3, 0x00), ROW("jz_near", "JZ with an offset of 32 bits", NULL, 0, 0x0f, 0x84, 0x00, 0x00, 0x00, 0x00),
         ROW("pop_fs", "POP FS", NULL, 0, 0x0f, 0xa1), ROW("push_gs", "PUSH GS", NULL, 0, 0x0f, 0xa8),
         ROW("shrd", "SHRD of memory", NULL, 0, 0x0f, 0xad, 0x03), ROW("sar", "SAR of memory by CL", NULL, 0, 0xd3, 0x3b),
         ROW("rcl_immediate", "RCL of memory and imm8", NULL, 0, 0xc1, 0x13, 0x01), ROW("div", "DIV of memory", NULL, 0, 0xf7, 0x33),
         ROW("not_register_byte", "NOT of a byte register", NULL, 0, 0xf6, 0xd0), ROW("bt_register", "BT of registers", NULL, 0, 0x0f, 0xa3, 0xc0),
         ROW("imul_immediate", "IMUL of memory and imm8", NULL, 0, 0x6b, 0x03, 0x01),
         ROW("xchg_register_byte", "XCHG of byte registers", NULL, 0, 0x86, 0xc0),
         ROW("xadd_register_byte", "XADD of byte registers", NULL, 0, 0x0f, 0xc0, 0xc0));
