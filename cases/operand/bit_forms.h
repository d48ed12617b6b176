/* Bit tests and scans of an operand in memory, POPCNT, CRC32, MOVBE, and those with a VEX prefix. */
#define TEST(i, M)                                                                                       \
    "op " i "_16, 2, " i " word ptr " M ", ax\n"                                                         \
    "op " i "_32, 4, " i " dword ptr " M ", eax\n"                                                       \
    "op " i "_imm_16, 2, " i " word ptr " M ", 3\n"                                                      \
    "op " i "_imm_32, 4, " i " dword ptr " M ", 3\n" IF64("op " i "_64, 8, " i " qword ptr " M ", rax\n" \
                                                          "op " i "_imm_64, 8, " i " qword ptr " M ", 3\n")
#define FROM(i, M)                               \
    "op " i "_16, 2, " i " ax, word ptr " M "\n" \
    "op " i "_32, 4, " i " eax, dword ptr " M "\n" IF64("op " i "_64, 8, " i " rax, qword ptr " M "\n")
#define VEX(i, before, behind, M)                                                           \
    "op " i "_32, 4, " i " eax, " before("ecx, ") "dword ptr " M behind(", ecx") "\n" IF64( \
        "op " i "_64, 8, " i " rax, " before("rcx, ") "qword ptr " M behind(", rcx") "\n")
#define THIS(text) text
#define NOTHING(text)
#define VEX2(i, M) VEX(i, NOTHING, NOTHING, M)
#define VEX_BEFORE(i, M) VEX(i, THIS, NOTHING, M)
#define VEX_BEHIND(i, M) VEX(i, NOTHING, THIS, M)

#define TESTS(M) TEST("bt", M) TEST("bts", M) TEST("btr", M) TEST("btc", M)
#define SCANS(M) FROM("bsf", M) FROM("bsr", M)
#define COUNTS(M) FROM("lzcnt", M) FROM("tzcnt", M)
#define SSE4(M)                                                                                          \
    FROM("popcnt", M)                                                                                    \
    "op crc32_8, 1, crc32 eax, byte ptr " M "\n"                                                         \
    "op crc32_16, 2, crc32 eax, word ptr " M "\n"                                                        \
    "op crc32_32, 4, crc32 eax, dword ptr " M "\n" IF64("op crc32_r64_8, 1, crc32 rax, byte ptr " M "\n" \
                                                        "op crc32_64, 8, crc32 rax, qword ptr " M "\n")
#define SWAPS(M)                                    \
    FROM("movbe", M)                                \
    "op movbe_to_16, 2, movbe word ptr " M ", ax\n" \
    "op movbe_to_32, 4, movbe dword ptr " M ", eax\n" IF64("op movbe_to_64, 8, movbe qword ptr " M ", rax\n")
#define BMI(M)                                                                                        \
    VEX_BEFORE("andn", M)                                                                             \
    VEX_BEHIND("bextr", M)                                                                            \
    VEX2("blsi", M)                                                                                   \
    VEX2("blsmsk", M)                                                                                 \
    VEX2("blsr", M)                                                                                   \
    VEX_BEHIND("bzhi", M)                                                                             \
    VEX_BEFORE("mulx", M)                                                                             \
    VEX_BEFORE("pdep", M)                                                                             \
    VEX_BEFORE("pext", M)                                                                             \
    VEX_BEHIND("sarx", M)                                                                             \
    VEX_BEHIND("shlx", M)                                                                             \
    VEX_BEHIND("shrx", M)                                                                             \
    "op rorx_32, 4, rorx eax, dword ptr " M ", 3\n" IF64("op rorx_64, 8, rorx rax, qword ptr " M ", " \
                                                         "3\n")
BY_BOTH(tests, TESTS)
BY_BOTH(scans, SCANS)
BY_BOTH(counts, COUNTS)
BY_BOTH(sse4, SSE4)
BY_BOTH(swaps, SWAPS)
IF_PROTECTED(BY_BOTH(bmi, BMI))

VARIANTS(IN_EACH_STATE("test", tests, "BT, BTS, BTR, BTC of memory", ""), IN_EACH_STATE("scan", scans, "BSF and BSR of memory", ""),
         IN_EACH_STATE("count", counts, "LZCNT and TZCNT of memory", "lzcnt bmi1"),
         IN_EACH_STATE("sse4", sse4, "POPCNT and CRC32 of memory", "popcnt sse42"), IN_EACH_STATE("swap", swaps, "MOVBE", "movbe"),
         IF_PROTECTED(IN_EACH_STATE("bmi", bmi, "instructions of BMI1 and BMI2 of memory", "bmi1 bmi2")));
