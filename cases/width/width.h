/*
 * What the files of this folder have in common, behind their table ALL and, where something has to be set up, BEFORE(). The program executes an
 * instruction twice: with its operand as the last bytes of a page, behind which nothing is present, then one byte further. Only the second one may
 * fault, with CR2 at the missing page; so exactly the bytes of the manual's operand are touched.
 */
#ifndef BEFORE
#define BEFORE() (void)0
#endif
#define SPEC "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""

/* RBX, RSI and RDI: the first byte of an operand of this width. Everything there is 0. */
static void __attribute__((unused)) at_last(unsigned width)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_WRITE);

    change_page(pair, 0, PAGE_PRESENT);
    start.rbx = start.rdi = pair + PAGE_SIZE - width;
    start.rsp -= 0x100;
}

#define TWICE(instruction) instruction "\nlea rbx, [rbx + 1]\n" MARK(fault) instruction "\n" MARK(after)

#define FUNCTION(name_, needs_, width_, error_, instruction_) \
    static void run_##name_(void)                             \
    {                                                         \
        BEFORE();                                             \
        at_last(width_);                                      \
        PROGRAM(TWICE(instruction_));                         \
    }
#define ROW(name_, needs_, width_, error_, instruction_)                                                                                 \
    {VARIANT,         .name = #name_,        .about = instruction_ " with its " #width_ " bytes at a page's end, then one byte further", \
     .spec = SPEC,    .needs = needs_,       .vector = VEC_PF,                                                                           \
     .error = error_, .saved_rip = AT_FAULT, .run = run_##name_},

ALL(FUNCTION)

VARIANTS(ALL(ROW));
