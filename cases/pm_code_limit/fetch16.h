/*
 * Code at offset 0xffff of a 16-bit code segment, at CPL 3: one that ends there, and one that goes on for 4 KBytes, where EIP goes on with it:
 * nothing but a branch of 16 bits cuts it. The file includes case.h or case32.h, and says how the CPL is entered: enter_user().
 */
#include "../real_mode/fetch.h"

static void enter_user(void);

#define GOES_ON (1ull << 32) /* with the offset */

static uintptr_t enter(void)
{
    uintptr_t pages = map_pages("code", 18, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor d = {.type = CODE_READABLE, .dpl = 3, .base = (uint32_t)pages + PAGE_SIZE, .limit = ARG0 & GOES_ON ? 0x10fff : 0xffff};

    enter_user();
    set_gate(0x40, .dpl = 3);
    set_gate(VEC_BP, .dpl = 3);
    set_gate(VEC_OF, .dpl = 3);
    start.cs = add_descriptor("code16", encode_descriptor(d)) | 3;
    return pages + PAGE_SIZE;
}

#define PUSHED "SDM 3A \"Exception- or Interrupt-Handler Procedures\""
#define REFUSED(name, offset, bytes, spec, id, about) ROW(name, offset, bytes, VEC_GP, 0, spec, "", about)
#define COMES(name, offset, bytes, vector, spec, about) ROW(name, offset, bytes, vector, NO_ERROR, spec, "", about)
#define ON(name, offset, bytes, vector, spec, about) COMES(name "_on", GOES_ON | (offset), bytes, vector, spec, about " of a segment that goes on")
#define ROWS_ON                                                                                                                                 \
    ON("int3", 0xffff, OPCODE(0xcc), VEC_BP, PUSHED, "INT3 at 0xffff"), ON("nop", 0xffff, OPCODE(0x90, 0xce), VEC_OF, PUSHED, "NOP at 0xffff"), \
        ON("two_bytes", 0xffff, OPCODE(0x89, 0xc0, 0xce), VEC_OF, PUSHED, "MOV AX,AX at 0xffff"),                                               \
        ON("prefix", 0xffff, OPCODE(0x66, 0x90, 0xce), VEC_OF, PUSHED, "a prefix at 0xffff"),                                                   \
        ON("int_n", 0xffff, OPCODE(0xcd, 0x40), 0x40, PUSHED, "INT n at 0xffff"),                                                               \
        ON("undefined", 0xffff, OPCODE(0x0f, 0x0b), VEC_UD, PUSHED, "UD2 at 0xffff"),                                                           \
        ON("jmp", 0xffff, OPCODE(0xeb, 0x10), VEC_BP, BRANCH, "JMP at 0xffff to 0x11"),                                                         \
        ON("jmp_32", 0xffff, OPCODE(0x66, 0xeb, 0x10), VEC_OF, BRANCH, "JMP with a 32-bit operand size at 0xffff to 0x10012"),                  \
        ON("call", 0xfffe, OPCODE(0xe8, 0x10, 0x00), VEC_BP, BRANCH, "CALL at 0xfffe to 0x11")
