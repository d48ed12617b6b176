/*
 * Shadow stacks in 32-bit protected mode, at CPL 0: what far CALL and INT have pushed is compared by far RET and IRET, CS, linear EIP, and an SSP
 * that is a multiple of 4; SSP itself is a multiple of 8 there: else #CP(FAR-RET/IRET). Near CALL pushes 4 bytes, if not to the next instruction,
 * near RET compares them: #CP(NEAR-RET). The handler is the program's own. EBX is SSP at the end.
 */
#include <case32.h>

#define TOKEN 0x7f8u

static uintptr_t page;

static void run(struct program program)
{
    uint32_t *words;

    page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    words = frame_of(page);
    fill_words((uintptr_t)words, 0, PAGE_SIZE / 4);
    words[TOKEN / 4] = page + TOKEN;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN;
    start.edx = 0;
    start.esi = (uintptr_t)words + TOKEN; /* where it can be written */
    start.edi = map_page("pointer", PAGE_PRESENT | PAGE_WRITE);
    *gate_of(0x40) = make_gate(label_of(program, "handler"), SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    *(uint32_t *)frame_of(start.edi) = label_of(program, "handler");
    *(uint16_t *)((uint8_t *)frame_of(start.edi) + 4) = SEL_KERNEL_CODE;
    run_program(program);
}

#define ON "wrmsr\nsetssbsy\n"
#define OFF "rdsspd ebx\nmov ecx, 0x6a2\nmov eax, 0\nwrmsr\n"
#define CALL "call 1f\nnop\n1:\nlea esp, [esp+4]\n" /* leaves SSP a multiple of 4 only */
#define INT "int 0x40\n"
#define FAR "call fword ptr [edi]\n"
#define IN_HANDLER(text) "jmp 2f\n" MARK(handler) text MARK(after) "nop\n2:\n"

/* In the handler: [ESP] is EIP, [ESI-8] CS on the shadow stack, [ESI-16] EIP, [ESI-24] SSP. */
#define TRANSFER(name, before, transfer, in_handler, last)                                        \
    static void name(void)                                                                        \
    {                                                                                             \
        run(ASSEMBLE(ON before transfer MARK(back) OFF IN_HANDLER(in_handler MARK(fault) last))); \
    }
TRANSFER(iret, "", INT, "", "iretd\n")
TRANSFER(iret_unaligned, CALL, INT, "", "iretd\n")
TRANSFER(iret_eip, "", INT, "mov dword ptr [esp], 0x1234\n", "iretd\n")
TRANSFER(iret_shadow_eip, "", INT, "mov byte ptr [esi-13], 0x40\n", "iretd\n")
TRANSFER(iret_cs, "", INT, "mov byte ptr [esi-8], 0x10\n", "iretd\n")
TRANSFER(iret_ssp, "", INT, "mov byte ptr [esi-24], 1\n", "iretd\n")
TRANSFER(iret_ssp_above_4_gib, "", INT, "mov byte ptr [esi-20], 1\n", "iretd\n")
TRANSFER(iret_pointer, "", INT, "mov eax, 1\nincsspd eax\n", "iretd\n")
TRANSFER(retf, "", FAR, "", "retf\n")
TRANSFER(retf_n, "push eax\n", FAR, "", "retf 4\n")
TRANSFER(retf_unaligned, CALL, FAR, "", "retf\n")
TRANSFER(retf_eip, "", FAR, "mov dword ptr [esp], 0x1234\n", "retf\n")
TRANSFER(retf_shadow_eip, "", FAR, "mov byte ptr [esi-13], 0x40\n", "retf\n")
TRANSFER(retf_cs, "", FAR, "mov byte ptr [esi-8], 0x10\n", "retf\n")
TRANSFER(retf_ssp, "", FAR, "mov byte ptr [esi-24], 1\n", "retf\n")
TRANSFER(retf_ssp_above_4_gib, "", FAR, "mov byte ptr [esi-20], 1\n", "retf\n")
TRANSFER(retf_pointer, "", FAR, "mov eax, 1\nincsspd eax\n", "retf\n")
TRANSFER(call_next, "call 1f\n1:\nlea esp, [esp+4]\n", "", "", "nop\n")
TRANSFER(call_other, CALL, "", "", "nop\n")
TRANSFER(ret_memory, "", "call dword ptr [edi]\n", "", "ret\n")
TRANSFER(ret_register, "", "mov eax, [edi]\ncall eax\n", "", "ret\n")
TRANSFER(ret_n, "push eax\n", "call dword ptr [edi]\n", "", "ret 4\n")
TRANSFER(ret_eip, "", "call dword ptr [edi]\n", "mov dword ptr [esp], 0x1234\n", "ret\n")
TRANSFER(ret_shadow_eip, "", "call dword ptr [edi]\n", "mov byte ptr [esi-1], 0x40\n", "ret\n")
TRANSFER(ret_n_eip, "push eax\n", "call dword ptr [edi]\n", "mov dword ptr [esp], 0x1234\n", "ret 4\n")

#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define CALL_PAGE "SDM 2A \"CALL-Call Procedure\""
#define ROW(name_, spec_, about_, ...)                                                                                                     \
    {                                                                                                                                      \
        VARIANT, .name = #name_, .about = about_ ", supervisor shadow stacks", .spec = spec_, .needs = "cet_ss", .run = name_, __VA_ARGS__ \
    }
#define OK(name, spec, about) ROW(name, spec, about, .vector = NO_EXCEPTION)
#define CP(name, spec, error_, about) ROW(name, spec, about, .vector = VEC_CP, .error = error_, .saved_rip = AT_FAULT)
#define GP(name, spec, about) ROW(name, spec, about, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT)

VARIANTS(OK(iret, IRET, "IRETD"), OK(iret_unaligned, IRET, "IRETD to where SSP was a multiple of 4 only"),
         CP(iret_eip, IRET, 2, "IRETD to another EIP"), CP(iret_shadow_eip, IRET, 2, "IRETD, another EIP on the shadow stack"),
         CP(iret_cs, IRET, 2, "IRETD, another CS on the shadow stack"), CP(iret_ssp, IRET, 2, "IRETD, an odd SSP on the shadow stack"),
         GP(iret_ssp_above_4_gib, IRET, "IRETD, an SSP above 4 GiB on the shadow stack"), CP(iret_pointer, IRET, 2, "IRETD, SSP no multiple of 8"),
         OK(retf, RET, "far RET"), OK(retf_n, RET, "far RET imm16"), OK(retf_unaligned, RET, "far RET to where SSP was a multiple of 4 only"),
         CP(retf_eip, RET, 2, "far RET to another EIP"), CP(retf_shadow_eip, RET, 2, "far RET, another EIP on the shadow stack"),
         CP(retf_cs, RET, 2, "far RET, another CS on the shadow stack"), CP(retf_ssp, RET, 2, "far RET, an odd SSP on the shadow stack"),
         GP(retf_ssp_above_4_gib, RET, "far RET, an SSP above 4 GiB on the shadow stack"), CP(retf_pointer, RET, 2, "far RET, SSP no multiple of 8"),
         OK(call_next, CALL_PAGE, "CALL rel32 to the next instruction"), OK(call_other, CALL_PAGE, "CALL rel32 to another instruction"),
         OK(ret_memory, RET, "CALL [EDI], RET"), OK(ret_register, RET, "CALL EAX, RET"), OK(ret_n, RET, "CALL [EDI], RET imm16"),
         CP(ret_eip, RET, 1, "RET to another EIP"), CP(ret_shadow_eip, RET, 1, "RET, another EIP on the shadow stack"),
         CP(ret_n_eip, RET, 1, "RET imm16 to another EIP"));
