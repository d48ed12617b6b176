/*
 * Instructions that push and pop work within the limit of SS; else #SS(0), with ESP as it was. At CPL 3, so that the frame lies on another stack. The
 * segment is the page `data`, or 64 KiB of which it is the first, all zeros; the pages around it are there too, so that only the limit can stop an
 * instruction.
 */
#include <case32.h>

static void on(struct descriptor d)
{
    uintptr_t pages = map_pages("pages", 19, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);

    in_user_mode();
    d.base = pages + PAGE_SIZE;
    name_place("data", d.base, PAGE_SIZE);
    d.type = d.type ? d.type : DATA_WRITABLE;
    d.dpl = 3;
    start.ss = add_descriptor("stack", encode_descriptor(d)) | 3;
    start.esp = ARG0;
    start.ebx = start.ebp = 0xffc;
    start.ecx = 0;
}

#define ON(name, instruction, ...)            \
    static void name(void)                    \
    {                                         \
        on((struct descriptor){__VA_ARGS__}); \
        FAULT(instruction);                   \
    }
#define FORM(name, instruction) ON(name, instruction, .limit = 0xfff, .d = true)
FORM(push, "push eax")
FORM(push16, "push ax")
FORM(push_byte, "push 1")
FORM(push_segment, "push fs")
FORM(push_memory, "push dword ptr ss:[ebx]")
FORM(pusha, "pushad")
FORM(pusha16, "pushaw")
FORM(pushf, "pushfd")
FORM(pop, "pop eax")
FORM(pop16, "pop ax")
FORM(pop_segment, "pop fs")
FORM(pop_memory, "pop dword ptr ss:[ebx]")
FORM(popa, "popad")
FORM(popf, "popfd")
FORM(call, "call 1f\n1:")
FORM(call_indirect, "call ecx")
FORM(ret, "ret")
FORM(ret_n, "ret 8")
FORM(enter, "enter 0, 0")
FORM(enter_level, "enter 0, 1")
FORM(enter_frame, "enter 8, 0")
ON(down_push, "push eax", .limit = 0x7ff, .d = true, .type = DATA_EXPAND_DOWN)
ON(down_pop, "pop eax", .limit = 0x7ff, .d = true, .type = DATA_EXPAND_DOWN)

/* Where B is 0 the program itself sets ESP, the upper half of which IRET needn't load for it; EDI is what it becomes. */
#define ON_SMALL(name, instruction, ...)                                                                    \
    static void name(void)                                                                                  \
    {                                                                                                       \
        on((struct descriptor){__VA_ARGS__});                                                               \
        start.edx = ARG0;                                                                                   \
        start.esp = 0;                                                                                      \
        PROGRAM("mov esp, edx\n" MARK(fault) instruction "\n" MARK(after) "mov edi, esp\nmovzx esp, sp\n"); \
    }
ON_SMALL(small_push, "push eax", .limit = 0xfff)
ON_SMALL(small_pop, "pop eax", .limit = 0xfff)
ON_SMALL(small_whole_push, "push eax", .limit = 0xffff)
ON_SMALL(small_whole_push16, "push ax", .limit = 0xffff)
ON_SMALL(small_whole_pop, "pop eax", .limit = 0xffff)
ON_SMALL(small_whole_pop16, "pop ax", .limit = 0xffff)
ON_SMALL(small_whole_pusha, "pushad", .limit = 0xffff)
ON_SMALL(down_small_push, "push eax", .limit = 0x7ff, .type = DATA_EXPAND_DOWN)
ON_SMALL(down_small_pop, "pop eax", .limit = 0x7ff, .type = DATA_EXPAND_DOWN)

/* LEAVE takes ESP from EBP first. */
static void leave(void)
{
    on((struct descriptor){.limit = 0xfff, .d = true});
    start.ebp = ARG0;
    start.esp = 0x800;
    FAULT("leave");
}

#define SPEC .spec = "SDM 3A \"Limit Checking\", \"Interrupt 12-Stack Fault Exception (#SS)\""
#define SS(name_, run_, esp_, about_)                                                                                                    \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = { esp_ } \
    }
#define OK(name_, run_, esp_, about_)                                                                       \
    {                                                                                                       \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { esp_ } \
    }
VARIANTS(SS("push_zero", push, 0, "PUSH with ESP 0"), SS("push_two", push, 2, "PUSH of a doubleword with ESP 2"),
         OK("push_room", push, 4, "PUSH with ESP 4"), OK("push_top", push, 0x1000, "PUSH with ESP one above the limit"),
         SS("push_over", push, 0x1001, "PUSH of a doubleword with one byte beyond the limit"),
         SS("push_beyond", push, 0x1004, "PUSH of a doubleword beyond the limit"), SS("push16_zero", push16, 0, "PUSH of a word with ESP 0"),
         OK("push16_room", push16, 2, "PUSH of a word with ESP 2"), SS("push_byte", push_byte, 0, "PUSH of an immediate byte with ESP 0"),
         SS("push_segment", push_segment, 0, "PUSH FS with ESP 0"), SS("push_memory", push_memory, 0, "PUSH of memory with ESP 0"),
         SS("pusha", pusha, 0x1c, "PUSHAD with room for seven of eight"), OK("pusha_room", pusha, 0x20, "PUSHAD with room for eight"),
         SS("pusha_over", pusha, 0x1001, "PUSHAD whose first doubleword has one byte beyond the limit"),
         SS("pusha16", pusha16, 0xe, "PUSHA with room for seven of eight words"),
         OK("pusha16_room", pusha16, 0x10, "PUSHA with room for eight words"), SS("pushf", pushf, 0, "PUSHFD with ESP 0"),
         OK("pop_last", pop, 0xffc, "POP of the last doubleword"), SS("pop_over", pop, 0xffd, "POP of a doubleword with one byte beyond the limit"),
         SS("pop_beyond", pop, 0x1000, "POP beyond the limit"), OK("pop16_last", pop16, 0xffe, "POP of the last word"),
         SS("pop16_over", pop16, 0xfff, "POP of a word with one byte beyond the limit"),
         SS("pop_segment", pop_segment, 0x1000, "POP FS beyond the limit: FS is kept"),
         SS("pop_memory", pop_memory, 0xffd, "POP to memory of a doubleword with one byte beyond the limit"),
         SS("popa", popa, 0xfe4, "POPAD, the last of eight doublewords beyond the limit: no register has changed"),
         OK("popa_last", popa, 0xfe0, "POPAD of the last eight doublewords"), SS("popf", popf, 0xffd, "POPFD with one byte beyond the limit"),
         SS("call", call, 0, "near CALL with ESP 0"), SS("call_indirect", call_indirect, 2, "near CALL by a register with ESP 2"),
         SS("ret", ret, 0xffd, "near RET with one byte beyond the limit"), SS("ret_n", ret_n, 0xffe, "near RET n with two bytes beyond the limit"),
         SS("enter", enter, 0, "ENTER 0, 0 with ESP 0"),
         SS("enter_level", enter_level, 4, "ENTER 0, 1 with room for one of two doublewords: EBP is kept"),
         SS("enter_frame", enter_frame, 8, "ENTER 8, 0: the new ESP is outside"),
         OK("enter_frame_room", enter_frame, 0xc, "ENTER 8, 0: the new ESP is 0"),
         SS("leave", leave, 0xffd, "LEAVE with EBP at a doubleword with one byte beyond the limit: ESP and EBP are kept"),
         OK("leave_last", leave, 0xffc, "LEAVE with EBP at the last doubleword"),
         SS("small_push_zero", small_push, 0xabcd0000, "B=0, limit 0xfff: PUSH with SP 0"),
         SS("small_push_beyond", small_push, 0xabcd1004, "B=0, limit 0xfff: PUSH of a doubleword beyond the limit"),
         OK("small_push_room", small_push, 0xabcd0004, "B=0, limit 0xfff: PUSH with SP 4: the upper half of ESP is kept"),
         SS("small_pop_over", small_pop, 0xabcd0ffd, "B=0, limit 0xfff: POP of a doubleword with one byte beyond the limit"),
         OK("small_pop_last", small_pop, 0xabcd0ffc, "B=0, limit 0xfff: POP of the last doubleword"),
         OK("small_push_wraps", small_whole_push, 0xabcd0000, "B=0, limit 0xffff: PUSH with SP 0 wraps to 0xfffc"),
         SS("small_push_two", small_whole_push, 0xabcd0002, "B=0, limit 0xffff: PUSH of a doubleword with SP 2"),
         OK("small_push16_wraps", small_whole_push16, 0xabcd0000, "B=0, limit 0xffff: PUSH of a word with SP 0 wraps to 0xfffe"),
         SS("small_pop_two", small_whole_pop, 0xabcdfffe, "B=0, limit 0xffff: POP of a doubleword with SP 0xfffe"),
         OK("small_pop_wraps", small_whole_pop, 0xabcdfffc, "B=0, limit 0xffff: POP with SP 0xfffc wraps to 0"),
         OK("small_pop16_wraps", small_whole_pop16, 0xabcdfffe, "B=0, limit 0xffff: POP of a word with SP 0xfffe wraps to 0"),
         OK("small_pusha_wraps", small_whole_pusha, 0xabcd0008, "B=0, limit 0xffff: PUSHAD with SP 8 wraps"),
         SS("small_pusha_two", small_whole_pusha, 0xabcd000a, "B=0, limit 0xffff: PUSHAD with SP 10, its third doubleword across the limit"),
         SS("down_push", down_push, 0x803, "a segment that expands down: PUSH, one byte at the limit"),
         OK("down_push_room", down_push, 0x804, "a segment that expands down: PUSH of the first doubleword"),
         SS("down_pop", down_pop, 0x7ff, "a segment that expands down: POP at the limit"),
         SS("down_small_pop", down_small_pop, 0xabcdfffd, "a segment that expands down, B=0: POP, one byte above 0xffff"),
         OK("down_small_push_wraps", down_small_push, 0xabcd0000, "a segment that expands down, B=0: PUSH with SP 0 wraps to 0xfffc"));
