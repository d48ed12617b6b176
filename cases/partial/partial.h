/*
 * What files of this folder have in common: an operand whose first bytes are on a page, and whose others are on one that isn't present. A fault
 * leaves the state as it was before the instruction, so that it can be executed again.
 */
#define SPEC "SDM 3A \"Exception Classifications\"; SDM 3A \"Program or Task Restart\""

/* RBX: `before` bytes below the missing page. */
static void __attribute__((unused)) across(unsigned before)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_USER | PAGE_WRITE);

    in_user_mode();
    change_page(pair, 0, PAGE_PRESENT);
    start.rbx = pair + PAGE_SIZE - before;
    start.rsp -= 0x100;
}

#define FUNCTION(name_, needs_, before_, watch_, error_, setup_, instruction_) \
    static void run_##name_(void)                                              \
    {                                                                          \
        watch_;                                                                \
        across(before_);                                                       \
        PROGRAM(setup_ MARK(fault) instruction_ "\n" MARK(after));             \
    }
#define ROW(name_, needs_, before_, watch_, error_, setup_, instruction_)                                                              \
    {VARIANT,         .name = #name_,        .about = "CPL-3 " instruction_ " whose operand has " #before_ " bytes on a present page", \
     .spec = SPEC,    .needs = needs_,       .vector = VEC_PF,                                                                         \
     .error = error_, .saved_rip = AT_FAULT, .run = run_##name_},
