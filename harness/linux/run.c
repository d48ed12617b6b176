/* run.c: lets the program loose by sigreturn, and captures what Linux tells of an exception. */
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/ucontext.h>
#include "hosted.h"
#include "common/gather.h"
#include "common/record.h"
#include "system.h"

#define STRICT (UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS) /* SS as it is given, whatever it is */
/* Those that sigreturn takes over. */
#define RFLAGS_FREE (RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_TF | RFLAGS_DF | RFLAGS_OF | RFLAGS_RF | RFLAGS_AC)
#define RIGHTS_B (1u << 22) /* what LAR loads of a stack's B flag */
#define CANONICAL_LIMIT 0x7ffffffff000ull

void enter_program(struct ucontext *from);
void restorer(void);
void signal_entry(int);
void caught(int signal, siginfo_t *info, struct ucontext *context);

struct capture captures[MAX_FRAMES];
unsigned capture_count;

static uint8_t signal_stack[0x10000] __attribute__((aligned(4096)));
static struct ucontext launch;
static action *actions[256];

void push_image(struct interrupt_frame image)
{
    if (!start.rsp)
        unsupported("cpl0");
    start.rsp -= sizeof(image);
    *(struct interrupt_frame *)start.rsp = image;
}

void on_exception(unsigned vector, action *act)
{
    actions[vector] = act;
}

struct segments read_segments(void)
{
    struct segments s = read_selectors();

    __asm__ volatile("rdfsbase %0" : "=r"(s.fs_base));
    __asm__ volatile("rdgsbase %0" : "=r"(s.gs_base));
    return s;
}

/* What of the state can't be given to a program here. */
static void check_start(void)
{
    if (!(start.cs & 3))
        unsupported("cpl0");
    if ((start.cs & 3) != 3)
        unsupported("cpl1_or_cpl2");
    if (!is_code_selector(start.cs))
        unsupported("start_cs");
    if (start.rip >= CANONICAL_LIMIT)
        unsupported("start_rip");
    if ((start.rflags & ~(uint64_t)RFLAGS_FREE) != (RFLAGS_FIXED | RFLAGS_IF))
        unsupported("start_rflags");
    if (start.dr7 != DR7_START || start.dr6 != DR6_START)
        unsupported("debug_registers");
}

/* Of what the labels name. */
static void check_program(struct program program)
{
    for (const struct label *l = (const struct label *)program.labels; l->address; l++)
        if (stores_table_register((const uint8_t *)l->address))
            unsupported("table_register");
}

/* What isn't watched is as run() left it. */
static void save_state(void)
{
    __asm__ volatile("fxsave %0" : "=m"(state_start));
    fill_state();
    for (unsigned i = 464; i < 512; i++) /* Linux's own mark there: more than FXSAVE's image follows */
        state_start.bytes[i] = 0;
}

static void fill_launch(void)
{
    struct sigcontext *to = &launch.uc_mcontext;

    to->rax = start.rax, to->rcx = start.rcx, to->rdx = start.rdx, to->rbx = start.rbx;
    to->rbp = start.rbp, to->rsi = start.rsi, to->rdi = start.rdi, to->rsp = start.rsp;
    to->r8 = start.r8, to->r9 = start.r9, to->r10 = start.r10, to->r11 = start.r11;
    to->r12 = start.r12, to->r13 = start.r13, to->r14 = start.r14, to->r15 = start.r15;
    to->rip = start.rip, to->eflags = start.rflags;
    to->cs = (uint16_t)start.cs, to->ss = (uint16_t)start.ss;
    to->fpstate = (struct _fpstate *)&state_start;
    launch.uc_flags = STRICT;
    launch.uc_stack = (stack_t){.ss_sp = signal_stack, .ss_size = sizeof(signal_stack)};
}

/*
 * Linux returns from an interrupt to a 16-bit stack by way of one of its own (arch/x86/kernel/espfix_64.c), and leaves RSP the upper
 * half of that one's address.
 */
static uint64_t as_without_espfix(uint64_t rsp, uint32_t ss)
{
    uint32_t rights = RIGHTS_B;

    __asm__("lar %1, %0" : "+r"(rights) : "r"(ss) : "cc");
    return rights & RIGHTS_B ? rsp : (uint32_t)rsp;
}

void run_program(struct program program)
{
    uint32_t ss;

    if (!start.rip)
        start.rip = program.entry;
    check_start();
    record_labels(program.labels);
    check_program(program);
    record_armed();
    program_armed = true;
    save_state();
    fill_launch();
    forbid_system_calls();
    enter_program(&launch);
    keep_final();
    __asm__("movl %%ss, %0" : "=r"(ss)); /* the program's still */
    program_final.registers.rsp = as_without_espfix(program_final.registers.rsp, ss);
    program_armed = false;
}

/* The program's registers, as `common` in long64/stubs.S has them. slots: the frame alone, the error code first. */
static void keep(struct capture *c, const struct sigcontext *at)
{
    c->vector = (unsigned)at->trapno;
    c->entry.registers = (struct registers){
        .rax = at->rax,
        .rcx = at->rcx,
        .rdx = at->rdx,
        .rbx = at->rbx,
        .rbp = at->rbp,
        .rsi = at->rsi,
        .rdi = at->rdi,
        .r8 = at->r8,
        .r9 = at->r9,
        .r10 = at->r10,
        .r11 = at->r11,
        .r12 = at->r12,
        .r13 = at->r13,
        .r14 = at->r14,
        .r15 = at->r15,
    };
    c->segments = read_segments();
    c->cr2 = at->cr2;
    c->slots[0] = at->err;
    c->slots[1] = at->rip;
    c->slots[2] = at->cs;
    c->slots[3] = at->eflags;
    c->slots[4] = as_without_espfix(at->rsp, at->ss);
    c->slots[5] = at->ss;
}

static bool acting; /* what a case does behind a capture is its own code, too */

/* The harness's own code, or the case's before its program ran. */
static void in_harness(struct sigcontext *at)
{
    unsigned length = at->trapno == VEC_GP ? emulate_control(at) : 0;

    if (program_finished || capture_count)
        end_abandoned((unsigned)at->trapno, at->rip);
    if (!length)
        unsupported(at->trapno == VEC_GP ? "privileged_instruction" : at->trapno == VEC_PF ? "memory_of_the_machine" : "exception_in_run");
    at->rip += length;
}

void caught(int signal, siginfo_t *info, struct ucontext *context)
{
    struct sigcontext *at = &context->uc_mcontext;
    struct capture *c = &captures[capture_count];
    struct interrupt_frame frame = {at->rip, at->cs, at->eflags, at->rsp, at->ss};

    (void)info;
    if (signal == SIGSYS)
        unsupported("system_call");
    if (at->trapno == VEC_PF && is_in_tables(at->cr2))
        unsupported("table_of_the_processor");
    if (acting)
        unsupported("privileged_instruction");
    if (!program_armed) {
        in_harness(at);
        return;
    }
    __asm__ volatile("fxrstor %0" : : "m"(*(const struct state_image *)(const void *)at->fpstate)); /* Linux has reset it */
    keep(c, at);
    if (!is_gate_as_here(c->vector))
        unsupported("gate_dpl");
    capture_count++;
    if (capture_count == MAX_FRAMES || !actions[c->vector])
        end_run();
    acting = true;
    actions[c->vector](&frame, c);
    acting = false;
    if ((frame.rflags ^ at->eflags) & RFLAGS_IOPL(3))
        unsupported("iopl");
    at->rip = frame.rip, at->eflags = frame.rflags, at->rsp = frame.rsp;
    at->cs = (uint16_t)frame.cs, at->ss = (uint16_t)frame.ss;
    context->uc_flags |= STRICT;
}

void signals_init(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
    stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof(signal_stack)};
    struct sigaction handle = {
        .sa_handler = signal_entry,
        .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTORER,
        .sa_restorer = restorer,
    };

    SYSTEM(sigaltstack, &stack, 0, 0);
    for (unsigned i = 0; i < sizeof(signals) / sizeof(*signals); i++)
        system_call(__NR_rt_sigaction, (uint64_t)signals[i], (uint64_t)&handle, 0, sizeof(sigset_t), 0, 0);
}
