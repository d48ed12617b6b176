/*
 * The stack's address size is B of SS, whatever the address size of the instruction is: a 67 prefix changes nothing in PUSH, CALL, ENTER, INT n, IRET
 * and the others, neither with B=1 nor with B=0. A stack of 4 GiB or of 64 KiB wraps between two words.
 */
#include <case32.h>

#define SPEC "SDM 1 \"Address-Size Attributes for Stack Accesses\""

/* The program is at CPL 0, INT3 ends it. ECX and EDX are what was popped, if anything was. */
#define A "\n.byte 0x67\n"

#define FORM(name, text)                                       \
    static void name(void)                                     \
    {                                                          \
        start.eflags |= EFLAGS_DF;                             \
        PROGRAM(text "\n" MARK(reached) "int3\n" MARK(after)); \
    }
FORM(push_pop, A "push esi" A "pop ecx" A "push edi\nmov edx, [esp]")
FORM(pushf_popf, A "pushfd\nmov ecx, [esp]" A "popfd" A ".byte 0x66, 0x9c\nmovzx edx, word ptr [esp]" A ".byte 0x66, 0x9d")
FORM(call_ret, A "call 1f\npush edi\njmp 2f\n1: mov ecx, esp" A "ret\n2: pop edx")
FORM(ret_n, "push esi\n.byte 0x68\n.long 1f" A "ret 4\n1:")
FORM(pusha_popa, A "pushad\nmov ecx, [esp+4]\nmov edx, [esp+24]\nmov [esp+24], edx\nmov [esp+20], edx" A "popad")
FORM(enter_leave, A "enter 8, 0\nmov ecx, [ebp]\npush esi" A "leave\nmov edx, esp")
FORM(enter_level, A "enter 8, 1\nmov ecx, [ebp-4]\nmov edx, esp" A "leave")
FORM(leave16, "lea ebp, [esp-4]\nmov [ebp], esi" A ".byte 0x66\nleave\nmov ecx, ebp\nmov edx, esp")

static void int_n(void)
{
    PROGRAM(MARK(fault) ".byte 0x67, 0xcd, 0x40\n" MARK(after));
}

static void int_n_both(void)
{
    PROGRAM(MARK(fault) ".byte 0x66, 0x67, 0xcd, 0x40\n" MARK(after));
}

static void int3(void)
{
    PROGRAM(MARK(fault) ".byte 0x67, 0xcc\n" MARK(after));
}

static void iretd(void)
{
    struct program p = ASSEMBLE(A "iretd\n" MARK(target) "int3\n" MARK(after));

    push_image((struct interrupt_frame){.eip = label_of(p, "target"), .cs = start.cs, .eflags = start.eflags}, false);
    run_program(p);
}

static void retf(void)
{
    struct program p = ASSEMBLE(A "retf\n" MARK(target) "int3\n" MARK(after));

    start.esp -= 8;
    ((uint32_t *)start.esp)[0] = label_of(p, "target");
    ((uint32_t *)start.esp)[1] = start.cs;
    run_program(p);
}

/* SP in a segment of 64 KiB with B=0, of which the first and the last page are there. */
static void small(uint32_t sp)
{
    uintptr_t bottom = map_page_at("bottom", 0x50000000, PAGE_PRESENT | PAGE_WRITE);

    map_page_at("top", 0x5000f000, PAGE_PRESENT | PAGE_WRITE);
    fill_words((uintptr_t)frame_of(0x50000000), 0xa5a5a5a5, PAGE_SIZE / 4);
    fill_words((uintptr_t)frame_of(0x5000f000), 0xa5a5a5a5, PAGE_SIZE / 4);
    *(uint32_t *)frame_of(0x5000fffc) = 0x11111111;
    *(uint32_t *)frame_of(0x50000000) = 0x22222222;
    record_memory("bottom", frame_of(0x50000000), 16);
    record_memory("top", frame_of(0x5000fff0), 16);
    start.ss = add_descriptor("small", encode_descriptor((struct descriptor){.base = bottom, .limit = 0xffff, .type = DATA_WRITABLE}));
    start.esp = sp;
}

#define SMALL(name, sp, text)                                  \
    static void name(void)                                     \
    {                                                          \
        small(sp);                                             \
        PROGRAM(text "\n" MARK(reached) "int3\n" MARK(after)); \
    }
SMALL(small_push, 0x800, A "push esi" A "pop ecx" A "push di")
SMALL(small_enter, 0x800, "mov ebp, 0x12340ff0" A "enter 8, 0\nmov edx, esp" A "leave")
SMALL(small_call, 0x800, A "call 1f\n" MARK(behind) "1:" A "pop ecx")
SMALL(small_pushf, 0x800, A "pushfd" A "pop ecx")
#define BACK "mov ebp, esp\nmov esp, 0x800\n" /* a frame that wraps can't be read */
SMALL(small_wrap_pusha, 0x10, "pushad" A "popad\n" BACK)
SMALL(small_wrap_pop, 0xfffc, "pop ecx\npop edx\n" BACK)
SMALL(small_wrap_call, 0, "call 1f\n" MARK(behind) "1: pop ecx\n" BACK)

#define ROW(name_, run_, vector_, rip_, about_)                                                                                     \
    {                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = NO_ERROR, .saved_rip = rip_, .run = run_ \
    }
#define BP(name, run, about) ROW(name, run, VEC_BP, AFTER, about)
VARIANTS(BP("push_pop", push_pop, "PUSH and POP with a 67 prefix"), BP("pushf_popf", pushf_popf, "PUSHF and POPF of both sizes with a 67 prefix"),
         BP("call_ret", call_ret, "CALL and RET with a 67 prefix"), BP("ret_n", ret_n, "RET 4 with a 67 prefix"),
         BP("pusha_popa", pusha_popa, "PUSHAD and POPAD with a 67 prefix"), BP("enter_leave", enter_leave, "ENTER 8, 0 and LEAVE with a 67 prefix"),
         BP("enter_level", enter_level, "ENTER 8, 1 and LEAVE with a 67 prefix"),
         BP("leave16", leave16, "LEAVE with 66 and 67 prefixes: ESP is EBP, BP is popped"),
         ROW("int_n", int_n, 0x40, AFTER, "INT 0x40 with a 67 prefix"),
         ROW("int_n_both", int_n_both, 0x40, AFTER, "INT 0x40 with 66 and 67 prefixes: a 32-bit frame"), BP("int3", int3, "INT3 with a 67 prefix"),
         BP("iretd", iretd, "IRETD with a 67 prefix"), BP("retf", retf, "far RET with a 67 prefix"),
         BP("small_push", small_push, "B=0: PUSH and POP with a 67 prefix"),
         BP("small_enter", small_enter, "B=0: ENTER and LEAVE with a 67 prefix, EBP has an upper half"),
         BP("small_call", small_call, "B=0: CALL with a 67 prefix"), BP("small_pushf", small_pushf, "B=0: PUSHFD with a 67 prefix"),
         BP("small_wrap_pusha", small_wrap_pusha, "B=0: PUSHAD and POPAD around offset 0"),
         BP("small_wrap_pop", small_wrap_pop, "B=0: POP around offset 0"), BP("small_wrap_call", small_wrap_call, "B=0: CALL with SP=0"));
