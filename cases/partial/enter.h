/*
 * What partial/enter.c and pm_paging/enter.c have in common. ENTER with nesting levels: it pushes the frame pointer, copies one of each level from
 * below it, and pushes its own. A page edge lies between any two of these: both pointers are as before, and CR2 is the word that found no page. The
 * file includes case.h or case32.h before.
 */
#include <wide.h>

#define LEVELS 5

/* ARG0: words that are done; ARG1: their size. */
static uintptr_t edge(void)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_USER | PAGE_WRITE);

    in_user_mode();
    change_page(pair + PAGE_SIZE, 0, PAGE_PRESENT);
    return pair + PAGE_SIZE + (uintptr_t)(ARG0 * ARG1);
}

static void go(void)
{
    if (ARG1 == 2)
        FAULT(".byte 0x66, 0xc8, 0x10, 0, 5");
    else
        FAULT("enter 0x10, 5");
}

static void push(void)
{
    start.R(sp) = edge();
    start.R(bp) = (start.R(sp) & ~(uintptr_t)(PAGE_SIZE - 1)) + 0x800;
    go();
}

static void copy(void)
{
    start.R(bp) = edge();
    start.R(sp) -= 0x100;
    go();
}

#define ROW(name_, run_, done, size, error_, about_)                                                                                     \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"ENTER-Make Stack Frame for Procedure Parameters\"", .vector = VEC_PF, \
                 .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                           \
                     done,                                                                                                               \
                     size                                                                                                                \
                 }                                                                                                                       \
    }
#define PUSH(n, size, bits) ROW("push" bits "_" #n, push, n, size, PF_W | PF_U, "ENTER of " bits " bits with 5 levels, " #n " words have room")
#define COPY(n, size, bits) ROW("copy" bits "_" #n, copy, n, size, PF_U, "ENTER of " bits " bits with 5 levels, " #n " frame pointers are there")
#define EACH(size, bits)                                                                                                          \
    PUSH(0, size, bits), PUSH(1, size, bits), PUSH(2, size, bits), PUSH(3, size, bits), PUSH(4, size, bits), PUSH(5, size, bits), \
        COPY(0, size, bits), COPY(1, size, bits), COPY(2, size, bits), COPY(3, size, bits)
