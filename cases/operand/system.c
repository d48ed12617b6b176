/* Selectors and tables' registers of an operand in memory, at CPL 3; branches through it; what has an operand in memory and doesn't access it. */
#include "each.h"

#define FROM(i, M)                                     \
    "op_of 1, " i "_16, 2, " i " ax, word ptr " M "\n" \
    "op_of 1, " i "_32, 2, " i " eax, word ptr " M "\n"
#define SELECTORS(M)                                 \
    FROM("lar", M)                                   \
    FROM("lsl", M)                                   \
    "op_of 1, verr, 2, verr word ptr " M "\n"        \
    "op_of 1, verw, 2, verw word ptr " M "\n"        \
    "op_of 1, mov_ds, 2, mov ds, word ptr " M "\n"   \
    "op_of 2, mov_es, 2, mov es, word ptr " M "\n"   \
    "op_of 3, mov_fs, 2, mov fs, word ptr " M "\n"   \
    "op_of 4, mov_gs, 2, mov gs, word ptr " M "\n"   \
    "op_of 3, lfs_16, 4, lfs ax, dword ptr " M "\n"  \
    "op_of 3, lfs_32, 6, lfs eax, fword ptr " M "\n" \
    "op_of 4, lgs_16, 4, lgs ax, dword ptr " M "\n"  \
    "op_of 4, lgs_32, 6, lgs eax, fword ptr " M "\n"
#define SAVES(M)                             \
    "op mov_ds, 2, mov word ptr " M ", ds\n" \
    "op mov_es, 2, mov word ptr " M ", es\n" \
    "op mov_fs, 2, mov word ptr " M ", fs\n" \
    "op mov_gs, 2, mov word ptr " M ", gs\n" \
    "op mov_ss, 2, mov word ptr " M ", ss\n" \
    "op mov_cs, 2, mov word ptr " M ", cs\n"
#define TABLES(M)                       \
    "op sgdt, 10, sgdt " M "\n"         \
    "op sidt, 10, sidt " M "\n"         \
    "op sldt, 2, sldt word ptr " M "\n" \
    "op str, 2, str word ptr " M "\n"   \
    "op smsw, 2, smsw word ptr " M "\n"
#define BRANCHES(M)                         \
    "op call_64, 8, call qword ptr " M "\n" \
    "op jmp_64, 8, jmp qword ptr " M "\n"
/* CLFLUSH is a load of one byte to paging (SDM 2A). */
#define NOTHING(M)                                    \
    "op lea_16, 2, lea ax, " M "\n"                   \
    "op lea_32, 4, lea eax, " M "\n"                  \
    "op lea_64, 8, lea rax, " M "\n"                  \
    "op nop_16, 2, nop word ptr " M "\n"              \
    "op nop_32, 4, nop dword ptr " M "\n"             \
    "op prefetcht0, 1, prefetcht0 byte ptr " M "\n"   \
    "op prefetcht1, 1, prefetcht1 byte ptr " M "\n"   \
    "op prefetcht2, 1, prefetcht2 byte ptr " M "\n"   \
    "op prefetchnta, 1, prefetchnta byte ptr " M "\n" \
    "op clflush, 1, clflush byte ptr " M "\n"
BY_BOTH(selectors, SELECTORS)
BY_BOTH(saves, SAVES)
BY_BOTH(tables, TABLES)
BY_BOTH(branches, BRANCHES)
BY_BOTH(nothing, NOTHING)

VARIANTS(IN_EACH_STATE("selector", selectors, "LAR, LSL, VERR, VERW, loads of segment registers, of memory", NULL),
         IN_EACH_STATE("save", saves, "MOV of segment registers to memory", NULL),
         IN_EACH_STATE("table", tables, "SGDT, SIDT, SLDT, STR, SMSW to memory", NULL),
         IN_EACH_STATE("branch", branches, "CALL and JMP through memory", NULL),
         IN_EACH_STATE("nothing", nothing, "LEA, NOP, PREFETCH, CLFLUSH of memory", NULL));
