/* pages.c: a new page, and those of the program. */
#include "common/cpu.h"

extern uint8_t program_begin[], program_limit[];

void map_new_page(uintptr_t address, uint64_t flags)
{
    map_frame(address, allocate_frame(), flags);
}

void user_may_run_program(void)
{
    for (uintptr_t page = (uintptr_t)program_begin; page < (uintptr_t)program_limit; page += PAGE_SIZE)
        change_page(page, 0, PAGE_USER);
}
