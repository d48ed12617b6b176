/*
 * An address whose bits 63:47 aren't all the same is no address: #GP(0) before paging is asked, so CR2 stays. A near branch
 * to one faults at the branch, and nothing has been pushed or popped.
 */
#include <case.h>

static void read(void)
{
    start.rbx = NONCANONICAL;
    FAULT("mov eax, [rbx]");
}

static void read_user(void)
{
    in_user_mode();
    start.rbx = NONCANONICAL;
    FAULT("mov eax, [rbx]");
}

static void write(void)
{
    start.rbx = NONCANONICAL;
    FAULT("mov [rbx], eax");
}

/* The last four bytes of the lower half, and the first four beyond it. */
static void straddle(void)
{
    start.rbx = map_page_at("last_page", NONCANONICAL - PAGE_SIZE, PAGE_PRESENT | PAGE_WRITE) + PAGE_SIZE - 4;
    FAULT("mov rax, [rbx]");
}

static void jump(void)
{
    start.rbx = NONCANONICAL;
    FAULT("jmp rbx");
}

static void call(void)
{
    start.rbx = NONCANONICAL;
    set_gate(VEC_GP, .ist = 1);
    FAULT("call rbx");
}

static void ret(void)
{
    start.rsp = stack_top(STACK_KERNEL) - 8;
    *(uint64_t *)start.rsp = NONCANONICAL;
    FAULT("ret");
}

#define ROW(name_, id_, about_, spec_)                                                                                                        \
    {                                                                                                                                         \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = name_ \
    }
#define MOV "SDM 2B \"MOV-Move\""

VARIANTS(ROW(read, "gp-noncanon-read-rbx", "load from a non-canonical address at CPL 0", MOV),
         ROW(read_user, "", "load from a non-canonical address at CPL 3", MOV),
         ROW(write, "gp-noncanon-write", "store to a non-canonical address at CPL 0", MOV),
         ROW(straddle, "gp-noncanon-straddle-low", "load of 8 bytes at CPL 0, the last 4 at non-canonical addresses", MOV),
         ROW(jump, "gp-noncanon-jmp-reg", "JMP to a non-canonical address at CPL 0", "SDM 2A \"JMP-Jump\""),
         ROW(call, "gp-noncanon-call-reg", "CALL of a non-canonical address at CPL 0", "SDM 2A \"CALL-Call Procedure\""),
         ROW(ret, "gp-noncanon-ret", "RET to a non-canonical address at CPL 0", "SDM 2B \"RET-Return from Procedure\""));
