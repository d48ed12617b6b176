/*
 * A near branch with a 16-bit operand size clears the upper half of EIP, and CALL and RET then push and pop two bytes. The branch stands at offset
 * 0x10040 of a segment of 128 KiB, all INT3; at 0x50 is the one that has to be reached.
 */
#include <case32.h>

static uint8_t *code;

/* arg: the branch's first four bytes, the lowest first, and two more. */
static void run(void)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .dpl = 3, .limit = 0x1ffff};

    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    d.base = map_pages("code", 32, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    for (unsigned page = 0; page < 32; page++)
        fill_words((uintptr_t)frame_of(d.base + page * PAGE_SIZE), 0xcccccccc, PAGE_SIZE / 4);
    code = frame_of(d.base + 0x10040);
    for (unsigned i = 0; i < 6; i++)
        code[i] = (uint8_t)((ARG0 | ARG1 << 32) >> 8 * i);
    name_place("target", d.base + 0x51, 1);
    start.cs = add_descriptor("code128k", encode_descriptor(d)) | 3;
    start.eip = 0x10040;
    start.esp -= 4;
    *(uint32_t *)start.esp = 0x12340050;
    record_memory("stack", (void *)(start.esp - 4), 8);
    start.ebx = 0xabcd0050;
    start.ecx = 0xabcd0002;
    start.edx = start.esp;
    PROGRAM("");
}

#define ROW(name_, bytes, more, spec_, about_)                                                                                                   \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "target", .run = run, .arg = { \
            bytes,                                                                                                                               \
            more                                                                                                                                 \
        }                                                                                                                                        \
    }
#define JMP "SDM 2A \"JMP-Jump\""
#define JCC "SDM 2A \"Jcc-Jump if Condition Is Met\""
#define CALL "SDM 2A \"CALL-Call Procedure\""
#define RET "SDM 2B \"RET-Return from Procedure\""
VARIANTS(ROW("jmp_short", 0xcc0deb66, 0xcccc, JMP, "JMP rel8"), ROW("jmp_near", 0x000ce966, 0xcccc, JMP, "JMP rel16"),
         ROW("jmp_register", 0xcce3ff66, 0xcccc, JMP, "JMP r16"), ROW("jmp_memory", 0xcc22ff66, 0xcccc, JMP, "JMP m16"),
         ROW("jz_short", 0xcc0d7466, 0xcccc, JCC, "JZ rel8, taken"), ROW("jz_near", 0x0b840f66, 0xcc00, JCC, "JZ rel16, taken"),
         ROW("loop", 0xcc0de266, 0xcccc, "SDM 2A \"LOOP/LOOPcc-Loop According to ECX Counter\"", "LOOP, which counts ECX"),
         ROW("loop_short_address", 0x0ce26766, 0xcccc, "SDM 2A \"LOOP/LOOPcc-Loop According to ECX Counter\"",
             "LOOP with 16-bit addressing, which counts CX"),
         ROW("call", 0x000ce866, 0xcccc, CALL, "CALL rel16"), ROW("call_register", 0xccd3ff66, 0xcccc, CALL, "CALL r16"),
         ROW("call_memory", 0xcc12ff66, 0xcccc, CALL, "CALL m16"), ROW("ret", 0xccccc366, 0xcccc, RET, "RET"),
         ROW("ret_n", 0x0002c266, 0xcccc, RET, "RET imm16"));
