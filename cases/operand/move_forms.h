/* Moves from and to memory, on condition and with an extension, and exchanges with it. */
#define LOADS(M)                                                                                                                               \
    "op mov_8, 1, mov al, byte ptr " M "\n"                                                                                                    \
    "op mov_16, 2, mov ax, word ptr " M "\n"                                                                                                   \
    "op mov_32, 4, mov eax, dword ptr " M "\n"                                                                                                 \
    "op movzx_16_8, 1, movzx ax, byte ptr " M "\n"                                                                                             \
    "op movzx_32_8, 1, movzx eax, byte ptr " M "\n"                                                                                            \
    "op movzx_32_16, 2, movzx eax, word ptr " M "\n"                                                                                           \
    "op movsx_16_8, 1, movsx ax, byte ptr " M "\n"                                                                                             \
    "op movsx_32_8, 1, movsx eax, byte ptr " M "\n"                                                                                            \
    "op movsx_32_16, 2, movsx eax, word ptr " M "\n"                                                                                           \
    "op push_16, 2, push word ptr " M "\n" IF32("op push_32, 4, push dword ptr " M "\n") IF64("op push_64, 8, push qword ptr " M "\n"          \
                                                                                              "op mov_64, 8, mov rax, qword ptr " M "\n"       \
                                                                                              "op movzx_64_8, 1, movzx rax, byte ptr " M "\n"  \
                                                                                              "op movzx_64_16, 2, movzx rax, word ptr " M "\n" \
                                                                                              "op movsx_64_8, 1, movsx rax, byte ptr " M "\n"  \
                                                                                              "op movsx_64_16, 2, movsx rax, word ptr " M "\n" \
                                                                                              "op movsxd_64_32, 4, movsxd rax, dword ptr " M "\n")
#define STORES(M)                                                                                                                    \
    "op mov_8, 1, mov byte ptr " M ", al\n"                                                                                          \
    "op mov_16, 2, mov word ptr " M ", ax\n"                                                                                         \
    "op mov_32, 4, mov dword ptr " M ", eax\n"                                                                                       \
    "op mov_imm_8, 1, mov byte ptr " M ", 1\n"                                                                                       \
    "op mov_imm_16, 2, mov word ptr " M ", 1\n"                                                                                      \
    "op mov_imm_32, 4, mov dword ptr " M ", 1\n"                                                                                     \
    "op pop_16, 2, pop word ptr " M "\n" IF32("op pop_32, 4, pop dword ptr " M "\n") IF64("op pop_64, 8, pop qword ptr " M "\n"      \
                                                                                          "op mov_64, 8, mov qword ptr " M ", rax\n" \
                                                                                          "op mov_imm_64, 8, mov qword ptr " M ", 1\n")
/* The operand is read whatever the condition is (SDM 2A "CMOVcc": temp is the source). Of RFLAGS all six are 1. */
#define CMOV(cc, M)                                        \
    "op cmov" cc "_16, 2, cmov" cc " ax, word ptr " M "\n" \
    "op cmov" cc "_32, 4, cmov" cc " eax, dword ptr " M "\n" IF64("op cmov" cc "_64, 8, cmov" cc " rax, qword ptr " M "\n")
#define CONDITIONAL(M) \
    CMOV("o", M)       \
    CMOV("no", M)      \
    CMOV("b", M)       \
    CMOV("ae", M)      \
    CMOV("z", M)       \
    CMOV("nz", M)      \
    CMOV("be", M) CMOV("a", M) CMOV("s", M) CMOV("ns", M) CMOV("p", M) CMOV("np", M) CMOV("l", M) CMOV("ge", M) CMOV("le", M) CMOV("g", M)
/* What is compared isn't equal: the operand is written all the same (SDM 2A "CMPXCHG"). */
#define SWAP(i, M)                               \
    "op " i "_8, 1, " i " byte ptr " M ", cl\n"  \
    "op " i "_16, 2, " i " word ptr " M ", cx\n" \
    "op " i "_32, 4, " i " dword ptr " M ", ecx\n" IF64("op " i "_64, 8, " i " qword ptr " M ", rcx\n")
#define EXCHANGES(M) SWAP("xchg", M) SWAP("xadd", M) SWAP("cmpxchg", M)
#define CMPXCHG8B(M) "op cmpxchg8b_64, 8, cmpxchg8b " M "\n"
#define NONTEMPORAL(M) "op movnti_32, 4, movnti dword ptr " M ", eax\n" IF64("op movnti_64, 8, movnti qword ptr " M ", rax\n")
BY_BOTH(loads, LOADS)
BY_BOTH(stores, STORES)
BY_BOTH(conditional, CONDITIONAL)
BY_BOTH(exchanges, EXCHANGES)
BY_BOTH(cmpxchg8b, CMPXCHG8B)
BY_BOTH(nontemporal, NONTEMPORAL)

VARIANTS(IN_EACH_STATE("load", loads, "MOV, MOVZX, MOVSX, MOVSXD, PUSH of memory", ""), IN_EACH_STATE("store", stores, "MOV and POP to memory", ""),
         IN_EACH_STATE("conditional", conditional, "CMOVcc of memory", "cmov"),
         IN_EACH_STATE("exchange", exchanges, "XCHG, XADD, CMPXCHG of memory", "i486"),
         IN_EACH_STATE("cmpxchg8b", cmpxchg8b, "CMPXCHG8B of memory", "cx8"), IN_EACH_STATE("nontemporal", nontemporal, "MOVNTI to memory", "sse2"));
