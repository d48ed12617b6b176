/* XSAVEC, XSAVES and XRSTORS; for absent.h with WITH_AVX. */
#define COMPACTED                  \
    "op xsaves, xsaves [" BX "]\n" \
    "op xrstors, xrstors [" BX "]\n"
GROUP(xsavec, "op xsavec, xsavec [" BX "]\n")
GROUP(xsaves, COMPACTED)

#define COMPACTED_TOO(X) X("xsavec", xsavec, "XSAVEC", ABSENT "xsavec"), X("xsaves", xsaves, "XSAVES and XRSTORS", ABSENT "xsaves"), GROUPS(X)
