/*
 * Near CALL of 32 and of 16 bits with a shadow stack at CPL 3: what it pushes there is the return address, cut to the operand size, in four bytes,
 * and RET finds it. The segment begins where the program does, so that 16 bits reach all of it. INT3 is the end.
 */
#include <case32.h>

#define SSP 0x800u

static void run(struct program p)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .dpl = 3, .base = p.entry, .limit = 0xfff};
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_USER | PAGE_D), pointer = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    uint32_t *pushed = (uint32_t *)((uint8_t *)frame_of(page) + SSP - 8);

    pushed[0] = pushed[1] = 0x5a5a5a5a;
    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, page + SSP);
    start.cs = (uint32_t)(add_descriptor("code", encode_descriptor(d)) | 3);
    start.eip = 0;
    start.ebx = pointer;
    start.ecx = label_of(p, "target") - p.entry;
    *(uint32_t *)frame_of(pointer) = start.ecx;
    record_memory("pushed", pushed, 8);
    run_program(p);
}

#define CALLS(name, call, ret)                                                                                              \
    static void name(void)                                                                                                  \
    {                                                                                                                       \
        run(ASSEMBLE(MARK(fault) call "\n" MARK(after) "nop\nint3\n" MARK(reached) "nop\n" MARK(target) "nop\n" ret "\n")); \
    }
CALLS(relative, ".byte 0xe8, 3, 0, 0, 0", "ret")
CALLS(from_register, "call ecx", "ret")
CALLS(memory, "call [ebx]", "ret")
CALLS(relative16, ".byte 0x66, 0xe8, 3, 0", ".byte 0x66, 0xc3")
CALLS(register16, ".byte 0x66, 0xff, 0xd1", ".byte 0x66, 0xc3")
CALLS(memory16, ".byte 0x66, 0xff, 0x13", ".byte 0x66, 0xc3")
CALLS(relative_ret_n, ".byte 0xe8, 3, 0, 0, 0", "ret 0")
CALLS(relative16_ret_n, ".byte 0x66, 0xe8, 3, 0", ".byte 0x66, 0xc2, 0, 0")

#define ROW(name_, about_)                                                                                                            \
    {                                                                                                                                 \
        VARIANT, .name = #name_, .about = about_ " with a shadow stack at CPL 3",                                                     \
                 .spec = "SDM 2A \"CALL-Call Procedure\"; SDM 2B \"RET-Return from Procedure\"", .needs = "cet_ss", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = "reached", .run = name_                                                              \
    }
VARIANTS(ROW(relative, "CALL rel32"), ROW(from_register, "CALL r32"), ROW(memory, "CALL m32"), ROW(relative16, "CALL rel16"),
         ROW(register16, "CALL r16"), ROW(memory16, "CALL m16"), ROW(relative_ret_n, "CALL rel32 and RET imm16"),
         ROW(relative16_ret_n, "CALL rel16 and 16-bit RET imm16"));
