/* What the decoder refuses: undefined opcodes and LOCK are #UD, an instruction of more than 15 bytes is #GP(0), and SYSENTER and SYSEXIT have their
 * own checks. */
#include <case32.h>

#define UNDEFINED_OPCODE "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\""
#define LENGTH "SDM 3A \"Interrupt 13-General Protection Exception (#GP)\""

#define RUN(name, text)                                                         \
    static void name(void)                                                      \
    {                                                                           \
        in_ring((unsigned)ARG0);                                                \
        start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER); \
        FAULT(text);                                                            \
    }

RUN(ud2, "ud2")
RUN(lock_nop, ".byte 0xf0, 0x90")
RUN(lock_register, ".byte 0xf0, 0x01, 0xc0")
RUN(lock_mov, ".byte 0xf0, 0x89, 0x03")
RUN(lock_cmp, ".byte 0xf0, 0x39, 0x03")
RUN(mov_cs, ".byte 0x8e, 0xc8")
RUN(mov_segment_6, ".byte 0x8e, 0xf0")
RUN(far_jump_register, ".byte 0xff, 0xe8")
RUN(far_call_register, ".byte 0xff, 0xd8")
RUN(ff_7, ".byte 0xff, 0xf8")
RUN(fe_2, ".byte 0xfe, 0xd0")
RUN(lidt_register, ".byte 0x0f, 0x01, 0xd8, 0x90")
RUN(mov_cr1, ".byte 0x0f, 0x20, 0xc8")
RUN(bytes_15, ".byte 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x90")
RUN(bytes_16, ".byte 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x90")
RUN(sysexit, "sysexit")
RUN(syscall_, "syscall")
RUN(sysret_, ".byte 0x0f, 0x07")

static void sysenter(void)
{
    in_ring((unsigned)ARG0);
    write_msr(MSR_SYSENTER_CS, ARG1);
    FAULT("sysenter");
}

static void sysexit_no_cs(void)
{
    write_msr(MSR_SYSENTER_CS, ARG1);
    FAULT("sysexit");
}

#define ROW(name_, about_, id_, spec_, arg0, arg1, run_, ...)                                                            \
    {                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .run = run_, .arg = {arg0, arg1}, __VA_ARGS__ \
    }
#define UD(name, about, id, run) ROW(name, about, id, UNDEFINED_OPCODE, 0, 0, run, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT)
#define GP .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(UD("ud2", "UD2", "ud-pm32-ud2", ud2), UD("lock_nop", "LOCK NOP", "ud-pm32-lock", lock_nop),
         UD("lock_register", "LOCK ADD of registers", "", lock_register), UD("lock_mov", "LOCK MOV to memory", "", lock_mov),
         UD("lock_cmp", "LOCK CMP with memory", "", lock_cmp), UD("mov_cs", "MOV to CS", "", mov_cs),
         UD("mov_segment_6", "MOV to segment register 6", "", mov_segment_6),
         UD("far_jump_register", "far JMP through a register", "", far_jump_register),
         UD("far_call_register", "far CALL through a register", "", far_call_register), UD("ff_7", "FF /7", "", ff_7), UD("fe_2", "FE /2", "", fe_2),
         UD("lidt_register", "LIDT of a register", "", lidt_register), UD("mov_cr1", "MOV from CR1", "", mov_cr1),
         ROW("bytes_15", "NOP with 14 prefixes", "", LENGTH, 0, 0, bytes_15, .vector = NO_EXCEPTION),
         ROW("bytes_16", "NOP with 15 prefixes", "pm-insn-16-bytes", LENGTH, 0, 0, bytes_16, GP),
         ROW("bytes_16_user", "NOP with 15 prefixes at CPL 3", "", LENGTH, 3, 0, bytes_16, GP),
         ROW("sysenter_cs0", "SYSENTER at CPL 3 with IA32_SYSENTER_CS=0", "sys-pm32-sysenter-cs0", "SDM 2B \"SYSENTER-Fast System Call\"", 3, 0,
             sysenter, GP, .needs = "sysenter"),
         ROW("sysenter_cs3", "SYSENTER at CPL 0 with IA32_SYSENTER_CS=3", "", "SDM 2B \"SYSENTER-Fast System Call\"", 0, 3, sysenter, GP,
             .needs = "sysenter"),
         ROW("sysexit_user", "SYSEXIT at CPL 3", "sys-pm32-sysexit-user", "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", 3, 0, sysexit, GP,
             .needs = "sysenter"),
         ROW("sysexit_ring1", "SYSEXIT at CPL 1", "", "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", 1, 0, sysexit, GP, .needs = "sysenter"),
         ROW("sysexit_cs0", "SYSEXIT at CPL 0 with IA32_SYSENTER_CS=0", "", "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", 0, 0,
             sysexit_no_cs, GP, .needs = "sysenter"),
         ROW("syscall", "SYSCALL with IA32_EFER.SCE=0", "sys-pm32-syscall-intel", "SDM 2B \"SYSCALL-Fast System Call\"", 0, 0, syscall_,
             .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT),
         ROW("sysret", "SYSRET with IA32_EFER.SCE=0", "", "SDM 2B \"SYSRET-Return From Fast System Call\"", 0, 0, sysret_, .vector = VEC_UD,
             .error = NO_ERROR, .saved_rip = AT_FAULT));
