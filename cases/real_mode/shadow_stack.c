/* Real-address mode has neither shadow stacks nor indirect-branch tracking, whatever CR4.CET and IA32_S_CET enable. The program writes that. */
#include <case16.h>

/* ARG0: IA32_S_CET. */
static void run(struct program p)
{
    write_cr4(read_cr4() | CR4_CET);
    start.ecx = MSR_S_CET;
    start.eax = (uint32_t)ARG0;
    start.edx = 0;
    run_program(p);
}

/* Nine bytes lie between the return address and `2:`; text has two of them. */
#define BRANCH(text) ASSEMBLE("wrmsr\n" MARK(fault) "call 1f\nhlt\n1: pop bx\nnop\nlea bx, [bx + 9]\n" text MARK(after) "hlt\n2: mov eax, 0\nwrmsr\n")

static void ret(void)
{
    run(BRANCH("push bx\nret\n"));
}

static void jump(void)
{
    run(BRANCH("jmp bx\n"));
}

#define ROW(name_, cet, needs_, about_)                                                                                                \
    {                                                                                                                                  \
        VARIANT, .name = #name_, .about = about_, .spec = "SDM 1 \"Control-flow Enforcement Technology\"", .run = name_, .arg = {cet}, \
                 .needs = needs_, .vector = NO_EXCEPTION                                                                               \
    }
VARIANTS(ROW(ret, CET_SH_STK_EN, "cet_ss", "RET to another IP than CALL's, SH_STK_EN=1"),
         ROW(jump, CET_ENDBR_EN, "cet_ibt", "JMP BX to what isn't ENDBR32, ENDBR_EN=1"));
