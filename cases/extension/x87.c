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

VARIANTS(ROW("d8_d9_ts", d8_d9, TS, "x87 instructions of opcodes D8 and D9 with CR0.TS=1", NM),
         ROW("d8_d9_em", d8_d9, EM, "x87 instructions of opcodes D8 and D9 with CR0.EM=1", NM),
         ROW("d8_d9_ts_em", d8_d9, TS | EM, "x87 instructions of opcodes D8 and D9 with CR0.TS=1 and EM=1", NM),
         ROW("d8_d9_user", d8_d9, TS | USER, "x87 instructions of opcodes D8 and D9 with CR0.TS=1, at CPL 3", NM),
         ROW("d8_d9_pending", d8_d9, PENDING, "x87 instructions of opcodes D8 and D9 with an unmasked exception pending", MF),
         ROW("da_dc_ts", da_dc, TS, "x87 instructions of opcodes DA to DC with CR0.TS=1", NM),
         ROW("da_dc_em", da_dc, EM, "x87 instructions of opcodes DA to DC with CR0.EM=1", NM),
         ROW("da_dc_ts_em", da_dc, TS | EM, "x87 instructions of opcodes DA to DC with CR0.TS=1 and EM=1", NM),
         ROW("da_dc_user", da_dc, TS | USER, "x87 instructions of opcodes DA to DC with CR0.TS=1, at CPL 3", NM),
         ROW("da_dc_pending", da_dc, PENDING, "x87 instructions of opcodes DA to DC with an unmasked exception pending", MF),
         ROW("dd_df_ts", dd_df, TS, "x87 instructions of opcodes DD to DF with CR0.TS=1", NM),
         ROW("dd_df_em", dd_df, EM, "x87 instructions of opcodes DD to DF with CR0.EM=1", NM),
         ROW("dd_df_ts_em", dd_df, TS | EM, "x87 instructions of opcodes DD to DF with CR0.TS=1 and EM=1", NM),
         ROW("dd_df_user", dd_df, TS | USER, "x87 instructions of opcodes DD to DF with CR0.TS=1, at CPL 3", NM),
         ROW("dd_df_pending", dd_df, PENDING, "x87 instructions of opcodes DD to DF with an unmasked exception pending", MF),
         ROW("non_waiting_ts", non_waiting, TS, "Non-waiting x87 instructions with CR0.TS=1", NM),
         ROW("non_waiting_em", non_waiting, EM, "Non-waiting x87 instructions with CR0.EM=1", NM),
         ROW("non_waiting_ts_em", non_waiting, TS | EM, "Non-waiting x87 instructions with CR0.TS=1 and EM=1", NM),
         ROW("non_waiting_user", non_waiting, TS | USER, "Non-waiting x87 instructions with CR0.TS=1, at CPL 3", NM));
