/* The x87 instructions, by opcode: all of each map of SDM 2D "Opcode Map", "Escape Opcode Instructions". */
#include "each.h"

static void d8_d9(void)
{
    EACH("ops_as _m32, \"dword ptr [rbx]\", fadd, fmul, fcom, fcomp, fsub, fsubr, fdiv, fdivr\n"
         "op fadd, fadd st, st(1)\n"
         "op fmul, fmul st, st(1)\n"
         "op fcom, fcom st(1)\n"
         "op fcomp, fcomp st(1)\n"
         "ops \"st, st(1)\", fsub, fsubr, fdiv, fdivr\n"
         "ops_as _m32, \"dword ptr [rbx]\", fld, fst, fstp\n"
         "op fldenv, fldenv [rbx]\n"
         "op fldcw, fldcw [rbx]\n"
         "op fld, fld st(1)\n"
         "op fxch, fxch st(1)\n"
         "op fnop, fnop\n"
         "op fchs, fchs\n"
         "op fabs, fabs\n"
         "op ftst, ftst\n"
         "op fxam, fxam\n"
         "op fld1, fld1\n"
         "op fldl2t, fldl2t\n"
         "op fldl2e, fldl2e\n"
         "op fldpi, fldpi\n"
         "op fldlg2, fldlg2\n"
         "op fldln2, fldln2\n"
         "op fldz, fldz\n"
         "op f2xm1, f2xm1\n"
         "op fyl2x, fyl2x\n"
         "op fptan, fptan\n"
         "op fpatan, fpatan\n"
         "op fxtract, fxtract\n"
         "op fprem1, fprem1\n"
         "op fdecstp, fdecstp\n"
         "op fincstp, fincstp\n"
         "op fprem, fprem\n"
         "op fyl2xp1, fyl2xp1\n"
         "op fsqrt, fsqrt\n"
         "op fsincos, fsincos\n"
         "op frndint, frndint\n"
         "op fscale, fscale\n"
         "op fsin, fsin\n"
         "op fcos, fcos\n");
}

static void da_dc(void)
{
    EACH("ops_as _m32, \"dword ptr [rbx]\", fiadd, fimul, ficom, ficomp, fisub, fisubr, fidiv, fidivr\n"
         "ops \"st, st(1)\", fcmovb, fcmove, fcmovbe, fcmovu\n"
         "op fucompp, fucompp\n"
         "ops_as _m32, \"dword ptr [rbx]\", fild, fisttp, fist, fistp\n"
         "op fld_m80, fld tbyte ptr [rbx]\n"
         "op fstp_m80, fstp tbyte ptr [rbx]\n"
         "ops \"st, st(1)\", fcmovnb, fcmovne, fcmovnbe, fcmovnu, fucomi, fcomi\n"
         "ops_as _m64, \"qword ptr [rbx]\", fadd, fmul, fcom, fcomp, fsub, fsubr, fdiv, fdivr\n"
         "ops_as _to, \"st(1), st\", fadd, fmul, fsub, fsubr, fdiv, fdivr\n");
}

static void dd_df(void)
{
    EACH("ops_as _m64, \"qword ptr [rbx]\", fld, fisttp, fst, fstp\n"
         "op frstor, frstor [rbx]\n"
         "ops \"st(1)\", ffree, fst, fstp, fucom, fucomp\n"
         "ops_as _m16, \"word ptr [rbx]\", fiadd, fimul, ficom, ficomp, fisub, fisubr, fidiv, fidivr\n"
         "ops \"st(1), st\", faddp, fmulp, fsubp, fsubrp, fdivp, fdivrp\n"
         "op fcompp, fcompp\n"
         "ops_as _m16, \"word ptr [rbx]\", fild, fisttp, fist, fistp\n"
         "op fbld, fbld [rbx]\n"
         "op fild_m64, fild qword ptr [rbx]\n"
         "op fbstp, fbstp [rbx]\n"
         "op fistp_m64, fistp qword ptr [rbx]\n"
         "op fucomip, fucomip st, st(1)\n"
         "op fcomip, fcomip st, st(1)\n");
}

static void non_waiting(void)
{
    EACH("op fnstenv, fnstenv [rbx]\n"
         "op fnstcw, fnstcw [rbx]\n"
         "op fnclex, fnclex\n"
         "op fninit, fninit\n"
         "op fnsave, fnsave [rbx]\n"
         "op fnstsw, fnstsw ax\n"
         "op fnstsw_m16, fnstsw [rbx]\n");
}

#define MF "SDM 3A \"Interrupt 16-x87 FPU Floating-Point Error (#MF)\""

#define IN_EACH_STATE(name_, group, about_)                                                                                         \
    ROW(name_ "_ts", group, TS, about_ " with CR0.TS=1", NM, NULL), ROW(name_ "_em", group, EM, about_ " with CR0.EM=1", NM, NULL), \
        ROW(name_ "_ts_em", group, TS | EM, about_ " with CR0.TS=1 and EM=1", NM, NULL),                                            \
        ROW(name_ "_user", group, TS | USER, about_ " with CR0.TS=1, at CPL 3", NM, NULL)
#define WAITING(name_, group, about_) \
    IN_EACH_STATE(name_, group, about_), ROW(name_ "_pending", group, PENDING, about_ " with an unmasked exception pending", MF, NULL)

VARIANTS(WAITING("d8_d9", d8_d9, "x87 instructions of opcodes D8 and D9"), WAITING("da_dc", da_dc, "x87 instructions of opcodes DA to DC"),
         WAITING("dd_df", dd_df, "x87 instructions of opcodes DD to DF"), IN_EACH_STATE("non_waiting", non_waiting, "Non-waiting x87 instructions"));
