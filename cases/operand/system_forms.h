/* Selectors and tables' registers of an operand in memory, at CPL 3; branches through it; what has an operand in memory and doesn't access it. */
#define FROM(i, M)                                     \
    "op_of 1, " i "_16, 2, " i " ax, word ptr " M "\n" \
    "op_of 1, " i "_32, 2, " i " eax, word ptr " M "\n"
#define POINTER(i, contents, M)                                    \
    "op_of " contents ", " i "_16, 4, " i " ax, dword ptr " M "\n" \
    "op_of " contents ", " i "_32, 6, " i " eax, fword ptr " M "\n"
#define SELECTORS(M)                                                                                                    \
    IF_PROTECTED(FROM("lar", M) FROM("lsl", M) "op_of 1, verr, 2, verr word ptr " M "\n"                                \
                                               "op_of 1, verw, 2, verw word ptr " M "\n")                               \
    "op_of 1, mov_ds, 2, mov ds, word ptr " M "\n"                                                                      \
    "op_of 2, mov_es, 2, mov es, word ptr " M "\n"                                                                      \
    "op_of 3, mov_fs, 2, mov fs, word ptr " M "\n"                                                                      \
    "op_of 4, mov_gs, 2, mov gs, word ptr " M "\n"                                                                      \
    "op_of 6, mov_ss, 2, mov ss, word ptr " M "\n" POINTER("lfs", "3", M) POINTER("lgs", "4", M) POINTER("lss", "6", M) \
        IF32(POINTER("lds", "1", M) POINTER("les", "2", M))
#define SAVES(M)                             \
    "op mov_ds, 2, mov word ptr " M ", ds\n" \
    "op mov_es, 2, mov word ptr " M ", es\n" \
    "op mov_fs, 2, mov word ptr " M ", fs\n" \
    "op mov_gs, 2, mov word ptr " M ", gs\n" \
    "op mov_ss, 2, mov word ptr " M ", ss\n" \
    "op mov_cs, 2, mov word ptr " M ", cs\n"
#define TABLES(M)                                              \
    IF64("op sgdt, 10, sgdt " M "\nop sidt, 10, sidt " M "\n") \
    IF32("op sgdt, 6, sgdt " M "\nop sidt, 6, sidt " M "\n")   \
    IF_PROTECTED("op sldt, 2, sldt word ptr " M "\n"           \
                 "op str, 2, str word ptr " M "\n")            \
    "op smsw, 2, smsw word ptr " M "\n"
#define BRANCHES(M)                                           \
    IF64("op call_64, 8, call qword ptr " M "\n"              \
         "op jmp_64, 8, jmp qword ptr " M "\n")               \
    IF_PROTECTED(IF32("op call_32, 4, call dword ptr " M "\n" \
                      "op jmp_32, 4, jmp dword ptr " M "\n")) \
    IF16("op call_16, 2, call word ptr " M "\n"               \
         "op jmp_16, 2, jmp word ptr " M "\n")                \
    IF32("op_of 7, bound_16, 4, bound ax, " M "\n"            \
         "op_of 7, bound_32, 8, bound eax, " M "\n")          \
    "op_of 5, call_far, 6, call fword ptr " M "\n"            \
    "op_of 5, jmp_far, 6, jmp fword ptr " M "\n"
/* CLFLUSH is a load of one byte to paging (SDM 2A). RBP has what RBX has. */
#define UNTOUCHED(M)                                                                                  \
    IF64("op lea_16, 2, lea ax, [rbx]\nop lea_32, 4, lea eax, [rbx]\nop lea_64, 8, lea rax, [rbx]\n") \
    IF32("op lea_16, 2, lea ax, [ebx]\nop lea_32, 4, lea eax, [ebx]\n")                               \
    "op nop_16, 2, nop word ptr " M "\n"                                                              \
    "op nop_32, 4, nop dword ptr " M "\n"                                                             \
    "op prefetcht0, 1, prefetcht0 byte ptr " M "\n"                                                   \
    "op prefetcht1, 1, prefetcht1 byte ptr " M "\n"                                                   \
    "op prefetcht2, 1, prefetcht2 byte ptr " M "\n"                                                   \
    "op prefetchnta, 1, prefetchnta byte ptr " M "\n"                                                 \
    "op clflush, 1, clflush byte ptr " M "\n"
BY_BOTH(selectors, SELECTORS)
BY_BOTH(saves, SAVES)
BY_BOTH(tables, TABLES)
BY_BOTH(branches, BRANCHES)
BY_BOTH(untouched, UNTOUCHED)

VARIANTS(IN_EACH_STATE("selector", selectors, "LAR, LSL, VERR, VERW, loads of segment registers, of memory", ""),
         IN_EACH_STATE("save", saves, "MOV of segment registers to memory", ""),
         IN_EACH_STATE("table", tables, "SGDT, SIDT, SLDT, STR, SMSW to memory", ""),
         IN_EACH_STATE("branch", branches, "CALL, JMP, BOUND of memory", ""),
         IN_EACH_STATE("untouched", untouched, "LEA, NOP, PREFETCH, CLFLUSH of memory", "sse2 clfsh"));
