/* Instructions on general-purpose registers that came with a feature, as far as CR4 doesn't have to enable them; for absent.h. */
#if defined(__x86_64__) && !defined(COMPAT)
#define IF64(text) text
#define IF32(text)
#else
#define IF64(text)
#define IF32(text) text
#endif

#define POPCNT                        \
    "op popcnt_16, popcnt ax, cx\n"   \
    "op popcnt_32, popcnt eax, ecx\n" \
    "op popcnt_m32, popcnt eax, dword ptr [" BX "]\n" IF64("op popcnt_64, popcnt rax, rcx\n")
#define MOVBE                                                                                 \
    "op movbe_load_16, movbe ax, [" BX "]\n"                                                  \
    "op movbe_load_32, movbe eax, [" BX "]\n"                                                 \
    "op movbe_store_16, movbe [" BX "], ax\n"                                                 \
    "op movbe_store_32, movbe [" BX "], eax\n" IF64("op movbe_load_64, movbe rax, [" BX "]\n" \
                                                    "op movbe_store_64, movbe [" BX "], rax\n")
#define CRC32                       \
    "op crc32_8, crc32 eax, cl\n"   \
    "op crc32_16, crc32 eax, cx\n"  \
    "op crc32_32, crc32 eax, ecx\n" \
    "op crc32_m8, crc32 eax, byte ptr [" BX "]\n" IF64("op crc32_64, crc32 rax, rcx\n")
#define ADX                                                                          \
    "op adcx_32, adcx eax, ecx\n"                                                    \
    "op adcx_m32, adcx eax, dword ptr [" BX "]\n"                                    \
    "op adox_32, adox eax, ecx\n"                                                    \
    "op adox_m32, adox eax, dword ptr [" BX "]\n" IF64("op adcx_64, adcx rax, rcx\n" \
                                                       "op adox_64, adox rax, rcx\n")
#define RDRAND                  \
    "op rdrand_16, rdrand ax\n" \
    "op rdrand_32, rdrand eax\n" IF64("op rdrand_64, rdrand rax\n")
#define RDSEED                  \
    "op rdseed_16, rdseed ax\n" \
    "op rdseed_32, rdseed eax\n" IF64("op rdseed_64, rdseed rax\n")
#define RDTSCP "op rdtscp, rdtscp\n"
#define RDPID "op rdpid, .byte 0xf3, 0x0f, 0xc7, 0xf8\n"
#define INVPCID IF64("op invpcid, invpcid rax, [rbx]\n") IF32("op invpcid, invpcid eax, [" BX "]\n")
#define MONITOR             \
    "op monitor, monitor\n" \
    "op mwait, mwait\n"
#define CLFLUSHOPT "op clflushopt, clflushopt [" BX "]\n"
#define CLWB "op clwb, clwb [" BX "]\n"
#define CMPXCHG16B "op cmpxchg16b, cmpxchg16b [" BX "]\n"
#define LAHF_SAHF     \
    "op lahf, lahf\n" \
    "op sahf, sahf\n"
#define SHA                                                                       \
    "ops \"xmm0, xmm1\", sha1msg1, sha1msg2, sha1nexte, sha256msg1, sha256msg2\n" \
    "op sha1rnds4, sha1rnds4 xmm0, xmm1, 0\n"                                     \
    "op sha256rnds2, sha256rnds2 xmm0, xmm1, xmm0\n"
#define MOVDIRI "op movdiri, movdiri [" BX "], eax\n"
#define MOVDIR64B "op movdir64b, movdir64b " DI ", [" BX "]\n"
#define SERIALIZE "op serialize, .byte 0x0f, 0x01, 0xe8\n"
#define WAITPKG                                   \
    "op umonitor, .byte 0xf3, 0x0f, 0xae, 0xf0\n" \
    "op umwait, .byte 0xf2, 0x0f, 0xae, 0xf0\n"   \
    "op tpause, .byte 0x66, 0x0f, 0xae, 0xf0\n"
#define CLAC_STAC     \
    "op clac, clac\n" \
    "op stac, stac\n"

/* With VEX, but neither CR4.OSXSAVE nor XCR0 says anything about them. */
#define BMI1                                           \
    "ops \"eax, ecx, edx\", andn, bextr\n"             \
    "ops \"eax, ecx\", blsi, blsmsk, blsr\n"           \
    "op andn_m32, andn eax, ecx, dword ptr [" BX "]\n" \
    "op blsr_m32, blsr eax, dword ptr [" BX "]\n" IF64("ops_as _64, \"rax, rcx, rdx\", andn, bextr\n")
#define BMI2                                                                                                                            \
    "ops \"eax, ecx, edx\", bzhi, mulx, pdep, pext, sarx, shlx, shrx\n"                                                                 \
    "op rorx, rorx eax, ecx, 1\n"                                                                                                       \
    "op shlx_m32, shlx eax, dword ptr [" BX "], ecx\n" IF64("ops_as _64, \"rax, rcx, rdx\", bzhi, mulx, pdep, pext, sarx, shlx, shrx\n" \
                                                            "op rorx_64, rorx rax, rcx, 1\n")

GROUP(popcnt, POPCNT)
GROUP(movbe, MOVBE)
GROUP(crc32, CRC32)
GROUP(adx, ADX)
GROUP(rdrand, RDRAND)
GROUP(rdseed, RDSEED)
GROUP(rdtscp, RDTSCP)
GROUP(rdpid, RDPID)
GROUP(invpcid, INVPCID)
GROUP(monitor, MONITOR)
GROUP(clflushopt, CLFLUSHOPT)
GROUP(clwb, CLWB)
GROUP(sha, SHA)
GROUP(movdiri, MOVDIRI)
GROUP(movdir64b, MOVDIR64B)
GROUP(serialize, SERIALIZE)
GROUP(waitpkg, WAITPKG)
GROUP(clac_stac, CLAC_STAC)
#define FOR_EACH_MODE(X)                                                                                                              \
    X("popcnt", popcnt, "POPCNT", "!popcnt"), X("movbe", movbe, "MOVBE", "!movbe"), X("crc32", crc32, "CRC32", "!sse42"),             \
        X("adx", adx, "ADCX and ADOX", "!adx"), X("rdrand", rdrand, "RDRAND", "!rdrand"), X("rdseed", rdseed, "RDSEED", "!rdseed"),   \
        X("rdtscp", rdtscp, "RDTSCP", "!rdtscp"), X("rdpid", rdpid, "RDPID", "!rdpid"), X("invpcid", invpcid, "INVPCID", "!invpcid"), \
        X("monitor", monitor, "MONITOR and MWAIT", "!monitor"), X("clflushopt", clflushopt, "CLFLUSHOPT", "!clflushopt"),             \
        X("clwb", clwb, "CLWB", "!clwb"), X("sha", sha, "SHA instructions", "!sha"), X("movdiri", movdiri, "MOVDIRI", "!movdiri"),    \
        X("movdir64b", movdir64b, "MOVDIR64B", "!movdir64b"), X("serialize", serialize, "SERIALIZE", "!serialize"),                   \
        X("waitpkg", waitpkg, "UMONITOR, UMWAIT and TPAUSE", "!waitpkg"), X("clac", clac_stac, "CLAC and STAC", "!smap")

#ifdef CODE16
#define WITH_VEX(X)
#else
GROUP(bmi1, BMI1)
GROUP(bmi2, BMI2)
#define WITH_VEX(X) , X("bmi1", bmi1, "BMI1 instructions", "!bmi1"), X("bmi2", bmi2, "BMI2 instructions", "!bmi2")
#endif

#if defined(__x86_64__) && !defined(COMPAT)
GROUP(cmpxchg16b, CMPXCHG16B)
GROUP(lahf, LAHF_SAHF)
#define IN_64(X) , X("cmpxchg16b", cmpxchg16b, "CMPXCHG16B", "!cx16"), X("lahf", lahf, "LAHF and SAHF in 64-bit mode", "!lahf_lm")
#else
#define IN_64(X)
#endif

#define GROUPS(X) FOR_EACH_MODE(X) WITH_VEX(X) IN_64(X)
