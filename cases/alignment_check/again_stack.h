/*
 * A stack access that isn't aligned, behind one of its kind that was: the page is in the TLB, and the processor has had to do with this stack before.
 * #AC(0) at the second one, at CPL 3 with CR0.AM=1 and EFLAGS.AC=1, with the stack pointer as it was. The file includes its mode's header before.
 */
#include <wide.h>

#define SP REGISTER("sp")
#define MOVE(bytes) "lea " SP ", [" SP bytes "]\n"

static void set_up(void)
{
    in_user_mode();
    write_cr0(read_cr0() | CR0_AM);
    start.R(flags) |= RFLAGS_AC;
    start.R(sp) -= 128;
    start.R(bp) = start.R(sp) + 64;
}

/* Where a word that isn't aligned is read, there is one that does no harm: flags, or the way on. */
static void run(struct program p)
{
    *(volatile uintptr_t *)(start.R(sp) + 1) = start.R(flags);
    *(volatile uintptr_t *)(start.R(sp) + sizeof(uintptr_t) + 1) = label_of(p, "after");
    run_program(p);
}

#define AGAIN(name, first, bytes, second, ...)                                             \
    static void name(void)                                                                 \
    {                                                                                      \
        set_up();                                                                          \
        run(ASSEMBLE(first "\n" MOVE(bytes) MARK(fault) second "\n" MARK(after) "nop\n")); \
    }
#define ROW(name_, first_, bytes_, second_, about_)                     \
    {VARIANT,                                                           \
     .name = #name_,                                                    \
     .about = about_ " behind one whose word was aligned",              \
     .spec = "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\"", \
     .vector = VEC_AC,                                                  \
     .error = 0,                                                        \
     .saved_rip = AT_FAULT,                                             \
     .run = name_},
#define EACH(X, word)                                                                                         \
    X(push, "push " REGISTER("ax"), "-1", "push " REGISTER("ax"), "PUSH")                                     \
    X(push_half, "push " REGISTER("ax"), "-" word, "push " REGISTER("ax"), "PUSH of a word at half its size") \
    X(push16, "push ax", "-1", "push ax", "PUSH of 16 bits")                                                  \
    X(pop, "pop " REGISTER("cx"), "+1", "pop " REGISTER("cx"), "POP")                                         \
    X(pop_half, "pop " REGISTER("cx"), "+" word, "pop " REGISTER("cx"), "POP of a word at half its size")     \
    X(pop16, "pop cx", "+1", "pop cx", "POP of 16 bits")                                                      \
    X(call, "push " REGISTER("ax"), "-1", "call 1f\n1:", "CALL")                                              \
    X(ret, "pop " REGISTER("cx"), "+1", "ret", "RET")                                                         \
    X(pushf, "pushf", "-1", "pushf", "PUSHF")                                                                 \
    X(popf, "pushf\npopf", "+1", "popf", "POPF")                                                              \
    X(enter, "push " REGISTER("ax"), "-1", "enter 0, 0", "ENTER")                                             \
    X(push_memory, "push " REGISTER("ax"), "-1", "push [" REGISTER("bp") "]", "PUSH of memory")               \
    X(push_segment, "push fs", "-1", "push fs", "PUSH FS")
