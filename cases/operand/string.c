/* String instructions once and repeated, RSI and RDI at the same operand, XLAT and LEAVE: the operand is where no ModRM byte says it. */
#include "each.h"

#define SIZES(i, prefix, name)           \
    "op " name "_8, 1, " prefix i "b\n"  \
    "op " name "_16, 2, " prefix i "w\n" \
    "op " name "_32, 4, " prefix i "d\n" \
    "op " name "_64, 8, " prefix i "q\n"

static void once(void)
{
    EACH(SIZES("movs", "", "movs") SIZES("cmps", "", "cmps") SIZES("stos", "", "stos") SIZES("lods", "", "lods")
             SIZES("scas", "", "scas") "op xlat, 1, xlatb\n"
                                       "op leave_64, 8, leave\n");
}

static void repeated(void)
{
    EACH(SIZES("movs", "rep ", "rep_movs") SIZES("cmps", "repe ", "repe_cmps") SIZES("cmps", "repne ", "repne_cmps") SIZES("stos", "rep ", "rep_stos")
             SIZES("lods", "rep ", "rep_lods") SIZES("scas", "repe ", "repe_scas") SIZES("scas", "repne ", "repne_scas"));
}

#define EACH_STATE(name, group, about) \
    IN_MEMORY(name, group, about, NULL), ROW(name "_noncanonical", group, BEYOND_CANONICAL, PAGE_USER, about, CANONICAL, NULL)
VARIANTS(EACH_STATE("once", once, "string instructions, XLAT, LEAVE, with an operand"),
         EACH_STATE("repeated", repeated, "repeated string instructions with an operand"));
