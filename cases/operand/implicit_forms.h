/* String instructions once and repeated, ESI and EDI at the same operand, XLAT and LEAVE: no ModRM byte says where the operand is. */
#define SIZES(i, prefix, name)           \
    "op " name "_8, 1, " prefix i "b\n"  \
    "op " name "_16, 2, " prefix i "w\n" \
    "op " name "_32, 4, " prefix i "d\n" IF64("op " name "_64, 8, " prefix i "q\n")

static void once(void)
{
    EACH(SIZES("movs", "", "movs") SIZES("cmps", "", "cmps") SIZES("stos", "", "stos") SIZES("lods", "", "lods")
             SIZES("scas", "", "scas") "op xlat, 1, xlatb\n" IF64("op leave_64, 8, leave\n") IF32("op leave_32, 4, leave\n"));
}

static void repeated(void)
{
    EACH(SIZES("movs", "rep ", "rep_movs") SIZES("cmps", "repe ", "repe_cmps") SIZES("cmps", "repne ", "repne_cmps") SIZES("stos", "rep ", "rep_stos")
             SIZES("lods", "rep ", "rep_lods") SIZES("scas", "repe ", "repe_scas") SIZES("scas", "repne ", "repne_scas"));
}

VARIANTS(BY_IMPLICIT("once", once, "string instructions, XLAT, LEAVE, with an operand", ""),
         BY_IMPLICIT("repeated", repeated, "repeated string instructions with an operand", ""));
