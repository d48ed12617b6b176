/*
 * A non-canonical address that is based on RSP or RBP, or that PUSH, POP, CALL and RET mean, is #SS(0), not #GP. At CPL 0
 * the frame needs a stack of its own; #GP's gate has one too, so that a #GP in its place is seen as such. RSP is what it was.
 */
#include <case.h>

static void rbp(void)
{
    start.rbp = NONCANONICAL;
    FAULT("mov eax, [rbp]");
}

static void rsp_user(void)
{
    in_user_mode();
    start.rsp = NONCANONICAL;
    FAULT("mov eax, [rsp]");
}

static void push_user(void)
{
    in_user_mode();
    start.rsp = NONCANONICAL + 8;
    FAULT("push rax");
}

#define STACK(name, instruction, rsp_) \
    static void name(void)             \
    {                                  \
        set_gate(VEC_SS, .ist = 1);    \
        set_gate(VEC_GP, .ist = 1);    \
        start.rsp = rsp_;              \
        FAULT(instruction);            \
    }

STACK(push, "push rax", NONCANONICAL + 8)
STACK(pop, "pop rax", NONCANONICAL)
STACK(call, "call program_end", NONCANONICAL + 8)
STACK(ret, "ret", NONCANONICAL)

#define ROW(name_, id_, about_, spec_)                                                                                                        \
    {                                                                                                                                         \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT, .run = name_ \
    }
#define MOV "SDM 2B \"MOV-Move\""
#define PUSH "SDM 2B \"PUSH-Push Word, Doubleword, or Quadword Onto the Stack\""

VARIANTS(ROW(rbp, "ss-noncanon-rbp", "load based on a non-canonical RBP at CPL 0", MOV),
         ROW(rsp_user, "ss-noncanon-rsp-base", "load based on a non-canonical RSP at CPL 3", MOV),
         ROW(push, "ss-noncanon-push", "PUSH to a non-canonical address at CPL 0, #SS on IST1", PUSH),
         ROW(push_user, "ss-noncanon-user-push", "PUSH to a non-canonical address at CPL 3", PUSH),
         ROW(pop, "ss-noncanon-pop", "POP from a non-canonical address at CPL 0, #SS on IST1", "SDM 2B \"POP-Pop a Value from the Stack\""),
         ROW(call, "ss-noncanon-call", "CALL with a stack at a non-canonical address at CPL 0, #SS on IST1", "SDM 2A \"CALL-Call Procedure\""),
         ROW(ret, "ss-noncanon-ret", "RET with a stack at a non-canonical address at CPL 0, #SS on IST1", "SDM 2B \"RET-Return from Procedure\""));
