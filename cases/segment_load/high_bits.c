/*
 * A selector has 16 bits, wherever it comes from: what else a register or a stack slot holds is ignored, for NULL, in the error code, and by the
 * instructions that load LDTR and TR or only look at descriptors. What stores a selector says how much it writes.
 */
#include <case.h>

#define GARBAGE 0xa5a5a5a5a5a50000ull

/* arg: the selector. */
#define RUN(name, text)             \
    static void name(void)          \
    {                               \
        start.rcx = GARBAGE | ARG0; \
        FAULT(text);                \
    }
RUN(ds64, ".byte 0x48, 0x8e, 0xd9")
RUN(es64, ".byte 0x48, 0x8e, 0xc1")
RUN(ss64, ".byte 0x48, 0x8e, 0xd1")
RUN(fs64, ".byte 0x48, 0x8e, 0xe1")
RUN(gs64, ".byte 0x48, 0x8e, 0xe9")
RUN(ds32, ".byte 0x8e, 0xd9")
RUN(es32, ".byte 0x8e, 0xc1")
RUN(ss32, ".byte 0x8e, 0xd1")
RUN(fs32, ".byte 0x8e, 0xe1")
RUN(gs32, ".byte 0x8e, 0xe9")
RUN(ds16, ".byte 0x66, 0x8e, 0xd9")
RUN(es16, ".byte 0x66, 0x8e, 0xc1")
RUN(ss16, ".byte 0x66, 0x8e, 0xd1")
RUN(fs16, ".byte 0x66, 0x8e, 0xe1")
RUN(gs16, ".byte 0x66, 0x8e, 0xe9")
RUN(lldt32, ".byte 0x0f, 0x00, 0xd1")
RUN(lldt64, ".byte 0x48, 0x0f, 0x00, 0xd1")
RUN(ltr32, ".byte 0x0f, 0x00, 0xd9")
RUN(ltr64, ".byte 0x48, 0x0f, 0x00, 0xd9")
RUN(verr32, ".byte 0x0f, 0x00, 0xe1")
RUN(verr64, ".byte 0x48, 0x0f, 0x00, 0xe1")
RUN(verw32, ".byte 0x0f, 0x00, 0xe9")
RUN(verw64, ".byte 0x48, 0x0f, 0x00, 0xe9")
RUN(lar32, ".byte 0x0f, 0x02, 0xc1")
RUN(lar64, ".byte 0x48, 0x0f, 0x02, 0xc1")
RUN(lar16, ".byte 0x66, 0x0f, 0x02, 0xc1")
RUN(lsl32, ".byte 0x0f, 0x03, 0xc1")
RUN(lsl64, ".byte 0x48, 0x0f, 0x03, 0xc1")
RUN(lsl16, ".byte 0x66, 0x0f, 0x03, 0xc1")

static void ss64_user(void)
{
    in_user_mode();
    ss64();
}

static void pop_fs64(void)
{
    start.rsp -= 8;
    *(uint64_t *)start.rsp = GARBAGE | ARG0;
    FAULT("pop fs");
}

static void pop_gs64(void)
{
    start.rsp -= 8;
    *(uint64_t *)start.rsp = GARBAGE | ARG0;
    FAULT("pop gs");
}

/* Two bytes: the others of the slot aren't popped. */
static void pop_fs16(void)
{
    start.rsp -= 8;
    *(uint64_t *)start.rsp = GARBAGE | ARG0;
    FAULT(".byte 0x66, 0x0f, 0xa1");
}

/* arg: CS and SS. */
static void iretq(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after));
    uint64_t rsp = start.rsp;
    uint64_t *words = (uint64_t *)(start.rsp -= 40);

    user_may_run_program();
    words[0] = label_of(p, "after");
    words[1] = GARBAGE | ARG0;
    words[2] = start.rflags;
    words[3] = ARG0 & 3 ? stack_top(STACK_USER) : rsp;
    words[4] = GARBAGE | ARG1;
    run_program(p);
}

static void iretd(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretd\n" MARK(after));
    uint64_t rsp = start.rsp;
    uint32_t *words = (uint32_t *)(start.rsp -= 20);

    user_may_run_program();
    words[0] = (uint32_t)label_of(p, "after");
    words[1] = (uint32_t)(GARBAGE | ARG0);
    words[2] = (uint32_t)start.rflags;
    words[3] = (uint32_t)(ARG0 & 3 ? stack_top(STACK_USER) : rsp);
    words[4] = (uint32_t)(GARBAGE | ARG1);
    run_program(p);
}

static void retfq(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after));
    uint64_t *words = (uint64_t *)(start.rsp -= 32);

    user_may_run_program();
    words[0] = label_of(p, "after");
    words[1] = GARBAGE | ARG0;
    words[2] = stack_top(STACK_USER);
    words[3] = GARBAGE | ARG1;
    run_program(p);
}

static void retfd(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0xcb\n" MARK(after));
    uint32_t *words = (uint32_t *)(start.rsp -= 16);

    user_may_run_program();
    words[0] = (uint32_t)label_of(p, "after");
    words[1] = (uint32_t)(GARBAGE | ARG0);
    words[2] = (uint32_t)stack_top(STACK_USER);
    words[3] = (uint32_t)(GARBAGE | ARG1);
    run_program(p);
}

/* What stores DS; RCX holds garbage, and so does the memory at RBX. */
static uint64_t *victim(void)
{
    uint64_t *memory = frame_of(start.rbx = map_page("victim", PAGE_PRESENT | PAGE_WRITE));

    *memory = GARBAGE | 0x5a5a;
    start.rcx = GARBAGE | 0x5a5a;
    record_memory("victim", memory, 8);
    return memory;
}

#define STORE(name, text)  \
    static void name(void) \
    {                      \
        victim();          \
        FAULT(text);       \
    }
STORE(from_ds64, ".byte 0x48, 0x8c, 0xd9")
STORE(from_ds32, ".byte 0x8c, 0xd9")
STORE(from_ds16, ".byte 0x66, 0x8c, 0xd9")
STORE(from_ds_memory, ".byte 0x8c, 0x1b")
STORE(from_ds_memory64, ".byte 0x48, 0x8c, 0x1b")
STORE(from_ds_memory16, ".byte 0x66, 0x8c, 0x1b")
STORE(push_fs, "push fs\npop rcx")
STORE(push_fs16, "push rcx\n.byte 0x66, 0x0f, 0xa0\npop cx\npop rcx")

#define MOV "SDM 2B \"MOV-Move\""
#define POP "SDM 2B \"POP-Pop a Value from the Stack\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define RET "SDM 2B \"RET-Return From Procedure\""
#define LLDT "SDM 2A \"LLDT-Load Local Descriptor Table Register\""
#define LTR "SDM 2A \"LTR-Load Task Register\""
#define VERR "SDM 2B \"VERR/VERW-Verify a Segment for Reading or Writing\""
#define LAR "SDM 2A \"LAR-Load Access Rights Byte\""
#define LSL "SDM 2A \"LSL-Load Segment Limit\""
#define PUSH "SDM 2B \"PUSH-Push Word, Doubleword, or Quadword Onto the Stack\""
#define OK(name_, run_, arg0, arg1, spec_, about_)                                                                         \
    {                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = NO_EXCEPTION, .run = run_, .arg = { arg0, arg1 } \
    }
#define GP(name_, run_, arg0, arg1, error_, spec_, about_)                                                                                      \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_GP, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            arg0,                                                                                                                               \
            arg1                                                                                                                                \
        }                                                                                                                                       \
    }
#define LOADS(run_, selector, register_)                                                  \
    OK(#run_, run_, selector, 0, MOV, "a selector into " register_ ", garbage above it"), \
        OK(#run_ "_null", run_, 0, 0, MOV, "NULL into " register_ ", garbage above it"),  \
        GP(#run_ "_beyond", run_, GDT_LIMIT + 1, 0, GDT_LIMIT + 1, MOV, "a selector beyond the GDT's limit into " register_ ", garbage above it")
#define REGISTERS(run_, selector, register_)                                                            \
    LOADS(run_##64, selector, register_ " from RCX"), LOADS(run_##32, selector, register_ " from ECX"), \
        LOADS(run_##16, selector, register_ " from CX")
#define LOOKS(run_, spec)                                                           \
    OK(#run_, run_, SEL_USER_DATA, 0, spec, "of a selector with garbage above it"), \
        OK(#run_ "_null", run_, 0, 0, spec, "of NULL with garbage above it"),       \
        OK(#run_ "_beyond", run_, GDT_LIMIT + 1, 0, spec, "of a selector beyond the GDT's limit with garbage above it")

VARIANTS(REGISTERS(ds, SEL_DATA_ES, "DS"), REGISTERS(es, SEL_DATA_DS, "ES"), REGISTERS(fs, SEL_DATA_DS, "FS"), REGISTERS(gs, SEL_DATA_DS, "GS"),
         REGISTERS(ss, SEL_KERNEL_DATA, "SS"), GP("ss64_user_null", ss64_user, 0, 0, 0, MOV, "NULL into SS at CPL 3, garbage above it"),
         OK("pop_fs64", pop_fs64, SEL_DATA_DS, 0, POP, "POP FS, garbage above the selector"),
         OK("pop_fs64_null", pop_fs64, 0, 0, POP, "POP FS of NULL, garbage above it"),
         OK("pop_gs64", pop_gs64, SEL_DATA_DS, 0, POP, "POP GS, garbage above the selector"),
         OK("pop_fs16", pop_fs16, SEL_DATA_DS, 0, POP, "POP FS of 16 bits"),
         GP("pop_fs16_beyond", pop_fs16, GDT_LIMIT + 1, 0, GDT_LIMIT + 1, POP, "POP FS of 16 bits, beyond the GDT's limit"),
         OK("iretq", iretq, SEL_KERNEL_CODE64, SEL_KERNEL_DATA, IRET, "IRETQ, garbage above CS and SS"),
         OK("iretq_outer", iretq, SEL_USER_CODE64, SEL_USER_DATA, IRET, "IRETQ to CPL 3, garbage above CS and SS"),
         OK("iretq_null_ss", iretq, SEL_KERNEL_CODE64, 0, IRET, "IRETQ, SS NULL, garbage above it"),
         GP("iretq_null", iretq, 0, SEL_KERNEL_DATA, 0, IRET, "IRETQ, CS NULL, garbage above it"),
         GP("iretq_beyond", iretq, GDT_LIMIT + 1, SEL_KERNEL_DATA, GDT_LIMIT + 1, IRET, "IRETQ, CS beyond the GDT's limit, garbage above it"),
         GP("iretq_ss_beyond", iretq, SEL_USER_CODE64, GDT_LIMIT + 4, GDT_LIMIT + 1, IRET,
            "IRETQ to CPL 3, SS beyond the GDT's limit, garbage above it"),
         OK("iretd", iretd, SEL_KERNEL_CODE64, SEL_KERNEL_DATA, IRET, "IRETD, garbage above CS and SS"),
         OK("iretd_outer", iretd, SEL_USER_CODE64, SEL_USER_DATA, IRET, "IRETD to CPL 3, garbage above CS and SS"),
         GP("iretd_null", iretd, 0, SEL_KERNEL_DATA, 0, IRET, "IRETD, CS NULL, garbage above it"),
         OK("retfq", retfq, SEL_KERNEL_CODE64, 0, RET, "RETFQ, garbage above CS"),
         OK("retfq_outer", retfq, SEL_USER_CODE64, SEL_USER_DATA, RET, "RETFQ to CPL 3, garbage above CS and SS"),
         GP("retfq_null", retfq, 0, 0, 0, RET, "RETFQ, CS NULL, garbage above it"),
         GP("retfq_beyond", retfq, GDT_LIMIT + 1, 0, GDT_LIMIT + 1, RET, "RETFQ, CS beyond the GDT's limit, garbage above it"),
         OK("retfd", retfd, SEL_KERNEL_CODE64, 0, RET, "RETF of 32 bits, garbage above CS"),
         OK("retfd_outer", retfd, SEL_USER_CODE64, SEL_USER_DATA, RET, "RETF of 32 bits to CPL 3, garbage above CS and SS"),
         GP("retfd_null", retfd, 0, 0, 0, RET, "RETF of 32 bits, CS NULL, garbage above it"),
         OK("lldt32_null", lldt32, 0, 0, LLDT, "LLDT of NULL, garbage above it"),
         OK("lldt64_null", lldt64, 0, 0, LLDT, "LLDT with REX.W of NULL, garbage above it"),
         GP("lldt32_tss", lldt32, SEL_TSS, 0, SEL_TSS, LLDT, "LLDT of the TSS, garbage above the selector"),
         GP("lldt64_tss", lldt64, SEL_TSS, 0, SEL_TSS, LLDT, "LLDT with REX.W of the TSS, garbage above the selector"),
         GP("ltr32_null", ltr32, 0, 0, 0, LTR, "LTR of NULL, garbage above it"),
         GP("ltr64_null", ltr64, 0, 0, 0, LTR, "LTR with REX.W of NULL, garbage above it"),
         GP("ltr32_busy", ltr32, SEL_TSS, 0, SEL_TSS, LTR, "LTR of the busy TSS, garbage above the selector"),
         GP("ltr64_busy", ltr64, SEL_TSS, 0, SEL_TSS, LTR, "LTR with REX.W of the busy TSS, garbage above the selector"), LOOKS(verr32, VERR),
         LOOKS(verr64, VERR), LOOKS(verw32, VERR), LOOKS(verw64, VERR), LOOKS(lar16, LAR), LOOKS(lar32, LAR), LOOKS(lar64, LAR), LOOKS(lsl16, LSL),
         LOOKS(lsl32, LSL), LOOKS(lsl64, LSL), OK("from_ds64", from_ds64, 0, 0, MOV, "MOV RCX, DS: zeros above"),
         OK("from_ds32", from_ds32, 0, 0, MOV, "MOV ECX, DS: zeros above"), OK("from_ds16", from_ds16, 0, 0, MOV, "MOV CX, DS: what is above stays"),
         OK("from_ds_memory", from_ds_memory, 0, 0, MOV, "MOV of DS to memory: two bytes"),
         OK("from_ds_memory64", from_ds_memory64, 0, 0, MOV, "MOV of DS to memory with REX.W: two bytes"),
         OK("from_ds_memory16", from_ds_memory16, 0, 0, MOV, "MOV of DS to memory with 66: two bytes"),
         OK("push_fs", push_fs, 0, 0, PUSH, "PUSH FS: eight bytes, zeros above"),
         OK("push_fs16", push_fs16, 0, 0, PUSH, "PUSH FS of 16 bits: two bytes"));
