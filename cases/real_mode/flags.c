/*
 * FLAGS in real mode: INT n saves all 16 bits and clears IF, TF and AC; IRET, POPF and IRETD, POPFD load all of them, IOPL and NT too, and
 * with 32 bits AC and ID, but never VM, VIF and VIP.
 */
#include <case16.h>

#define ALL (EFLAGS_IOPL(3) | EFLAGS_NT | EFLAGS_DF)
#define AC_ID (EFLAGS_AC | EFLAGS_ID)

/* EAX is EFLAGS as PUSHFD has them, at the end. */
#define READ "\npushfd\npop eax\n"

static void interrupt(void)
{
    start.eflags |= ALL;
    FAULT("int 0x40");
}

static void exception(void)
{
    start.eflags |= ALL;
    FAULT("ud2");
}

/* The handler that INT 0x40 comes to, with all flags set but TF, pushes what it has. */
static void handler(void)
{
    set_ivt(0x40, ASSEMBLE("pushfd\npop eax\niret\n"));
    start.eflags |= ALL;
    FAULT("pushfd\nor dword ptr [esp], 0x240000\npopfd\nint 0x40");
}

#define PROGRAMS(X)                                                                                                                              \
    X(popf, "POPF of all ones but TF", "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\"", PUSH_WORD("0xfeff") "popf" READ)            \
    X(popf_zero, "POPF of all zeros", "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\"", "push 0\npopf" READ)                         \
    X(popfd, "POPFD of all ones but TF", "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\"", PUSH_DWORD("0xfffffeff") "popfd" READ)    \
    X(popfd_zero, "POPFD of all zeros, AC and ID were set", "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\"",                        \
      PUSH_DWORD("0x240002") "popfd\n" PUSH_DWORD("0") "popfd" READ)                                                                             \
    X(popf_keeps_upper, "POPF of all zeros, AC and ID were set: they stay", "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\"",        \
      PUSH_DWORD("0x240002") "popfd\npush 0\npopf" READ)                                                                                         \
    X(iret, "IRET with all ones but TF", "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", REAL-ADDRESS-MODE",                                      \
      PUSH_WORD("0xfeff") "push cs\n" PUSH_WORD("1f - 0x8000") "iret\n1:" READ)                                                                  \
    X(iret_keeps_upper, "IRET with all zeros, AC and ID were set: they stay", "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", REAL-ADDRESS-MODE", \
      PUSH_DWORD("0x240002") "popfd\npush 0\npush cs\n" PUSH_WORD("1f - 0x8000") "iret\n1:" READ)                                                \
    X(iretd, "IRETD with all ones but TF", "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", REAL-ADDRESS-MODE",                                    \
      PUSH_DWORD("0xfffffeff") PUSH_DWORD("0x12340800") PUSH_DWORD("1f - 0x8000") "iretd\n1:" READ)                                              \
    X(iretd_zero, "IRETD with all zeros, AC and ID were set", "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", REAL-ADDRESS-MODE",                 \
      PUSH_DWORD("0x240002") "popfd\n" PUSH_DWORD("0") PUSH_DWORD("0x800") PUSH_DWORD("1f - 0x8000") "iretd\n1:" READ)                           \
    X(pushf, "PUSHF with NT, IOPL and DF set", "SDM 2B \"PUSHF/PUSHFD/PUSHFQ-Push EFLAGS Register onto the Stack\"",                             \
      "push 0x7ed7\npopf\npushf\npop ax\n")                                                                                                      \
    X(sti_cli, "CLI, STI, CLI with IOPL 0", "SDM 2A \"CLI-Clear Interrupt Flag\"; SDM 2B \"STI-Set Interrupt Flag\"",                            \
      "cli\npushf\npop bx\nsti\npushf\npop ax\ncli\n")

#define DEFINE(name, about, spec, text)                \
    static void name(void)                             \
    {                                                  \
        PROGRAM(MARK(fault) text MARK(after) "nop\n"); \
    }
PROGRAMS(DEFINE)

#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", REAL-ADDRESS-MODE"
#define ROW(name_, about_, spec_, text) \
    {VARIANT, .name = #name_, .about = about_, .spec = spec_, .needs = "cpuid", .vector = NO_EXCEPTION, .run = name_},
VARIANTS(PROGRAMS(ROW){VARIANT, .name = "interrupt", .about = "INT n with NT, IOPL and DF set", .spec = INT, .id = "rm-int-flags-image",
                       .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = interrupt},
         {VARIANT, .name = "exception", .about = "#UD with NT, IOPL and DF set", .spec = INT, .vector = VEC_UD, .error = NO_ERROR,
          .saved_rip = AT_FAULT, .run = exception},
         {VARIANT, .name = "handler", .about = "EFLAGS in the handler of INT n, where AC and ID were set", .spec = INT, .needs = "cpuid",
          .vector = NO_EXCEPTION, .run = handler});
