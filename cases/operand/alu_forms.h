/* ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, TEST with an operand in memory. */
#define LOADS(i, M)                              \
    "op " i "_8, 1, " i " al, byte ptr " M "\n"  \
    "op " i "_16, 2, " i " ax, word ptr " M "\n" \
    "op " i "_32, 4, " i " eax, dword ptr " M "\n" IF64("op " i "_64, 8, " i " rax, qword ptr " M "\n")
#define STORES(i, M)                             \
    "op " i "_8, 1, " i " byte ptr " M ", cl\n"  \
    "op " i "_16, 2, " i " word ptr " M ", cx\n" \
    "op " i "_32, 4, " i " dword ptr " M ", ecx\n" IF64("op " i "_64, 8, " i " qword ptr " M ", rcx\n")
/* Of 8 bits, and of the operand's size but for 64 bits. */
#define IMMEDIATES(i, M)                             \
    "op " i "_8, 1, " i " byte ptr " M ", 1\n"       \
    "op " i "_16, 2, " i " word ptr " M ", 0x1234\n" \
    "op " i "_32, 4, " i " dword ptr " M ", 0x12345678\n" IF64("op " i "_64, 8, " i " qword ptr " M ", 0x12345678\n")
#define SHORT_IMMEDIATES(i, M)                       \
    "op " i "_16_byte, 2, " i " word ptr " M ", 1\n" \
    "op " i "_32_byte, 4, " i " dword ptr " M ", 1\n" IF64("op " i "_64_byte, 8, " i " qword ptr " M ", 1\n")
#define EIGHT(FORMS, M) FORMS("add", M) FORMS("or", M) FORMS("adc", M) FORMS("sbb", M) FORMS("and", M) FORMS("sub", M) FORMS("xor", M) FORMS("cmp", M)

#define LOAD(M) EIGHT(LOADS, M)
#define STORE(M) EIGHT(STORES, M) STORES("test", M)
#define IMMEDIATE(M) EIGHT(IMMEDIATES, M) IMMEDIATES("test", M)
#define SHORT_IMMEDIATE(M) EIGHT(SHORT_IMMEDIATES, M)
BY_BOTH(load, LOAD)
BY_BOTH(store, STORE)
BY_BOTH(immediate, IMMEDIATE)
BY_BOTH(byte, SHORT_IMMEDIATE)

VARIANTS(IN_EACH_STATE("load", load, "ADD to CMP of a register and memory", ""),
         IN_EACH_STATE("store", store, "ADD to CMP, and TEST, of memory and a register", ""),
         IN_EACH_STATE("immediate", immediate, "ADD to CMP, and TEST, of memory and an immediate", ""),
         IN_EACH_STATE("byte", byte, "ADD to CMP of memory and an immediate byte", ""));
