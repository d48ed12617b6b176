/* ARPL of each pair of RPLs: ZF is 1 and the first has the second's where that is higher, else ZF is 0 and nothing changes. ZF begins as the other.
 */

#define FIRST ((uint32_t)ARG0)
#define SECOND ((uint32_t)ARG1)

static void set_up(void)
{
    start.CX = 0xabcd0058 | FIRST;
    start.DX = 0x1234ffa4 | SECOND;
    if (FIRST < SECOND)
        start.FLAGS &= ~(uint32_t)ZF;
    start.BX = map_page("selector", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    *(uint32_t *)frame_of(start.BX) = (uint32_t)start.CX;
    record_memory("selector", frame_of(start.BX), 4);
}

#define ROW(name_, run_, first, second, about_, ...)                                                                                          \
    {                                                                                                                                         \
        VARIANT, .name = name_ "_" #first "_" #second, .about = about_ ": RPL " #first ", the other's " #second,                              \
                 .spec = "SDM 2A \"ARPL-Adjust RPL Field of Segment Selector\"", .vector = NO_EXCEPTION, .run = run_, .arg = {first, second}, \
                 __VA_ARGS__                                                                                                                  \
    }
#define SECONDS(name, run, first, about, ...)                                                                                                 \
    ROW(name, run, first, 0, about, __VA_ARGS__), ROW(name, run, first, 1, about, __VA_ARGS__), ROW(name, run, first, 2, about, __VA_ARGS__), \
        ROW(name, run, first, 3, about, __VA_ARGS__)
#define PAIRS(name, run, about, ...)                                                                                                 \
    SECONDS(name, run, 0, about, __VA_ARGS__), SECONDS(name, run, 1, about, __VA_ARGS__), SECONDS(name, run, 2, about, __VA_ARGS__), \
        SECONDS(name, run, 3, about, __VA_ARGS__)
