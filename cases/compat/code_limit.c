/*
 * Compatibility mode checks the limit of the code segment: a branch beyond it raises #GP(0) at the branch, and fetching beyond it at the instruction
 * that isn't wholly within. The segment begins where the program does, so its labels are offsets; the limit is 0x7f. INT3 waits at 0x80 for
 * processors that don't look.
 */
#include <case.h>

static void at(struct program p, uint64_t eip)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .dpl = 3, .base = (uint32_t)p.entry, .limit = 0x7f};

    in_compat_user();
    set_gate(VEC_BP, .dpl = 3);
    start.cs = add_descriptor("short_code", encode_descriptor(d)) | 3;
    start.rip = eip;
    start.rsp -= 4;
    *(uint32_t *)start.rsp = 0x80; /* RET's operand */
    run_program(p);
}

#define NOPS(count) ".skip " #count ", 0x90\n"

static void jmp(void)
{
    at(ASSEMBLE32(NOPS(0x40) MARK_OFFSET(fault) ".byte 0xeb, 0x3e\n" MARK_OFFSET(after) NOPS(0x3e) "int3\n"), 0x40);
}

static void jmp_last(void)
{
    at(ASSEMBLE32(NOPS(0x40) ".byte 0xeb, 0x3d\n" NOPS(0x3d) MARK_OFFSET(fault) "int3\n" MARK_OFFSET(after)), 0x40);
}

static void jmp_indirect(void)
{
    start.rbx = 0x80;
    at(ASSEMBLE32(NOPS(0x40) MARK_OFFSET(fault) "jmp ebx\n" MARK_OFFSET(after) NOPS(0x3e) "int3\n"), 0x40);
}

static void call(void)
{
    at(ASSEMBLE32(NOPS(0x40) MARK_OFFSET(fault) ".byte 0xe8, 0x3b, 0, 0, 0\n" MARK_OFFSET(after) NOPS(0x3b) "int3\n"), 0x40);
}

static void ret(void)
{
    at(ASSEMBLE32(NOPS(0x40) MARK_OFFSET(fault) "ret\n" MARK_OFFSET(after) NOPS(0x3f) "int3\n"), 0x40);
}

static void run_off(void)
{
    at(ASSEMBLE32(NOPS(0x80) MARK_OFFSET(fault) "int3\n" MARK_OFFSET(after)), 0x7f);
}

static void straddle(void)
{
    at(ASSEMBLE32(NOPS(0x7e) MARK_OFFSET(fault) ".byte 0xb8, 0x12, 0x34, 0x56, 0x78\n" MARK_OFFSET(after) "int3\n"), 0x7e);
}

#define ROW(name_, id_, about_, spec_)                                                                                                         \
    {                                                                                                                                          \
        VARIANT, .name = #name_, .env = COMPAT32, .about = "compatibility mode at CPL 3: " about_, .spec = spec_, .id = id_, .vector = VEC_GP, \
                 .saved_rip = AT_FAULT, .run = name_                                                                                           \
    }
#define LIMIT "SDM 3A \"Limit Checking\""

VARIANTS(ROW(jmp, "cm-jmp-near-limit", "JMP beyond the limit", "SDM 2A \"JMP-Jump\""),
         ROW(jmp_indirect, "cm-jmp-near-limit", "JMP r32 beyond the limit", "SDM 2A \"JMP-Jump\""),
         ROW(call, "cm-call-near-limit", "CALL beyond the limit: nothing is pushed", "SDM 2A \"CALL-Call Procedure\""),
         ROW(ret, "cm-ret-near-limit", "RET beyond the limit", "SDM 2B \"RET-Return from Procedure\""),
         ROW(run_off, "cm-fetch-runoff-limit", "a NOP is the last byte within the limit", LIMIT),
         ROW(straddle, "cm-fetch-straddle-limit", "an instruction across the limit", LIMIT),
         {VARIANT, .name = "jmp_last", .env = COMPAT32, .about = "compatibility mode at CPL 3: JMP to the last byte within the limit, an INT3",
          .spec = LIMIT, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, .run = jmp_last});
