/*
 * The stack lies on the page of a routine that was executed: a push, or what a delivery pushes, makes it other code. Before it is INC EAX; RET (FF
 * C0 C3), then INC ECX; RET (FF C1 C3), which is a register's value. EAX and ECX count.
 */
#ifndef CODE_MOVES_STACK_H
#define CODE_MOVES_STACK_H

#include <wide.h>

#define SPEC "SDM 3A \"Self-Modifying Code\""
#define INC_EAX 0xc3c0ff
#define INC_ECX 0xc3c1ff
#define BX REGISTER("bx")
#define SP REGISTER("sp")
#ifdef __x86_64__
#define WORD "8"
#define SIZE "qword"
#else
#define WORD "4"
#define SIZE "dword"
#endif

/* BX: the routine, 2 KiB above the page's begin. DX: the other one's bytes; BP leads to them, too. */
static void set_up(void)
{
    uintptr_t page = map_page("code", PAGE_PRESENT | PAGE_WRITE | PAGE_USER | PAGE_A | PAGE_D);

    start.R(bx) = page + 0x800;
    *(uint32_t *)frame_of(start.R(bx)) = INC_EAX;
    start.R(bp) = map_page("bytes", PAGE_PRESENT | PAGE_A);
    *(uint32_t *)frame_of(start.R(bp)) = INC_ECX;
    start.R(ax) = start.R(cx) = 0;
    start.R(dx) = INC_ECX;
}

/* SI keeps the stack pointer. Twice, so that an emulator knows the page as code and as a stack. */
#define CALLED "mov " REGISTER("si") ", " SP "\nlea " SP ", [" BX " + 0x100]\ncall " BX "\ncall " BX "\n"
#define AGAIN "lea " SP ", [" BX " + 0x100]\ncall " BX "\nmov " SP ", " REGISTER("si") "\n"
#define STACK_AT(distance) "lea " SP ", [" BX " + " distance "]\n"

#define PUSHES(X)                                                                                           \
    X(push, "PUSH of a register", STACK_AT(WORD) "push " REGISTER("dx") "\n")                               \
    X(push_immediate, "PUSH of an immediate", STACK_AT(WORD) ".byte 0x68\n.long 0xc3c1ff\n")                \
    X(push_memory, "PUSH of memory", STACK_AT(WORD) ".byte 0xff, 0x75, 0\n")                                \
    X(push_words, "PUSH of two words", STACK_AT("4") ".byte 0x66, 0x68, 0xc3, 0, 0x66, 0x68, 0xff, 0xc1\n") \
    X(enter, "ENTER", STACK_AT(WORD) "mov " REGISTER("bp") ", " REGISTER("dx") "\n.byte 0xc8, 0, 0, 0\n")   \
    X(pop, "POP to memory", STACK_AT(WORD) "mov " SP ", " REGISTER("bp") "\npop " SIZE " ptr [" BX "]\n")   \
    X(not_the_routine, "PUSH beside it", STACK_AT("0x40") "push " REGISTER("dx") "\n")

#define DEFINE(name, about, text)                                   \
    static void name(void)                                          \
    {                                                               \
        set_up();                                                   \
        PROGRAM(CALLED text AGAIN MARK(fault) "nop\n" MARK(after)); \
    }
PUSHES(DEFINE)

/* INT3, whose frame holds the interrupted stack pointer where the routine is. */
#define INTERRUPTED CALLED "mov " SP ", " REGISTER("dx") "\n" MARK(fault) "int3\n" MARK(after) AGAIN
static void run_interrupted(void)
{
    on_exception(VEC_BP, resume);
    PROGRAM(INTERRUPTED);
}

#define ROW(name_, about_, ...) \
    {VARIANT, .name = #name_, .about = "a routine on the page of the stack, changed by " about_, .spec = SPEC, .run = name_, __VA_ARGS__},
#define ROW_PUSH(name, about, text) ROW(name, about, .vector = NO_EXCEPTION)
#define COMES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, .resumes = 1

#endif
