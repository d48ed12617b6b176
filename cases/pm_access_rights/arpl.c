/* ARPL raises the RPL of its first operand to that of the second and sets ZF, or clears ZF where it is as high already; at any CPL, of any selectors.
 */
#include <case32.h>

/* arg: the first operand, the second << 16; the CPL. ZF is clear before where it has to come out set. */
static void set_up(void)
{
    in_ring(ARG1);
    start.ecx = 0xabcd0000 | (ARG0 & 0xffff);
    start.edx = (uint32_t)(ARG0 >> 16);
    if ((ARG0 & 3) < (ARG0 >> 16 & 3))
        start.eflags &= ~EFLAGS_ZF;
    start.ebx = map_page("selector", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    *(uint32_t *)frame_of(start.ebx) = start.ecx;
    record_memory("selector", frame_of(start.ebx), 4);
}

static void reg(void)
{
    set_up();
    FAULT("arpl cx, dx");
}

static void memory(void)
{
    set_up();
    FAULT("arpl word ptr [ebx], dx");
}

static void read_only(void)
{
    set_up();
    change_page(start.ebx, PAGE_WRITE, 0);
    FAULT("arpl word ptr [ebx], dx");
}

#define ROW(name_, run_, first, second, cpl_, about_)                                                                                    \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"ARPL-Adjust RPL Field of Segment Selector\"", .vector = NO_EXCEPTION, \
                 .run = run_, .arg = {                                                                                                   \
                     (first) | (uint32_t)(second) << 16,                                                                                 \
                     cpl_                                                                                                                \
                 }                                                                                                                       \
    }
VARIANTS(ROW("raised", reg, 0x10, 3, 0, "CPL 0: RPL 0, the other's 3"), ROW("raised_one", reg, 0x11, 0x22, 3, "CPL 3: RPL 1, the other's 2"),
         ROW("equal", reg, 0x12, 0x22, 0, "RPL 2, the other's 2"), ROW("lower", reg, 0xfff3, 0x21, 3, "CPL 3: RPL 3, the other's 1"),
         ROW("null", reg, 0, 1, 0, "a null selector"), ROW("memory", memory, 0x40, 0x43, 0, "an operand in memory"),
         ROW("memory_equal", memory, 0x43, 0x43, 3, "CPL 3: an operand in memory that stays"),
         {VARIANT, .name = "read_only", .about = "an operand in a read-only page", .spec = "SDM 2A \"ARPL-Adjust RPL Field of Segment Selector\"",
          .vector = VEC_PF, .error = PF_P | PF_W, .saved_rip = AT_FAULT, .run = read_only, .arg = {0x40 | 3u << 16, 0}});
