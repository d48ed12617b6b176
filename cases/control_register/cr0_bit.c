/* Each bit of CR0's upper half is reserved: #GP(0), and CR0 keeps its value. Of a reserved bit below nothing is kept, and nothing said; ET stays 1.
 */
#include <bits.h>
#include <case.h>

static uint64_t before;

static void look(void)
{
    note("kept", read_cr0() == before);
}

/* ARG0: the bit that is the other way round. */
static void run(void)
{
    before = read_cr0();
    start.rbx = before ^ 1ull << ARG0;
    at_end(look);
    FAULT("mov cr0, rbx");
}

#define ROW(bit, about_, ...)                                                                                                                     \
    {                                                                                                                                             \
        VARIANT, .name = #bit, .about = "MOV CR0 with " about_ ", at CPL 0", .spec = "SDM 2B \"MOV-Move to/from Control Registers\"", .run = run, \
                 .arg = {bit}, __VA_ARGS__                                                                                                        \
    }
#define RESERVED(bit) ROW(bit, "the reserved bit " #bit " set", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT)
#define IGNORED(bit) ROW(bit, "the reserved bit " #bit " set", .vector = NO_EXCEPTION)

VARIANTS(BITS_33_TO_63(RESERVED), ROW(4, "ET=0", .vector = NO_EXCEPTION), IGNORED(6), IGNORED(7), IGNORED(8), IGNORED(9), IGNORED(10), IGNORED(11),
         IGNORED(12), IGNORED(13), IGNORED(14), IGNORED(15), IGNORED(17), IGNORED(19), IGNORED(20), IGNORED(21), IGNORED(22), IGNORED(23),
         IGNORED(24), IGNORED(25), IGNORED(26), IGNORED(27), IGNORED(28));
