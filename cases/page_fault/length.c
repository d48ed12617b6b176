/*
 * An instruction of each length that begins on one page and ends on a missing one, with its first byte there, and with all but its last: the fault is
 * a fetch at the instruction.
 */
#include <case.h>

/* ARG0: length; ARG1: bytes on the first page. */
static void run(void)
{
    static const uint8_t shorter[][8] = {
        [2] = {0x31, 0xc0},                                     /* XOR EAX, EAX */
        [3] = {0x48, 0x31, 0xc0},                               /* XOR RAX, RAX */
        [4] = {0x0f, 0xba, 0xe0, 0x01},                         /* BT EAX, 1 */
        [5] = {0xb8, 0x11, 0x22, 0x33, 0x44},                   /* MOV EAX, imm32 */
        [6] = {0x81, 0xc3, 0x11, 0x22, 0x33, 0x44},             /* ADD EBX, imm32 */
        [7] = {0x48, 0x81, 0xc3, 0x11, 0x22, 0x33, 0x44},       /* ADD RBX, imm32 */
        [8] = {0x48, 0x81, 0x43, 0x08, 0x11, 0x22, 0x33, 0x44}, /* ADD [RBX+8], imm32 */
    };
    static const uint8_t nop[] = {0x0f, 0x1f, 0x84, 0x00, 0, 0, 0, 0}; /* NOP [RAX+RAX+disp32], behind it as many 66 as there have to be */
    unsigned length = (unsigned)ARG0, prefixes = length > 8 ? length - 8 : 0;
    uintptr_t pair = map_pages("pair", 2, PAGE_PRESENT | PAGE_USER), at = pair + PAGE_SIZE - ARG1;

    for (unsigned i = 0; i < length; i++)
        *(uint8_t *)frame_of(at + i) = i < prefixes ? 0x66 : length > 8 ? nop[i - prefixes] : shorter[length][i];
    name_place("instruction", at, length);
    change_page(pair + PAGE_SIZE, PAGE_PRESENT, 0);
    in_user_mode();
    start.rip = at;
    PROGRAM("");
}

#define ROW(length, first)                                                                                                                         \
    {                                                                                                                                              \
        VARIANT, .name = #length "_" #first, .about = "an instruction of " #length " bytes, the first " #first " on a present page",               \
                 .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .vector = VEC_PF, .error = PF_I | PF_U, .saved_rip = "instruction", \
                 .run = run, .needs = "nx", .arg = {                                                                                               \
                     length,                                                                                                                       \
                     first                                                                                                                         \
                 }                                                                                                                                 \
    }
#define BOTH(length, less) ROW(length, 1), ROW(length, less)
VARIANTS(ROW(2, 1), BOTH(3, 2), BOTH(4, 3), BOTH(5, 4), BOTH(6, 5), BOTH(7, 6), BOTH(8, 7), BOTH(9, 8), BOTH(10, 9), BOTH(11, 10), BOTH(12, 11),
         BOTH(13, 12), BOTH(14, 13), BOTH(15, 14));
