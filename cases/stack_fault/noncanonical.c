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
STACK(pushfq, "pushfq", NONCANONICAL + 8)
STACK(popfq, "popfq", NONCANONICAL)
STACK(enter, "enter 0, 0", NONCANONICAL + 8)
STACK(retf, ".byte 0x48, 0xcb", NONCANONICAL) /* REX.W: 64-bit operands */
STACK(iretq, "iretq", NONCANONICAL)
STACK(rsp, "mov eax, [rsp]", NONCANONICAL)

static void push_memory(void)
{
    set_gate(VEC_SS, .ist = 1);
    set_gate(VEC_GP, .ist = 1);
    start.rsp = NONCANONICAL + 8;
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    FAULT("push qword ptr [rbx]");
}

/* It is the destination in memory that is wrong; the pop doesn't happen. */
static void pop_memory(void)
{
    start.rbp = NONCANONICAL;
    start.rsp -= 8;
    FAULT("pop qword ptr [rbp]");
}

/* RSP := RBP comes first; the fault takes it back. */
static void leave(void)
{
    start.rbp = NONCANONICAL;
    FAULT("leave");
}

/* mov eax, ds:[rbp]: the override is ignored. */
static void ds_override(void)
{
    start.rbp = NONCANONICAL;
    FAULT(".byte 0x3e, 0x8b, 0x45, 0x00");
}

static void write_rbp(void)
{
    start.rbp = NONCANONICAL;
    FAULT("mov [rbp], eax");
}

static void straddle(void)
{
    start.rbp = map_page_at("last_page", NONCANONICAL - PAGE_SIZE, PAGE_PRESENT | PAGE_WRITE) + PAGE_SIZE - 4;
    FAULT("mov rax, [rbp]");
}

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
         ROW(ret, "ss-noncanon-ret", "RET with a stack at a non-canonical address at CPL 0, #SS on IST1", "SDM 2B \"RET-Return from Procedure\""),
         ROW(pushfq, "ss-noncanon-pushfq", "PUSHFQ to a non-canonical address at CPL 0, #SS on IST1",
             "SDM 2B \"PUSHF/PUSHFD/PUSHFQ-Push EFLAGS Register Onto the Stack\""),
         ROW(popfq, "ss-noncanon-popfq", "POPFQ from a non-canonical address at CPL 0, #SS on IST1",
             "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack Into EFLAGS Register\""),
         ROW(enter, "ss-noncanon-enter", "ENTER with a stack at a non-canonical address at CPL 0, #SS on IST1",
             "SDM 2A \"ENTER-Make Stack Frame for Procedure Parameters\""),
         ROW(leave, "ss-noncanon-leave", "LEAVE with a non-canonical RBP at CPL 0", "SDM 2A \"LEAVE-High Level Procedure Exit\""),
         ROW(push_memory, "ss-noncanon-push-mem", "PUSH of memory to a non-canonical address at CPL 0, #SS on IST1", PUSH),
         ROW(pop_memory, "", "POP to memory based on a non-canonical RBP at CPL 0", "SDM 2B \"POP-Pop a Value from the Stack\""),
         ROW(retf, "ss-noncanon-retf", "RETF with a stack at a non-canonical address at CPL 0, #SS on IST1", "SDM 2B \"RET-Return from Procedure\""),
         ROW(iretq, "ss-noncanon-iretq", "IRETQ with a stack at a non-canonical address at CPL 0, #SS on IST1",
             "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""),
         ROW(rsp, "", "load based on a non-canonical RSP at CPL 0, #SS on IST1", MOV),
         ROW(ds_override, "ss-noncanon-ds-override-rbp", "load from DS:RBP, non-canonical, at CPL 0: the override is ignored", MOV),
         ROW(write_rbp, "", "store based on a non-canonical RBP at CPL 0", MOV),
         ROW(straddle, "", "load of 8 bytes based on RBP at CPL 0, the last 4 at non-canonical addresses", MOV));
