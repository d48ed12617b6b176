/*
 * The code segment's limit: a near branch to an offset beyond it is #GP(0) at the branch, and changes neither ESP nor ECX; an instruction that isn't
 * wholly within is #GP(0) when it is fetched. The segment begins where the program does; its limit is 0x7f. INT3 waits at 0x7f, and at 0x80.
 */
#include <case32.h>

#define AT_40(text) ".skip 0x40, 0x90\n" text ".skip 0x7f - (. - 600b), 0x90\n" MARK(last) "int3\n" MARK(beyond) "int3\n" MARK(behind)

/* arg: the target; the CPL. */
static void at(struct program p, uint32_t eip)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .dpl = (uint8_t)ARG1, .base = p.entry, .limit = 0x7f};

    in_ring(ARG1);
    set_gate(VEC_BP, .dpl = 3);
    start.cs = (uint32_t)(add_descriptor("short_code", encode_descriptor(d)) | ARG1);
    start.eip = eip;
    if (ARG1 == 3)
        *(uint32_t *)(start.esp -= 4) = ARG0;
    start.ebx = ARG0;
    start.ecx = 2;
    start.edx = start.esp;
    run_program(p);
}

#define BRANCH(name, instruction)                                            \
    static void name(void)                                                   \
    {                                                                        \
        at(ASSEMBLE(AT_40(MARK(fault) instruction "\n" MARK(after))), 0x40); \
    }
BRANCH(jmp_short, ".byte 0xeb, 0x3e")
BRANCH(jmp_short_last, ".byte 0xeb, 0x3d")
BRANCH(jmp_near, ".byte 0xe9, 0x3b, 0, 0, 0")
BRANCH(jmp_below, ".byte 0xeb, 0x80") /* to 0xffffffc2 */
BRANCH(jmp_register, "jmp ebx")
BRANCH(jmp_memory, "jmp [edx]")
BRANCH(jz_short, ".byte 0x74, 0x3e")
BRANCH(jz_near, ".byte 0x0f, 0x84, 0x3a, 0, 0, 0")
BRANCH(jnz_short, ".byte 0x75, 0x3e")
BRANCH(loop_, ".byte 0xe2, 0x3e")
BRANCH(jecxz, "mov ecx, 0\n" MARK(second) ".byte 0xe3, 0x39")
BRANCH(call, ".byte 0xe8, 0x3b, 0, 0, 0")
BRANCH(call_last, ".byte 0xe8, 0x3a, 0, 0, 0")
BRANCH(call_register, "call ebx")
BRANCH(call_memory, "call [edx]")
BRANCH(ret, "ret")
BRANCH(ret_n, "ret 8")
BRANCH(jmp_short16, ".byte 0x66, 0xeb, 0x3d")
BRANCH(jmp_register16, "jmp bx")
BRANCH(jz16, ".byte 0x66, 0x0f, 0x84, 0x3b, 0")
BRANCH(call16, ".byte 0x66, 0xe8, 0x3c, 0")
BRANCH(ret16, ".byte 0x66, 0xc3")

static void run_off(void)
{
    at(ASSEMBLE(".skip 0x80, 0x90\n" MARK(fault) "int3\n" MARK(after)), 0x7f);
}

static void straddle(void)
{
    at(ASSEMBLE(".skip 0x7c, 0x90\n" MARK(fault) ".byte 0xb8, 0x12, 0x34, 0x56, 0x78\n" MARK(after) "int3\n"), 0x7c);
}

/* Of two bytes, an opcode that is none: it isn't known before it is fetched. */
static void opcode(void)
{
    at(ASSEMBLE(".skip 0x7f, 0x90\n" MARK(fault) "ud2\n" MARK(after)), 0x7f);
}

static void prefix(void)
{
    at(ASSEMBLE(".skip 0x7f, 0x90\n" MARK(fault) ".byte 0xf0, 0x90\n" MARK(after)), 0x7f);
}

#define ROW(name_, run_, target, cpl, vector_, error_, rip_, spec_, about_)                                                                  \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, .arg = { \
            target,                                                                                                                          \
            cpl                                                                                                                              \
        }                                                                                                                                    \
    }
#define JMP "SDM 2A \"JMP-Jump\""
#define JCC "SDM 2A \"Jcc-Jump if Condition Is Met\""
#define CALL "SDM 2A \"CALL-Call Procedure\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define LIMIT "SDM 3A \"Limit Checking\""
#define GP(name_, run_, target, cpl, spec_, about_) ROW(name_, run_, target, cpl, VEC_GP, 0, AT_FAULT, spec_, about_)
#define BP(name_, run_, target, cpl, rip_, spec_, about_) ROW(name_, run_, target, cpl, VEC_BP, NO_ERROR, rip_, spec_, about_)
VARIANTS(GP("jmp_short", jmp_short, 0, 3, JMP, "JMP rel8"), BP("jmp_short_last", jmp_short_last, 0, 3, "beyond", LIMIT, "JMP rel8 to the last byte"),
         GP("jmp_near", jmp_near, 0, 3, JMP, "JMP rel32"), GP("jmp_below", jmp_below, 0, 3, JMP, "JMP rel8 to an offset below 0"),
         GP("jmp_register", jmp_register, 0x80, 3, JMP, "JMP r32"), GP("jmp_register_top", jmp_register, 0xffffffff, 3, JMP, "JMP r32 to 0xffffffff"),
         BP("jmp_register_last", jmp_register, 0x7f, 3, "beyond", LIMIT, "JMP r32 to the last byte"),
         GP("jmp_memory", jmp_memory, 0x80, 3, JMP, "JMP m32"), GP("jz_short", jz_short, 0, 3, JCC, "JZ rel8, taken"),
         GP("jz_near", jz_near, 0, 3, JCC, "JZ rel32, taken"), BP("jz_not_taken", jnz_short, 0, 3, "beyond", JCC, "JNZ rel8, not taken"),
         GP("loop", loop_, 0, 3, "SDM 2A \"LOOP/LOOPcc-Loop According to ECX Counter\"", "LOOP: ECX is kept"),
         ROW("jecxz", jecxz, 0, 3, VEC_GP, 0, "second", JCC, "JECXZ"), GP("call", call, 0, 3, CALL, "CALL rel32"),
         BP("call_last", call_last, 0, 3, "beyond", LIMIT, "CALL rel32 to the last byte"),
         GP("call_register", call_register, 0x80, 3, CALL, "CALL r32"), GP("call_memory", call_memory, 0x80, 3, CALL, "CALL m32"),
         GP("ret", ret, 0x80, 3, RET, "RET"), BP("ret_last", ret, 0x7f, 3, "beyond", LIMIT, "RET to the last byte"),
         GP("ret_n", ret_n, 0x80, 3, RET, "RET imm16"), GP("jmp_short16", jmp_short16, 0, 3, JMP, "JMP rel8 with a 16-bit operand size"),
         GP("jmp_register16", jmp_register16, 0x80, 3, JMP, "JMP r16"), GP("jz16", jz16, 0, 3, JCC, "JZ rel16, taken"),
         GP("call16", call16, 0, 3, CALL, "CALL rel16"), GP("ret16", ret16, 0x80, 3, RET, "RET with a 16-bit operand size"),
         GP("jmp_short_ring0", jmp_short, 0, 0, JMP, "CPL 0: JMP rel8"), GP("call_ring0", call, 0, 0, CALL, "CPL 0: CALL rel32"),
         GP("run_off", run_off, 0, 3, LIMIT, "a NOP is the last byte"), GP("run_off_ring0", run_off, 0, 0, LIMIT, "CPL 0: a NOP is the last byte"),
         GP("straddle", straddle, 0, 3, LIMIT, "an instruction across the limit"),
         GP("straddle_ring0", straddle, 0, 0, LIMIT, "CPL 0: an instruction across the limit"),
         GP("opcode", opcode, 0, 3, LIMIT, "the second byte of UD2 is beyond the limit"),
         GP("prefix", prefix, 0, 3, LIMIT, "a LOCK prefix is the last byte"));
