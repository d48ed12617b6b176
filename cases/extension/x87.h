/* The x87 instructions, by opcode: all of each map of SDM 2D "Opcode Map", "Escape Opcode Instructions". */

#define MF "SDM 3A \"Interrupt 16-x87 FPU Floating-Point Error (#MF)\""

#define D8_D9                                                                                  \
    "ops_as _m32, \"dword ptr [" BX "]\", fadd, fmul, fcom, fcomp, fsub, fsubr, fdiv, fdivr\n" \
    "op fadd, fadd st, st(1)\n"                                                                \
    "op fmul, fmul st, st(1)\n"                                                                \
    "op fcom, fcom st(1)\n"                                                                    \
    "op fcomp, fcomp st(1)\n"                                                                  \
    "ops \"st, st(1)\", fsub, fsubr, fdiv, fdivr\n"                                            \
    "ops_as _m32, \"dword ptr [" BX "]\", fld, fst, fstp\n"                                    \
    "op fldenv, fldenv [" BX " + 128]\n"                                                       \
    "op fldcw, fldcw [" BX " + 128]\n"                                                         \
    "op fld, fld st(1)\n"                                                                      \
    "op fxch, fxch st(1)\n"                                                                    \
    "op fnop, fnop\n"                                                                          \
    "op fchs, fchs\n"                                                                          \
    "op fabs, fabs\n"                                                                          \
    "op ftst, ftst\n"                                                                          \
    "op fxam, fxam\n"                                                                          \
    "op fld1, fld1\n"                                                                          \
    "op fldl2t, fldl2t\n"                                                                      \
    "op fldl2e, fldl2e\n"                                                                      \
    "op fldpi, fldpi\n"                                                                        \
    "op fldlg2, fldlg2\n"                                                                      \
    "op fldln2, fldln2\n"                                                                      \
    "op fldz, fldz\n"                                                                          \
    "op f2xm1, f2xm1\n"                                                                        \
    "op fyl2x, fyl2x\n"                                                                        \
    "op fptan, fptan\n"                                                                        \
    "op fpatan, fpatan\n"                                                                      \
    "op fxtract, fxtract\n"                                                                    \
    "op fprem1, fprem1\n"                                                                      \
    "op fdecstp, fdecstp\n"                                                                    \
    "op fincstp, fincstp\n"                                                                    \
    "op fprem, fprem\n"                                                                        \
    "op fyl2xp1, fyl2xp1\n"                                                                    \
    "op fsqrt, fsqrt\n"                                                                        \
    "op fsincos, fsincos\n"                                                                    \
    "op frndint, frndint\n"                                                                    \
    "op fscale, fscale\n"                                                                      \
    "op fsin, fsin\n"                                                                          \
    "op fcos, fcos\n"

#define DA_DC                                                                                          \
    "ops_as _m32, \"dword ptr [" BX "]\", fiadd, fimul, ficom, ficomp, fisub, fisubr, fidiv, fidivr\n" \
    "op fucompp, fucompp\n"                                                                            \
    "ops_as _m32, \"dword ptr [" BX "]\", fild, fist, fistp\n"                                         \
    "op fld_m80, fld tbyte ptr [" BX "]\n"                                                             \
    "op fstp_m80, fstp tbyte ptr [" BX "]\n"                                                           \
    "ops_as _m64, \"qword ptr [" BX "]\", fadd, fmul, fcom, fcomp, fsub, fsubr, fdiv, fdivr\n"         \
    "ops_as _to, \"st(1), st\", fadd, fmul, fsub, fsubr, fdiv, fdivr\n"

#define DD_DF                                                                                         \
    "ops_as _m64, \"qword ptr [" BX "]\", fld, fst, fstp\n"                                           \
    "op frstor, frstor [" BX " + 128]\n"                                                              \
    "ops \"st(1)\", ffree, fst, fstp, fucom, fucomp\n"                                                \
    "ops_as _m16, \"word ptr [" BX "]\", fiadd, fimul, ficom, ficomp, fisub, fisubr, fidiv, fidivr\n" \
    "ops \"st(1), st\", faddp, fmulp, fsubp, fsubrp, fdivp, fdivrp\n"                                 \
    "op fcompp, fcompp\n"                                                                             \
    "ops_as _m16, \"word ptr [" BX "]\", fild, fist, fistp\n"                                         \
    "op fbld, fbld [" BX "]\n"                                                                        \
    "op fild_m64, fild qword ptr [" BX "]\n"                                                          \
    "op fbstp, fbstp [" BX "]\n"                                                                      \
    "op fistp_m64, fistp qword ptr [" BX "]\n"

#define LATER                                                                                                                   \
    "ops \"st, st(1)\", fcmovb, fcmove, fcmovbe, fcmovu, fcmovnb, fcmovne, fcmovnbe, fcmovnu, fucomi, fcomi, fucomip, fcomip\n" \
    "op fisttp_m16, fisttp word ptr [" BX "]\n"                                                                                 \
    "op fisttp_m32, fisttp dword ptr [" BX "]\n"                                                                                \
    "op fisttp_m64, fisttp qword ptr [" BX "]\n"

#define NON_WAITING                  \
    "op fnstenv, fnstenv [" BX "]\n" \
    "op fnstcw, fnstcw [" BX "]\n"   \
    "op fnclex, fnclex\n"            \
    "op fninit, fninit\n"            \
    "op fnsave, fnsave [" BX "]\n"   \
    "op fnstsw, fnstsw ax\n"         \
    "op fnstsw_m16, fnstsw [" BX "]\n"

/* In other modes than 64-bit mode: in_states.h. */
#define STATES                         \
    {                                  \
        LOCK, TS, EM, TS | EM, PENDING \
    }
#define STATES_ABOUT "with LOCK, with CR0.TS=1, with EM=1, with both, and, if they wait, with an unmasked exception pending"
#define STATES_SPEC LOCK_SPEC ", " NM ", " MF

GROUP(d8_d9, D8_D9)
GROUP(da_dc, DA_DC)
GROUP(dd_df, DD_DF)
GROUP(later, LATER)
#undef STATES
#define STATES                \
    {                         \
        LOCK, TS, EM, TS | EM \
    }
GROUP(non_waiting, NON_WAITING)

#define WAITING_GROUPS(X)                                                                                                                  \
    X("d8_d9", d8_d9, "x87 instructions of opcodes D8 and D9", "i486"), X("da_dc", da_dc, "x87 instructions of opcodes DA to DC", "i486"), \
        X("dd_df", dd_df, "x87 instructions of opcodes DD to DF", "i486"),                                                                 \
        X("later", later, "x87 instructions that came with the P6 family, and FISTTP", "cmov sse3")
#define GROUPS(X) WAITING_GROUPS(X), X("non_waiting", non_waiting, "Non-waiting x87 instructions", NULL)
