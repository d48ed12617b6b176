/*
 * Far JMP, CALL, RET and IRET with 16-bit and 32-bit operand sizes in compatibility mode, out of 16-bit code and out of 32-bit code, to a segment of
 * each kind. An offset of 16 bits is extended with zeros, also in 64-bit mode; CALL pushes two words of the operand size, RET and IRET pop them.
 * Every target is an INT3, so that the saved offset is the target and one.
 */
#include <case.h>

enum { JMP_DIRECT, JMP_MEMORY, CALL_DIRECT, CALL_MEMORY, RETURN, RETURN_N, INTERRUPT_RETURN };
enum { TO_16, TO_32, TO_64, TO_SHORT }; /* code with D=0, D=1, L=1; D=0 and limit 0xfff, and the offset behind it */
#define FROM_32 0x10u
#define SIZE_32 0x20u

#define AT 0x40u /* the branch's offset */
#define LOW 0x8000u
#define PAGES 17u /* up to 0x10fff */

static const uint8_t *pushed;

static void note_pushed(void)
{
    bool wide = ARG0 & SIZE_32;

    note("pushed_offset", wide ? *(const uint32_t *)pushed : *(const uint16_t *)pushed);
    note("pushed_cs_is_own", *(const uint16_t *)(pushed + (wide ? 4 : 2)) == start.cs);
}

static void put(uint8_t **at, uint32_t value, bool wide)
{
    for (unsigned i = 0; i < (wide ? 4u : 2u); i++)
        *(*at)++ = (uint8_t)(value >> 8 * i);
}

/* ARG0: the instruction, and what code and operand size it has. ARG1: where it leads. */
static void run(void)
{
    static const uint8_t opcode[] = {0xea, 0xff, 0x9a, 0xff, 0xcb, 0xca, 0xcf};
    struct descriptor d = {.type = CODE_READABLE, .dpl = 3, .limit = PAGES * PAGE_SIZE - 1};
    struct descriptor data = {.type = DATA_WRITABLE, .dpl = 3, .limit = 0xffff};
    unsigned what = ARG0 & 0xf;
    bool from_32 = ARG0 & FROM_32, wide = ARG0 & SIZE_32;
    uint16_t code16, code32, short16, selector;
    uint32_t offset = ARG1 == TO_64 ? LOW + 0x50 : ARG1 == TO_SHORT ? 0x1000 : wide ? 0x10050 : 0x50;
    uint8_t *code, *words;

    in_compat_user();
    set_gate(VEC_BP, .dpl = 3);
    d.base = (uint32_t)map_pages("code", PAGES, PAGE_PRESENT | PAGE_USER);
    for (unsigned page = 0; page < PAGES; page++)
        fill_words((uintptr_t)frame_of(d.base + page * PAGE_SIZE), 0xcccccccccccccccc, PAGE_SIZE / 8);
    fill_words((uintptr_t)frame_of(map_page_at("low", LOW, PAGE_PRESENT | PAGE_USER)), 0xcccccccccccccccc, PAGE_SIZE / 8);
    code16 = add_descriptor("code16", encode_descriptor(d)) | 3;
    d.d = true;
    code32 = add_descriptor("code32", encode_descriptor(d)) | 3;
    d.d = false;
    d.limit = 0xfff;
    short16 = add_descriptor("short16", encode_descriptor(d)) | 3;
    selector = ARG1 == TO_16 ? code16 : ARG1 == TO_32 ? code32 : ARG1 == TO_64 ? SEL_USER_CODE64 : short16;
    data.base = (uint32_t)map_page("data", PAGE_PRESENT | PAGE_USER);
    start.ds = add_descriptor("data", encode_descriptor(data)) | 3;
    start.rbx = 0x50;
    start.cs = from_32 ? code32 : code16;
    start.rip = AT;

    code = (uint8_t *)frame_of(d.base) + AT;
    if (wide != from_32)
        *code++ = 0x66;
    *code++ = opcode[what];
    words = (uint8_t *)frame_of(data.base) + 0x50;
    if (what == JMP_MEMORY || what == CALL_MEMORY)
        *code++ = (uint8_t)((what == JMP_MEMORY ? 0x28 : 0x18) | (from_32 ? 3 : 7)); /* [ebx], [bx] */
    else if (what == RETURN_N)
        put(&code, 6, false);
    if (what >= RETURN)
        words = (uint8_t *)(start.rsp -= 16);
    else if (what == JMP_DIRECT || what == CALL_DIRECT)
        words = code;
    put(&words, offset, wide);
    put(&words, selector, what >= RETURN && wide);
    if (what == INTERRUPT_RETURN)
        put(&words, RFLAGS_FIXED | RFLAGS_IF | RFLAGS_CF | RFLAGS_ID, wide);
    if (what == CALL_DIRECT || what == CALL_MEMORY) {
        pushed = (const uint8_t *)(start.rsp - (wide ? 8 : 4));
        if (ARG1 != TO_SHORT)
            at_end(note_pushed);
    }
    PROGRAM("");
}

#define JMP "SDM 2A \"JMP-Jump\""
#define CALL "SDM 2A \"CALL-Call Procedure\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define ROW(name_, what, size_, to, spec_, about_, ...)                                                                      \
    {                                                                                                                        \
        VARIANT, .name = name_, .env = COMPAT32, .about = "compatibility mode at CPL 3: " about_, .spec = spec_, .run = run, \
                 .arg = {what | (size_), to}, __VA_ARGS__                                                                    \
    }
#define REACHES .vector = VEC_BP, .error = NO_ERROR
#define REFUSED .vector = VEC_GP, .error = 0

VARIANTS(
    ROW("jmp_direct16_from16_to_16", JMP_DIRECT, 0, TO_16, JMP, "JMP ptr16:16 in 16-bit code to 16-bit code", REACHES),
    ROW("jmp_direct16_from16_to_32", JMP_DIRECT, 0, TO_32, JMP, "JMP ptr16:16 in 16-bit code to 32-bit code", REACHES),
    ROW("jmp_direct16_from16_to_64", JMP_DIRECT, 0, TO_64, JMP, "JMP ptr16:16 in 16-bit code to 64-bit code", REACHES),
    ROW("jmp_memory16_from16_to_16", JMP_MEMORY, 0, TO_16, JMP, "JMP m16:16 in 16-bit code to 16-bit code", REACHES),
    ROW("jmp_memory16_from16_to_32", JMP_MEMORY, 0, TO_32, JMP, "JMP m16:16 in 16-bit code to 32-bit code", REACHES),
    ROW("jmp_memory16_from16_to_64", JMP_MEMORY, 0, TO_64, JMP, "JMP m16:16 in 16-bit code to 64-bit code", REACHES),
    ROW("jmp_memory16_from16_to_short", JMP_MEMORY, 0, TO_SHORT, JMP, "JMP m16:16 in 16-bit code beyond the limit of 16-bit code", REFUSED),
    ROW("call_direct16_from16_to_16", CALL_DIRECT, 0, TO_16, CALL, "CALL ptr16:16 in 16-bit code to 16-bit code", REACHES),
    ROW("call_direct16_from16_to_32", CALL_DIRECT, 0, TO_32, CALL, "CALL ptr16:16 in 16-bit code to 32-bit code", REACHES),
    ROW("call_direct16_from16_to_64", CALL_DIRECT, 0, TO_64, CALL, "CALL ptr16:16 in 16-bit code to 64-bit code", REACHES),
    ROW("call_memory16_from16_to_16", CALL_MEMORY, 0, TO_16, CALL, "CALL m16:16 in 16-bit code to 16-bit code", REACHES),
    ROW("call_memory16_from16_to_32", CALL_MEMORY, 0, TO_32, CALL, "CALL m16:16 in 16-bit code to 32-bit code", REACHES),
    ROW("call_memory16_from16_to_64", CALL_MEMORY, 0, TO_64, CALL, "CALL m16:16 in 16-bit code to 64-bit code", REACHES),
    ROW("call_memory16_from16_to_short", CALL_MEMORY, 0, TO_SHORT, CALL, "CALL m16:16 in 16-bit code beyond the limit of 16-bit code", REFUSED),
    ROW("ret16_from16_to_16", RETURN, 0, TO_16, RET, "far RET of 16 bits in 16-bit code to 16-bit code", REACHES),
    ROW("ret16_from16_to_32", RETURN, 0, TO_32, RET, "far RET of 16 bits in 16-bit code to 32-bit code", REACHES),
    ROW("ret16_from16_to_64", RETURN, 0, TO_64, RET, "far RET of 16 bits in 16-bit code to 64-bit code", REACHES),
    ROW("ret16_from16_to_short", RETURN, 0, TO_SHORT, RET, "far RET of 16 bits in 16-bit code beyond the limit of 16-bit code", REFUSED),
    ROW("ret_n16_from16_to_16", RETURN_N, 0, TO_16, RET, "far RET 6 of 16 bits in 16-bit code to 16-bit code", REACHES),
    ROW("ret_n16_from16_to_32", RETURN_N, 0, TO_32, RET, "far RET 6 of 16 bits in 16-bit code to 32-bit code", REACHES),
    ROW("ret_n16_from16_to_64", RETURN_N, 0, TO_64, RET, "far RET 6 of 16 bits in 16-bit code to 64-bit code", REACHES),
    ROW("iret16_from16_to_16", INTERRUPT_RETURN, 0, TO_16, IRET, "IRET of 16 bits in 16-bit code to 16-bit code", REACHES),
    ROW("iret16_from16_to_32", INTERRUPT_RETURN, 0, TO_32, IRET, "IRET of 16 bits in 16-bit code to 32-bit code", REACHES),
    ROW("iret16_from16_to_64", INTERRUPT_RETURN, 0, TO_64, IRET, "IRET of 16 bits in 16-bit code to 64-bit code", REACHES),
    ROW("iret16_from16_to_short", INTERRUPT_RETURN, 0, TO_SHORT, IRET, "IRET of 16 bits in 16-bit code beyond the limit of 16-bit code", REFUSED),
    ROW("jmp_direct32_from16_to_16", JMP_DIRECT, SIZE_32, TO_16, JMP, "JMP ptr16:32 in 16-bit code to 16-bit code", REACHES),
    ROW("jmp_direct32_from16_to_32", JMP_DIRECT, SIZE_32, TO_32, JMP, "JMP ptr16:32 in 16-bit code to 32-bit code", REACHES),
    ROW("jmp_direct32_from16_to_64", JMP_DIRECT, SIZE_32, TO_64, JMP, "JMP ptr16:32 in 16-bit code to 64-bit code", REACHES),
    ROW("jmp_memory32_from16_to_16", JMP_MEMORY, SIZE_32, TO_16, JMP, "JMP m16:32 in 16-bit code to 16-bit code", REACHES),
    ROW("jmp_memory32_from16_to_32", JMP_MEMORY, SIZE_32, TO_32, JMP, "JMP m16:32 in 16-bit code to 32-bit code", REACHES),
    ROW("jmp_memory32_from16_to_64", JMP_MEMORY, SIZE_32, TO_64, JMP, "JMP m16:32 in 16-bit code to 64-bit code", REACHES),
    ROW("jmp_memory32_from16_to_short", JMP_MEMORY, SIZE_32, TO_SHORT, JMP, "JMP m16:32 in 16-bit code beyond the limit of 16-bit code", REFUSED),
    ROW("call_direct32_from16_to_16", CALL_DIRECT, SIZE_32, TO_16, CALL, "CALL ptr16:32 in 16-bit code to 16-bit code", REACHES),
    ROW("call_direct32_from16_to_32", CALL_DIRECT, SIZE_32, TO_32, CALL, "CALL ptr16:32 in 16-bit code to 32-bit code", REACHES),
    ROW("call_direct32_from16_to_64", CALL_DIRECT, SIZE_32, TO_64, CALL, "CALL ptr16:32 in 16-bit code to 64-bit code", REACHES),
    ROW("call_memory32_from16_to_16", CALL_MEMORY, SIZE_32, TO_16, CALL, "CALL m16:32 in 16-bit code to 16-bit code", REACHES),
    ROW("call_memory32_from16_to_32", CALL_MEMORY, SIZE_32, TO_32, CALL, "CALL m16:32 in 16-bit code to 32-bit code", REACHES),
    ROW("call_memory32_from16_to_64", CALL_MEMORY, SIZE_32, TO_64, CALL, "CALL m16:32 in 16-bit code to 64-bit code", REACHES),
    ROW("call_memory32_from16_to_short", CALL_MEMORY, SIZE_32, TO_SHORT, CALL, "CALL m16:32 in 16-bit code beyond the limit of 16-bit code", REFUSED),
    ROW("ret32_from16_to_16", RETURN, SIZE_32, TO_16, RET, "far RET of 32 bits in 16-bit code to 16-bit code", REACHES),
    ROW("ret32_from16_to_32", RETURN, SIZE_32, TO_32, RET, "far RET of 32 bits in 16-bit code to 32-bit code", REACHES),
    ROW("ret32_from16_to_64", RETURN, SIZE_32, TO_64, RET, "far RET of 32 bits in 16-bit code to 64-bit code", REACHES),
    ROW("ret32_from16_to_short", RETURN, SIZE_32, TO_SHORT, RET, "far RET of 32 bits in 16-bit code beyond the limit of 16-bit code", REFUSED),
    ROW("ret_n32_from16_to_16", RETURN_N, SIZE_32, TO_16, RET, "far RET 6 of 32 bits in 16-bit code to 16-bit code", REACHES),
    ROW("ret_n32_from16_to_32", RETURN_N, SIZE_32, TO_32, RET, "far RET 6 of 32 bits in 16-bit code to 32-bit code", REACHES),
    ROW("ret_n32_from16_to_64", RETURN_N, SIZE_32, TO_64, RET, "far RET 6 of 32 bits in 16-bit code to 64-bit code", REACHES),
    ROW("iret32_from16_to_16", INTERRUPT_RETURN, SIZE_32, TO_16, IRET, "IRET of 32 bits in 16-bit code to 16-bit code", REACHES),
    ROW("iret32_from16_to_32", INTERRUPT_RETURN, SIZE_32, TO_32, IRET, "IRET of 32 bits in 16-bit code to 32-bit code", REACHES),
    ROW("iret32_from16_to_64", INTERRUPT_RETURN, SIZE_32, TO_64, IRET, "IRET of 32 bits in 16-bit code to 64-bit code", REACHES),
    ROW("iret32_from16_to_short", INTERRUPT_RETURN, SIZE_32, TO_SHORT, IRET, "IRET of 32 bits in 16-bit code beyond the limit of 16-bit code",
        REFUSED),
    ROW("jmp_direct16_from32_to_16", JMP_DIRECT, FROM_32, TO_16, JMP, "JMP ptr16:16 in 32-bit code to 16-bit code", REACHES),
    ROW("jmp_direct16_from32_to_32", JMP_DIRECT, FROM_32, TO_32, JMP, "JMP ptr16:16 in 32-bit code to 32-bit code", REACHES),
    ROW("jmp_direct16_from32_to_64", JMP_DIRECT, FROM_32, TO_64, JMP, "JMP ptr16:16 in 32-bit code to 64-bit code", REACHES),
    ROW("jmp_memory16_from32_to_16", JMP_MEMORY, FROM_32, TO_16, JMP, "JMP m16:16 in 32-bit code to 16-bit code", REACHES),
    ROW("jmp_memory16_from32_to_32", JMP_MEMORY, FROM_32, TO_32, JMP, "JMP m16:16 in 32-bit code to 32-bit code", REACHES),
    ROW("jmp_memory16_from32_to_64", JMP_MEMORY, FROM_32, TO_64, JMP, "JMP m16:16 in 32-bit code to 64-bit code", REACHES),
    ROW("jmp_memory16_from32_to_short", JMP_MEMORY, FROM_32, TO_SHORT, JMP, "JMP m16:16 in 32-bit code beyond the limit of 16-bit code", REFUSED),
    ROW("call_direct16_from32_to_16", CALL_DIRECT, FROM_32, TO_16, CALL, "CALL ptr16:16 in 32-bit code to 16-bit code", REACHES),
    ROW("call_direct16_from32_to_32", CALL_DIRECT, FROM_32, TO_32, CALL, "CALL ptr16:16 in 32-bit code to 32-bit code", REACHES),
    ROW("call_direct16_from32_to_64", CALL_DIRECT, FROM_32, TO_64, CALL, "CALL ptr16:16 in 32-bit code to 64-bit code", REACHES),
    ROW("call_memory16_from32_to_16", CALL_MEMORY, FROM_32, TO_16, CALL, "CALL m16:16 in 32-bit code to 16-bit code", REACHES),
    ROW("call_memory16_from32_to_32", CALL_MEMORY, FROM_32, TO_32, CALL, "CALL m16:16 in 32-bit code to 32-bit code", REACHES),
    ROW("call_memory16_from32_to_64", CALL_MEMORY, FROM_32, TO_64, CALL, "CALL m16:16 in 32-bit code to 64-bit code", REACHES),
    ROW("call_memory16_from32_to_short", CALL_MEMORY, FROM_32, TO_SHORT, CALL, "CALL m16:16 in 32-bit code beyond the limit of 16-bit code", REFUSED),
    ROW("ret16_from32_to_16", RETURN, FROM_32, TO_16, RET, "far RET of 16 bits in 32-bit code to 16-bit code", REACHES),
    ROW("ret16_from32_to_32", RETURN, FROM_32, TO_32, RET, "far RET of 16 bits in 32-bit code to 32-bit code", REACHES),
    ROW("ret16_from32_to_64", RETURN, FROM_32, TO_64, RET, "far RET of 16 bits in 32-bit code to 64-bit code", REACHES),
    ROW("ret16_from32_to_short", RETURN, FROM_32, TO_SHORT, RET, "far RET of 16 bits in 32-bit code beyond the limit of 16-bit code", REFUSED),
    ROW("ret_n16_from32_to_16", RETURN_N, FROM_32, TO_16, RET, "far RET 6 of 16 bits in 32-bit code to 16-bit code", REACHES),
    ROW("ret_n16_from32_to_32", RETURN_N, FROM_32, TO_32, RET, "far RET 6 of 16 bits in 32-bit code to 32-bit code", REACHES),
    ROW("ret_n16_from32_to_64", RETURN_N, FROM_32, TO_64, RET, "far RET 6 of 16 bits in 32-bit code to 64-bit code", REACHES),
    ROW("iret16_from32_to_16", INTERRUPT_RETURN, FROM_32, TO_16, IRET, "IRET of 16 bits in 32-bit code to 16-bit code", REACHES),
    ROW("iret16_from32_to_32", INTERRUPT_RETURN, FROM_32, TO_32, IRET, "IRET of 16 bits in 32-bit code to 32-bit code", REACHES),
    ROW("iret16_from32_to_64", INTERRUPT_RETURN, FROM_32, TO_64, IRET, "IRET of 16 bits in 32-bit code to 64-bit code", REACHES),
    ROW("iret16_from32_to_short", INTERRUPT_RETURN, FROM_32, TO_SHORT, IRET, "IRET of 16 bits in 32-bit code beyond the limit of 16-bit code",
        REFUSED));
