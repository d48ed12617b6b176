/*
 * What one access left in the TLB is no leave for another kind of access: what could be loaded needn't be writable or executable, nor what could be
 * fetched readable. Nothing changes between the two. A and D are 1 from the start, so that no access has an entry to write.
 */
#ifndef TLB_OTHER_ACCESS_H
#define TLB_OTHER_ACCESS_H

#include <wide.h>

#define LOAD "mov esi, [" REGISTER("bx") "]\n"
#define STORE "mov [" REGISTER("bx") "+8], esi\n"
#define FETCH "call " REGISTER("bx") "\n"
#define READ_ONLY (PAGE_PRESENT | PAGE_A | PAGE_D)
#define RET 0xc3
#define OFFSET 0x5c0u

enum { LOAD_STORE, FETCH_STORE, LOAD_FETCH, STORE_FETCH, FETCH_LOAD, PAIR = 7, LARGE = 8, USER = 16, HOW = 32 /* and all above */ };

static void run_pair(unsigned pair)
{
#define TWO(first, second) PROGRAM(first MARK(fault) second MARK(after) "nop\n")
    switch (pair) {
    case LOAD_STORE:
        TWO(LOAD, STORE);
        break;
    case FETCH_STORE:
        TWO(FETCH, STORE);
        break;
    case LOAD_FETCH:
        TWO(LOAD, FETCH);
        break;
    case STORE_FETCH:
        TWO(STORE, FETCH);
        break;
    default:
        TWO(FETCH, LOAD);
    }
}

#define RIGHTS "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Details of TLB Use\""
#define ROW(name_, about_, spec_, needs_, how_, flags_, error_, ...)                                                                     \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = needs_, .run = run, .vector = VEC_PF, .error = PF_P | (error_), \
                 .arg = {how_, flags_}, __VA_ARGS__                                                                                      \
    }
/* `page`: what of page it is. */
#define DATA(name, first, second, page, spec, needs, how, flags, error) \
    ROW(name, first " " page ", " second, spec, needs, how, flags, error, .saved_rip = AT_FAULT)
#define CODE(name, first, second, page, spec, needs, how, flags, error) \
    ROW(name, first " " page ", " second, spec, needs, how, flags, (error) | PF_I, )

#endif
