/* Instructions that came between the 386 and 64-bit mode, which has all of them; for absent.h. */
#define CMOV                                                                                                             \
    "ops_as _16, \"ax, cx\", cmovo, cmovno, cmovb, cmovae, cmovz, cmovnz, cmovbe, cmova, cmovs, cmovns, cmovp, cmovnp, " \
    "cmovl, cmovge, cmovle, cmovg\n"                                                                                     \
    "op cmovz_32, cmovz eax, ecx\n"                                                                                      \
    "op cmovz_m32, cmovz eax, [" BX "]\n"
#define CMPXCHG8B "op cmpxchg8b, cmpxchg8b [" BX "]\n"
#define RDTSC "op rdtsc, rdtsc\n"
#define MSR             \
    "op rdmsr, rdmsr\n" \
    "op wrmsr, wrmsr\n"
#define SYSENTER              \
    "op sysenter, sysenter\n" \
    "op sysexit, sysexit\n"
#define FXSAVE                     \
    "op fxsave, fxsave [" BX "]\n" \
    "op fxrstor, fxrstor [" BX "]\n"
#define CLFLUSH "op clflush, clflush [" BX "]\n"
#define FENCES            \
    "op lfence, lfence\n" \
    "op mfence, mfence\n" \
    "op movnti, movnti [" BX "], eax\n"
#define SFENCE "op sfence, sfence\n"
#define OF_486                                \
    "op bswap, bswap eax\n"                   \
    "op xadd_8, xadd al, cl\n"                \
    "op xadd_32, xadd eax, ecx\n"             \
    "op cmpxchg_8, cmpxchg al, cl\n"          \
    "op cmpxchg_32, cmpxchg eax, ecx\n"       \
    "op cmpxchg_m32, cmpxchg [" BX "], ecx\n" \
    "op invlpg, invlpg [" BX "]\n"            \
    "op invd, invd\n"                         \
    "op wbinvd, wbinvd\n"
#define CPUID "op cpuid, cpuid\n"

GROUP(cmov, CMOV)
GROUP(cmpxchg8b, CMPXCHG8B)
GROUP(rdtsc, RDTSC)
GROUP(msr, MSR)
GROUP(sysenter, SYSENTER)
GROUP(fxsave, FXSAVE)
GROUP(clflush, CLFLUSH)
GROUP(fences, FENCES)
GROUP(sfence, SFENCE)
GROUP(of_486, OF_486)
GROUP(cpuid_alone, CPUID)
#define GROUPS(X)                                                                                                           \
    X("cmov", cmov, "CMOVcc", "!cmov"), X("cmpxchg8b", cmpxchg8b, "CMPXCHG8B", "!cx8"), X("rdtsc", rdtsc, "RDTSC", "!tsc"), \
        X("msr", msr, "RDMSR and WRMSR", "!msr"), X("sysenter", sysenter, "SYSENTER and SYSEXIT", "!sysenter"),             \
        X("fxsave", fxsave, "FXSAVE and FXRSTOR", "!fxsr"), X("clflush", clflush, "CLFLUSH", "!clfsh"),                     \
        X("fences", fences, "LFENCE, MFENCE and MOVNTI", "!sse2"), X("sfence", sfence, "SFENCE", "!sse !mmxext"),           \
        X("of_486", of_486, "Instructions that came with the 486", "!i486"), X("cpuid", cpuid_alone, "CPUID", "!cpuid")
