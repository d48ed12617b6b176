/*
 * Implicit stack accesses fault like others: the instruction isn't executed, RSP (and RBP, RIP) stay what they were. Where
 * CPL is 0 the handler needs a stack of its own, so #PF has IST 1.
 */
#include <case.h>

#define SDM(volume, page) "SDM 2" #volume " \"" page "\""

#define OFFSET 0x800u

/* arg: CPL; where RSP points to: OFFSET into a page without PAGE_PRESENT, or that far below the end of a present one. */
static void prepare(void)
{
    uintptr_t pages = map_pages("stack", 2, PAGE_WRITE | PAGE_USER);

    set_gate(VEC_PF, .ist = 1);
    if (ARG0)
        in_user_mode();
    start.rsp = pages + OFFSET;
    if (ARG1) {
        change_page(pages, 0, PAGE_PRESENT);
        start.rsp = pages + PAGE_SIZE - ARG1;
    }
}

#define INSTRUCTIONS(X)                                                                             \
    X(push, "push rax")                                                                             \
    X(push_word, "push ax")                                                                         \
    X(pushf, "pushfq")                                                                              \
    X(call, "call 1f\n1:")                                                                          \
    X(ret, "ret")                                                                                   \
    X(retf, ".byte 0x48, 0xcb") /* RETF with 8-byte words */                                        \
    X(pop, "pop rax")                                                                               \
    X(popf, "popfq")                                                                                \
    X(pop_fs, "pop fs")                                                                             \
    X(enter, "enter 16, 0")                                                                         \
    X(iretq, "iretq")                                                                               \
    X(pop_memory, "pop qword ptr [rsp + 0x100]") /* the address is that of the RSP after the pop */ \
    X(push_memory, "push qword ptr [rsp + 0x100]")
#define RUN(name, instruction)   \
    static void run_##name(void) \
    {                            \
        prepare();               \
        FAULT(instruction);      \
    }
INSTRUCTIONS(RUN)

/* The frame's first two words are there, and right. */
static void iretq_cross(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after));
    uint64_t *words;

    prepare();
    words = frame_of(start.rsp);
    words[0] = label_of(p, "after");
    words[1] = SEL_KERNEL_CODE64;
    run_program(p);
}

static void leave(void)
{
    in_user_mode();
    start.rbp = map_page("stack", PAGE_WRITE | PAGE_USER) + OFFSET;
    FAULT("leave");
}

static void call_memory(void)
{
    start.rbx = map_page("victim", PAGE_WRITE) + OFFSET;
    FAULT("call qword ptr [rbx]");
}

/* The push of the return address fails, the operand was read. */
static void call_memory_push(void)
{
    prepare();
    start.rbx = map_page("pointer", PAGE_PRESENT);
    *(uint64_t *)frame_of(start.rbx) = (uintptr_t)start.rbx;
    FAULT("call qword ptr [rbx]");
}

/* CPL 3 on a supervisor page: implicit as these reads are, they are those of CPL 3. */
static void prepare_supervisor(void)
{
    in_user_mode();
    start.rsp = map_page("stack", PAGE_PRESENT | PAGE_WRITE) + OFFSET;
}

static void retf_supervisor(void)
{
    prepare_supervisor();
    FAULT(".byte 0x48, 0xcb"); /* RETF with 8-byte words */
}

static void iretq_supervisor(void)
{
    prepare_supervisor();
    FAULT("iretq");
}

static void far_pointer(void)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after));
    uint32_t *pointer;

    prepare();
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.rbx);
    pointer[0] = (uint32_t)label_of(p, "after");
    pointer[1] = SEL_USER_CODE64;
    run_program(p);
}

#define ROW(name_, cpl_, about_, page_, id_, run_, before_, error_)                                                                                  \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = "CPL-" #cpl_ " " about_, .spec = page_ "; SDM 3A \"Program or Task Restart\"", .id = id_, .vector = VEC_PF, \
                 .error = (error_) | (cpl_ ? PF_U : 0), .saved_rip = AT_FAULT, .run = run_, .arg = {                                                 \
                     cpl_,                                                                                                                           \
                     before_                                                                                                                         \
                 }                                                                                                                                   \
    }

VARIANTS(ROW("push", 0, "PUSH to a not-present page", SDM(B, "PUSH"), "pf-push-np", run_push, 0, PF_W),
         ROW("push_user", 3, "PUSH to a not-present page", SDM(B, "PUSH"), "pf-push-user-np", run_push, 0, PF_W),
         ROW("push_word", 3, "2-byte PUSH to a not-present page", SDM(B, "PUSH"), NULL, run_push_word, 0, PF_W),
         ROW("pushf", 3, "PUSHFQ to a not-present page", SDM(B, "PUSHF/PUSHFD/PUSHFQ"), NULL, run_pushf, 0, PF_W),
         ROW("call", 0, "CALL with the return address on a not-present page", SDM(A, "CALL"), "pf-call-np", run_call, 0, PF_W),
         ROW("call_user", 3, "CALL with the return address on a not-present page", SDM(A, "CALL"), NULL, run_call, 0, PF_W),
         ROW("call_memory", 0, "CALL with its pointer on a not-present page", SDM(A, "CALL"), "pf-call-mem-np", call_memory, 0, 0),
         ROW("call_memory_push", 0, "CALL through memory with the return address on a not-present page", SDM(A, "CALL"), NULL, call_memory_push, 0,
             PF_W),
         ROW("ret", 0, "RET from a not-present page", SDM(B, "RET"), "pf-ret-np", run_ret, 0, 0),
         ROW("retf", 3, "far RET from a not-present page", SDM(B, "RET"), NULL, run_retf, 0, 0),
         ROW("pop", 0, "POP from a not-present page", SDM(B, "POP"), "pf-pop-np", run_pop, 0, 0),
         ROW("popf", 3, "POPFQ from a not-present page", SDM(B, "POPF/POPFD/POPFQ"), NULL, run_popf, 0, 0),
         ROW("pop_fs", 0, "POP FS from a not-present page", SDM(B, "POP"), NULL, run_pop_fs, 0, 0),
         ROW("pop_memory", 3, "POP to [RSP+0x100], on a not-present page only with the RSP after the pop", SDM(B, "POP"), "pf-pop-rsp-based-dest",
             run_pop_memory, 0x108, PF_W),
         ROW("push_memory", 3, "PUSH from [RSP+0x100], on a not-present page with the RSP before the push", SDM(B, "PUSH"), NULL, run_push_memory,
             0x100, 0),
         ROW("leave", 3, "LEAVE with RBP on a not-present page", SDM(A, "LEAVE"), "pf-leave-np", leave, 0, 0),
         ROW("enter", 3, "ENTER 16,0 with its frame on a not-present page", SDM(A, "ENTER"), "pf-enter-np", run_enter, 0, PF_W),
         ROW("iretq", 0, "IRETQ with its frame on a not-present page", SDM(A, "IRET/IRETD/IRETQ"), "pf-iretq-frame-np", run_iretq, 0, 0),
         ROW("iretq_cross", 0, "IRETQ with RFLAGS, RSP and SS on a not-present page", SDM(A, "IRET/IRETD/IRETQ"), "pf-iretq-frame-cross-np",
             iretq_cross, 16, 0),
         ROW("iretq_user", 3, "IRETQ with its frame on a not-present page", SDM(A, "IRET/IRETD/IRETQ"), NULL, run_iretq, 0, 0),
         ROW("iretq_supervisor", 3, "IRETQ with its frame on a supervisor page", SDM(A, "IRET/IRETD/IRETQ"), NULL, iretq_supervisor, 0, PF_P),
         ROW("retf_supervisor", 3, "far RET from a supervisor page", SDM(B, "RET"), NULL, retf_supervisor, 0, PF_P),
         ROW("call_far", 3, "far CALL with the return address on a not-present page", SDM(A, "CALL"), NULL, far_pointer, 0, PF_W));
