/*
 * What pm_segment_limit/width.c and pm_paging/width.c have in common, behind the function at_last(width) and the vector and error code of what stops
 * the second access: instructions with an operand of an unusual width. The program executes each one twice: with the operand as the last bytes that
 * can be accessed, then one byte further. Only the second one may fault, so exactly the bytes of the manual's operand are touched. The operand is
 * zeros: a null selector, an empty table of bounds.
 */

/* Each: name, feature, bytes, PF_W where it is written, instruction. */
#define OPERANDS(X)                                                       \
    X(fild16, NULL, 2, 0, "fild word ptr [ebx]")                          \
    X(fild32, NULL, 4, 0, "fild dword ptr [ebx]")                         \
    X(fild64, NULL, 8, 0, "fild qword ptr [ebx]")                         \
    X(fld32, NULL, 4, 0, "fld dword ptr [ebx]")                           \
    X(fbld, NULL, 10, 0, "fbld tbyte ptr [ebx]")                          \
    X(fldcw, NULL, 2, 0, "fldcw word ptr [ebx]")                          \
    X(fldenv, NULL, 28, 0, "fldenv [ebx]")                                \
    X(fldenv16, NULL, 14, 0, ".byte 0x66; fldenv [ebx]")                  \
    X(frstor, NULL, 108, 0, "frstor [ebx]")                               \
    X(frstor16, NULL, 94, 0, ".byte 0x66; frstor [ebx]")                  \
    X(fst32, NULL, 4, PF_W, "fst dword ptr [ebx]")                        \
    X(fstp80, NULL, 10, PF_W, "fstp tbyte ptr [ebx]")                     \
    X(fistp16, NULL, 2, PF_W, "fistp word ptr [ebx]")                     \
    X(fistp64, NULL, 8, PF_W, "fistp qword ptr [ebx]")                    \
    X(fbstp, NULL, 10, PF_W, "fbstp tbyte ptr [ebx]")                     \
    X(fnstcw, NULL, 2, PF_W, "fnstcw word ptr [ebx]")                     \
    X(fnstsw, NULL, 2, PF_W, "fnstsw word ptr [ebx]")                     \
    X(fnstenv16, NULL, 14, PF_W, ".byte 0x66; fnstenv [ebx]")             \
    X(fnsave, NULL, 108, PF_W, "fnsave [ebx]")                            \
    X(fnsave16, NULL, 94, PF_W, ".byte 0x66; fnsave [ebx]")               \
    X(les16, NULL, 4, 0, ".byte 0x66, 0xc4, 0x03 # LES AX, m16:16")       \
    X(lfs, NULL, 6, 0, ".byte 0x0f, 0xb4, 0x03 # LFS EAX, m16:32")        \
    X(lgs16, NULL, 4, 0, ".byte 0x66, 0x0f, 0xb5, 0x03 # LGS AX, m16:16") \
    X(mov_es, NULL, 2, 0, "mov es, word ptr [ebx]")                       \
    X(mov_from_fs, NULL, 2, PF_W, ".byte 0x8c, 0x23 # MOV m16, FS")       \
    X(bound16, NULL, 4, 0, ".byte 0x66, 0x62, 0x03 # BOUND AX, m16&16")   \
    X(xlat, NULL, 1, 0, "xlatb")                                          \
    X(lldt, NULL, 2, 0, "lldt word ptr [ebx]")                            \
    X(lmsw, NULL, 2, 0, "lmsw word ptr [ebx]")                            \
    X(verr, NULL, 2, 0, "verr word ptr [ebx]")                            \
    X(verw, NULL, 2, 0, "verw word ptr [ebx]")                            \
    X(lar, NULL, 2, 0, "lar ecx, word ptr [ebx]")                         \
    X(lsl, NULL, 2, 0, "lsl ecx, word ptr [ebx]")                         \
    X(sldt, NULL, 2, PF_W, ".byte 0x0f, 0x00, 0x03 # SLDT")               \
    X(str, NULL, 2, PF_W, ".byte 0x0f, 0x00, 0x0b # STR")                 \
    X(smsw, NULL, 2, PF_W, ".byte 0x0f, 0x01, 0x23 # SMSW")               \
    X(sgdt, NULL, 6, PF_W, "sgdt [ebx]")                                  \
    X(sgdt16, NULL, 6, PF_W, ".byte 0x66, 0x0f, 0x01, 0x03 # SGDT, 66")   \
    X(sidt16, NULL, 6, PF_W, ".byte 0x66, 0x0f, 0x01, 0x0b # SIDT, 66")   \
    X(bt16, NULL, 2, 0, "bt word ptr [ebx], 15")                          \
    X(bt32, NULL, 4, 0, "bt dword ptr [ebx], 31")                         \
    X(bts16_down, NULL, 2, PF_W, "bts word ptr [ebx+2], dx")              \
    X(bts32_down, NULL, 4, PF_W, "bts dword ptr [ebx+4], edx")            \
    X(setz, NULL, 1, PF_W, "setz byte ptr [ebx]")                         \
    X(movzx16, NULL, 2, 0, "movzx ecx, word ptr [ebx]")                   \
    X(shld16, NULL, 2, PF_W, "shld word ptr [ebx], ax, 3")                \
    X(push16, NULL, 2, 0, "push word ptr [ebx]")                          \
    X(pop16, NULL, 2, PF_W, "pop word ptr [ebx]")                         \
    X(cmpxchg16, "i486", 2, PF_W, "cmpxchg word ptr [ebx], cx")           \
    X(xadd16, "i486", 2, PF_W, "xadd word ptr [ebx], cx")                 \
    X(cmpxchg8b, "cx8", 8, PF_W, "cmpxchg8b qword ptr [ebx]")             \
    X(movbe16, "movbe", 2, 0, "movbe cx, word ptr [ebx]")                 \
    X(movbe16_write, "movbe", 2, PF_W, "movbe word ptr [ebx], cx")

#define TWICE(instruction) instruction "\nlea ebx, [ebx + 1]\n" MARK(fault) instruction "\n" MARK(after)

#define FUNCTION(name_, needs_, width_, write_, instruction_) \
    static void run_##name_(void)                             \
    {                                                         \
        at_last(width_);                                      \
        start.eax = 0;                                        \
        start.ecx = 3;  /* RPL */                             \
        start.esi = 32; /* bits */                            \
        start.edx = 0xffffffff;                               \
        PROGRAM(TWICE(instruction_));                         \
    }
