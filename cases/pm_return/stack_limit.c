/*
 * All words that far RET and IRET pop are within the stack segment, at the same level and for an outer one; else #SS(0), with ESP as it was. At CPL
 * 1, so that the frame lies on another stack. The memory behind the segment is there, and holds the words that are wanted.
 */
#include <case32.h>

#define LIMIT 0xfffu

/* arg: ESP; RPL of CS. Words from there upwards: EIP, CS, then what the instruction wants. */
static void on_short_stack(struct program p, unsigned size, bool flags, unsigned parameters)
{
    uintptr_t pages = map_pages("pages", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor d = {.type = DATA_WRITABLE, .base = pages, .limit = LIMIT, .d = true, .dpl = 1};
    uint32_t cs = ARG1 == 3 ? SEL_USER_CODE : SEL_RING1_CODE, words[8] = {label_of(p, "target"), cs, EFLAGS_FIXED};
    unsigned count = flags ? 3 : 2;

    count += parameters;
    words[count++] = 0x1230;
    words[count++] = SEL_USER_DATA;
    in_ring(1);
    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    start.ss = add_descriptor("stack", encode_descriptor(d)) | 1;
    start.esp = ARG0;
    for (unsigned i = 0; i < count; i++)
        for (unsigned byte = 0; byte < size; byte++)
            *(uint8_t *)(pages + (uint32_t)ARG0 + i * size + byte) = (uint8_t)(words[i] >> 8 * byte);
    run_program(p);
}

#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

static void retf(void)
{
    on_short_stack(ASSEMBLE(MARK(fault) "retf" TARGET), 4, false, 0);
}

static void retf_n(void)
{
    on_short_stack(ASSEMBLE(MARK(fault) "retf 8" TARGET), 4, false, 2);
}

static void retf16(void)
{
    on_short_stack(ASSEMBLE(MARK(fault) ".byte 0x66, 0xcb" TARGET), 2, false, 0);
}

static void iret(void)
{
    on_short_stack(ASSEMBLE(MARK(fault) "iretd" TARGET), 4, true, 0);
}

static void iret16(void)
{
    on_short_stack(ASSEMBLE(MARK(fault) ".byte 0x66, 0xcf" TARGET), 2, true, 0);
}

#define ROW(name_, run_, spec_, room, rpl, about_)                                                                                         \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            LIMIT + 1 - (room),                                                                                                            \
            rpl                                                                                                                            \
        }                                                                                                                                  \
    }
#define RET_SPEC "SDM 2B \"RET-Return from Procedure\""
#define IRET_SPEC "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
VARIANTS(ROW("retf", retf, RET_SPEC, 4, 1, "far RET: one of two doublewords"),
         ROW("retf_over", retf, RET_SPEC, 7, 1, "far RET: seven of eight bytes"),
         ROW("retf_outer", retf, RET_SPEC, 12, 3, "far RET to CPL 3: three of four doublewords"),
         ROW("retf_outer_over", retf, RET_SPEC, 15, 3, "far RET to CPL 3: 15 of 16 bytes"),
         ROW("retf_outer_two", retf, RET_SPEC, 8, 3, "far RET to CPL 3: two of four doublewords"),
         ROW("retf_n_outer", retf_n, RET_SPEC, 20, 3, "far RET 8 to CPL 3: 20 of 24 bytes"),
         ROW("retf_n_outer_16", retf_n, RET_SPEC, 16, 3, "far RET 8 to CPL 3: 16 of 24 bytes"),
         ROW("retf16", retf16, RET_SPEC, 2, 1, "far RET with a 16-bit operand size: one of two words"),
         ROW("iret", iret, IRET_SPEC, 8, 1, "IRETD: two of three doublewords"), ROW("iret_over", iret, IRET_SPEC, 11, 1, "IRETD: 11 of 12 bytes"),
         ROW("iret_one", iret, IRET_SPEC, 4, 1, "IRETD: one of three doublewords"),
         ROW("iret_outer", iret, IRET_SPEC, 16, 3, "IRETD to CPL 3: four of five doublewords"),
         ROW("iret_outer_over", iret, IRET_SPEC, 19, 3, "IRETD to CPL 3: 19 of 20 bytes"),
         ROW("iret_outer_three", iret, IRET_SPEC, 12, 3, "IRETD to CPL 3: three of five doublewords"),
         ROW("iret16", iret16, IRET_SPEC, 4, 1, "IRET with a 16-bit operand size: two of three words"),
         ROW("retf16_over", retf16, RET_SPEC, 3, 1, "far RET with a 16-bit operand size: three of four bytes"),
         ROW("retf16_outer", retf16, RET_SPEC, 6, 3, "far RET with a 16-bit operand size to CPL 3: three of four words"),
         ROW("retf16_outer_over", retf16, RET_SPEC, 7, 3, "far RET with a 16-bit operand size to CPL 3: seven of eight bytes"),
         ROW("retf16_outer_two", retf16, RET_SPEC, 4, 3, "far RET with a 16-bit operand size to CPL 3: two of four words"),
         ROW("iret16_one", iret16, IRET_SPEC, 2, 1, "IRET with a 16-bit operand size: one of three words"),
         ROW("iret16_over", iret16, IRET_SPEC, 5, 1, "IRET with a 16-bit operand size: five of six bytes"),
         ROW("iret16_outer", iret16, IRET_SPEC, 8, 3, "IRET with a 16-bit operand size to CPL 3: four of five words"),
         ROW("iret16_outer_over", iret16, IRET_SPEC, 9, 3, "IRET with a 16-bit operand size to CPL 3: nine of ten bytes"),
         ROW("iret16_outer_three", iret16, IRET_SPEC, 6, 3, "IRET with a 16-bit operand size to CPL 3: three of five words"));
