/* A far pointer in memory at EBX, for what transfers by it. The file includes case32.h before. */

/* `target`: a label of the program, the pointer's offset. */
static void by_pointer(struct program p, const char *target, uint16_t selector)
{
    uint32_t *pointer;

    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[0] = label_of(p, target);
    pointer[1] = selector;
    run_program(p);
}
