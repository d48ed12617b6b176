/*
 * Compatibility mode checks the stack's limit. Violations are #SS(0), for explicit operands that SS serves and for pushes and pops; RSP and the
 * registers that the instruction would load stay. The stack is a page of its own, with present pages around it.
 */
#include <case.h>

static uintptr_t base;

/* ARG0: ESP. ARG1: 0 expand-up with limit 0xfff; else its type. */
static void stack(void)
{
    struct descriptor d = {.type = ARG1 ? (uint8_t)ARG1 : DATA_WRITABLE, .d = true, .limit = 0xfff, .dpl = 3};

    in_compat_user();
    base = map_pages("stack", 3, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
    d.base = (uint32_t)base;
    start.ss = add_descriptor("limited", encode_descriptor(d)) | 3;
    start.rsp = ARG0;
}

#define RUN(name, ...)     \
    static void name(void) \
    {                      \
        stack();           \
        __VA_ARGS__        \
    }

RUN(read_esp, FAULT32("mov eax, [esp]");)
RUN(read_ebp, start.rbp = 0x1000; FAULT32("mov eax, [ebp]");)
RUN(read_ss, start.rbx = 0x1000; FAULT32("mov eax, ss:[ebx]");)
RUN(straddle, FAULT32("mov eax, [esp]");)
RUN(push, FAULT32("push eax");)
RUN(pop, FAULT32("pop eax");)
RUN(call, FAULT32("call 1f\n1: nop");)
RUN(enter, start.rbp = 0x12345678; FAULT32("enter 0x10, 0");)
RUN(leave, start.rbp = 0x1000; FAULT32("leave");)
RUN(pushad, FAULT32("pushad");)
RUN(popad, FAULT32("popad");)
RUN(pushfd, FAULT32("pushfd");)
RUN(popfd, FAULT32("popfd");)

/* What a processor without the check takes for the return address is one. */
static void ret(void)
{
    struct program program = ASSEMBLE32(MARK(fault) "ret\n" MARK(after));

    stack();
    *(uint32_t *)frame_of(base + start.rsp) = (uint32_t)label_of(program, "after");
    run_program(program);
}

static void stack16(void)
{
    stack();
    gdt[(start.ss & ~7u) / 8] &= ~(1ull << 54);
}

static void push16(void)
{
    stack16();
    FAULT32("push ax");
}

/* SP, not ESP, is the pointer of a stack with B=0: ESP is within the limit of the first and beyond that of the second, SP the other way round. */
static void push16_sp_beyond(void)
{
    stack16();
    PROGRAM32("mov esp, 0x10802\n" MARK(fault) "push ax\n" MARK(after));
}

static void push16_sp_within(void)
{
    stack16();
    record_memory("stack", frame_of(base), 4);
    PROGRAM32("mov esp, 0x10002\n" MARK(fault) "push ax\n" MARK(after));
}

#define SS(name_, run_, esp, type, id_, about_)                                                                                                   \
    {                                                                                                                                             \
        VARIANT, .name = name_, .env = COMPAT32, .about = "compatibility mode at CPL 3: " about_, .spec = "SDM 3A \"Limit Checking\"", .id = id_, \
                 .vector = VEC_SS, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                   \
                     esp,                                                                                                                         \
                     type                                                                                                                         \
                 }                                                                                                                                \
    }

VARIANTS(SS("read_esp", read_esp, 0x1000, 0, "cm-ss-limit-read", "a read at ESP beyond the limit"),
         SS("straddle", straddle, 0xffe, 0, "cm-ss-limit-read", "a read at ESP across the limit"),
         SS("read_ebp", read_ebp, 0x800, 0, "cm-ss-limit-ebp", "a read at EBP beyond the limit"),
         SS("read_ss", read_ss, 0x800, 0, "cm-ss-override-eax", "a read at EBX with an SS override, beyond the limit"),
         SS("push", push, 2, 0, "cm-ss-push", "PUSH with ESP=2: it would wrap"), SS("pop", pop, 0x1000, 0, "cm-ss-pop", "POP beyond the limit"),
         SS("pop_straddle", pop, 0xffe, 0, "cm-ss-pop", "POP across the limit"), SS("call", call, 2, 0, "cm-ss-call", "CALL with ESP=2"),
         SS("ret", ret, 0x1000, 0, "cm-ss-ret", "RET beyond the limit"), SS("enter", enter, 2, 0, "cm-ss-enter", "ENTER with ESP=2"),
         SS("leave", leave, 0x800, 0, "cm-ss-leave", "LEAVE with EBP beyond the limit"),
         SS("pushad", pushad, 16, 0, "cm-ss-pusha", "PUSHAD with ESP=16"), SS("popad", popad, 0xff0, 0, "", "POPAD across the limit"),
         SS("pushfd", pushfd, 0x1002, 0, "", "PUSHFD beyond the limit"), SS("popfd", popfd, 0x1000, 0, "", "POPFD beyond the limit"),
         SS("down", push, 0x1000, DATA_EXPAND_DOWN, "cm-ss-expdown", "PUSH below the limit of an expand-down stack"),
         SS("push16", push16, 1, 0, "cm-ss-16bit-sp-wrap", "PUSH AX with SP=1 and B=0"),
         SS("push16_sp_beyond", push16_sp_beyond, 0, DATA_EXPAND_DOWN, "",
            "PUSH AX with ESP=0x10802 and B=0 below the limit of an expand-down stack"),
         {VARIANT, .name = "push16_sp_within", .env = COMPAT32,
          .about = "compatibility mode at CPL 3: PUSH AX with ESP=0x10002 and B=0, SP within the limit",
          .spec = "SDM 2B \"PUSH-Push Word, Doubleword or Quadword Onto the Stack\"", .vector = NO_EXCEPTION, .run = push16_sp_within});
