/*
 * The ends of canonical addresses, on the stack: each byte of a word that is pushed or popped has to be canonical, the first and the last. A stack
 * pointer that isn't, below which all is, does no harm.
 */
#include <case.h>

#define LAST_PAGE 0x7ffffffff000u /* of the lower half */
#define FIRST_HIGH 0xffff800000000000u

/* ARG0: RSP. */
static void set_up(void)
{
    map_page_at("last", LAST_PAGE, PAGE_PRESENT | PAGE_WRITE);
    map_page_at("first", FIRST_HIGH, PAGE_PRESENT | PAGE_WRITE);
    name_place("end", LAST_PAGE + PAGE_SIZE, 2 * PAGE_SIZE);
    name_place("below", FIRST_HIGH - PAGE_SIZE, PAGE_SIZE);
    set_gate(VEC_SS, .ist = 1);
    set_gate(VEC_GP, .ist = 1); /* so that one in its place is seen as such */
    start.rsp = ARG0;
}

static void popfq(void)
{
    set_up();
    *(uint64_t *)(LAST_PAGE + PAGE_SIZE - 8) = 0x2;
    FAULT("popfq");
}

static void ret(void)
{
    struct program program = ASSEMBLE(MARK(fault) "ret\n" MARK(after));

    set_up();
    *(uint64_t *)(LAST_PAGE + PAGE_SIZE - 8) = label_of(program, "after");
    run_program(program);
}

static void pushfq(void)
{
    set_up();
    FAULT("pushfq");
}

static void call(void)
{
    set_up();
    FAULT("call 1f\n1:");
}

#define ROW(name_, run_, rsp_, about_, ...)                                                                                                     \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 1 \"Canonical Addressing\"; SDM 3A \"Interrupt 12-Stack Fault Exception (#SS)\"", \
                 .run = run_, .arg = {rsp_}, __VA_ARGS__                                                                                        \
    }
#define PASSES .vector = NO_EXCEPTION
#define FAULTS .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT
#define END (LAST_PAGE + PAGE_SIZE)
#define EACH(one, One, other, Other, name, rsp, about, ...) \
    ROW(#one "_" name, one, rsp, One about, __VA_ARGS__), ROW(#other "_" name, other, rsp, Other about, __VA_ARGS__)

VARIANTS(EACH(popfq, "POPFQ", ret, "RET", "last", END - 8, " of the last eight canonical bytes of the lower half", PASSES),
         EACH(popfq, "POPFQ", ret, "RET", "beyond", END - 7, ": the last byte isn't canonical", FAULTS),
         EACH(popfq, "POPFQ", ret, "RET", "across", END - 4, ": the last four bytes aren't canonical", FAULTS),
         EACH(popfq, "POPFQ", ret, "RET", "below", FIRST_HIGH - 4, ": the first four bytes aren't canonical", FAULTS),
         EACH(pushfq, "PUSHFQ", call, "CALL", "last", END, ": RSP isn't canonical, all that is pushed is", PASSES),
         EACH(pushfq, "PUSHFQ", call, "CALL", "beyond", END + 1, ": the last byte isn't canonical", FAULTS),
         EACH(pushfq, "PUSHFQ", call, "CALL", "below", FIRST_HIGH + 4, ": the first four bytes aren't canonical", FAULTS));
