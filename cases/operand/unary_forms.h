/* NOT, NEG, INC, DEC, MUL, IMUL, DIV, IDIV, and SETcc with an operand in memory. */
#define ONE(i, M)                            \
    "op " i "_8, 1, " i " byte ptr " M "\n"  \
    "op " i "_16, 2, " i " word ptr " M "\n" \
    "op " i "_32, 4, " i " dword ptr " M "\n" IF64("op " i "_64, 8, " i " qword ptr " M "\n")

#define MODIFY(M) ONE("not", M) ONE("neg", M) ONE("inc", M) ONE("dec", M)
#define MULTIPLY(M)                                                                                                            \
    ONE("mul", M)                                                                                                              \
    ONE("imul", M)                                                                                                             \
    ONE("div", M)                                                                                                              \
    ONE("idiv", M)                                                                                                             \
    "op imul_r16, 2, imul ax, word ptr " M "\n"                                                                                \
    "op imul_r32, 4, imul eax, dword ptr " M "\n"                                                                              \
    "op imul_r16_byte, 2, imul ax, word ptr " M ", 3\n"                                                                        \
    "op imul_r32_byte, 4, imul eax, dword ptr " M ", 3\n"                                                                      \
    "op imul_r16_word, 2, imul ax, word ptr " M ", 0x1234\n"                                                                   \
    "op imul_r32_dword, 4, imul eax, dword ptr " M ", 0x12345678\n" IF64("op imul_r64, 8, imul rax, qword ptr " M "\n"         \
                                                                         "op imul_r64_byte, 8, imul rax, qword ptr " M ", 3\n" \
                                                                         "op imul_r64_dword, 8, imul rax, qword ptr " M ", 0x12345678\n")
#define SET(cc, M) "op set" cc ", 1, set" cc " byte ptr " M "\n"
#define SET_ALL(M) \
    SET("o", M)    \
    SET("no", M)   \
    SET("b", M)    \
    SET("ae", M)   \
    SET("z", M)    \
    SET("nz", M) SET("be", M) SET("a", M) SET("s", M) SET("ns", M) SET("p", M) SET("np", M) SET("l", M) SET("ge", M) SET("le", M) SET("g", M)
BY_BOTH(modify, MODIFY)
BY_BOTH(multiply, MULTIPLY)
BY_BOTH(set, SET_ALL)

VARIANTS(IN_EACH_STATE("modify", modify, "NOT, NEG, INC, DEC of memory", ""),
         IN_EACH_STATE("multiply", multiply, "MUL, IMUL, DIV, IDIV of memory", ""), IN_EACH_STATE("set", set, "SETcc of memory", ""));
