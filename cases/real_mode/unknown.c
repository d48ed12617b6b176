/*
 * Instructions that real mode doesn't know, or that nobody knows: #UD, with register and memory operands. SYSENTER and SYSEXIT are #GP. LOCK is
 * for the instructions that its page lists, with a memory destination.
 */
#include <case16.h>

#define UNKNOWN(X)                                                                                                  \
    X(lldt, "LLDT AX", "lldt ax", "ud-rm-lldt")                                                                     \
    X(lldt_memory, "LLDT m16", "lldt [0]", "")                                                                      \
    X(ltr, "LTR AX", "ltr ax", "ud-rm-ltr")                                                                         \
    X(ltr_memory, "LTR m16", "ltr [0]", "")                                                                         \
    X(sldt, "SLDT AX", "sldt ax", "ud-rm-sldt")                                                                     \
    X(sldt_memory, "SLDT m16", "sldt [0]", "")                                                                      \
    X(str, "STR AX", "str ax", "ud-rm-str")                                                                         \
    X(str_memory, "STR m16", "str [0]", "")                                                                         \
    X(verr, "VERR AX", "verr ax", "ud-rm-verr")                                                                     \
    X(verr_memory, "VERR m16", "verr [0]", "")                                                                      \
    X(verw, "VERW AX", "verw ax", "")                                                                               \
    X(verw_memory, "VERW m16", "verw [0]", "")                                                                      \
    X(lar, "LAR AX, CX", "lar ax, cx", "ud-rm-lar")                                                                 \
    X(lar_memory, "LAR AX, m16", ".byte 0x0f, 0x02, 0x06, 0, 0", "")                                                \
    X(lsl, "LSL AX, CX", "lsl ax, cx", "ud-rm-lsl")                                                                 \
    X(lsl_memory, "LSL AX, m16", ".byte 0x0f, 0x03, 0x06, 0, 0", "")                                                \
    X(arpl, "ARPL AX, CX", "arpl ax, cx", "ud-rm-arpl")                                                             \
    X(arpl_memory, "ARPL m16, AX", "arpl [0], ax", "")                                                              \
    X(ud2, "UD2", "ud2", "ud-rm-ud2")                                                                               \
    X(ud1, "UD1 EAX, ECX", ".byte 0x0f, 0xb9, 0xc1", "")                                                            \
    X(ud0, "UD0 EAX, ECX", ".byte 0x0f, 0xff, 0xc1", "")                                                            \
    X(mov_sreg_6, "MOV of segment register 6", ".byte 0x8e, 0xf0", "")                                              \
    X(bound_register, "BOUND with a register", ".byte 0x62, 0xc0", "")                                              \
    X(lds_register, "LDS or VEX", ".byte 0xc5, 0xc0, 0, 0", "")                                                     \
    X(les_register, "LES or VEX", ".byte 0xc4, 0xc0, 0, 0", "")                                                     \
    X(vex, "VMOVAPS XMM0, XMM0", ".byte 0xc5, 0xf8, 0x28, 0xc0", "ud-vex-rm")                                       \
    X(vex_3, "ANDN EAX, EAX, EAX", ".byte 0xc4, 0xe2, 0x78, 0xf2, 0xc0", "")                                        \
    X(lss_register, "LSS with a register", ".byte 0x0f, 0xb2, 0xc0", "")                                            \
    X(lgdt_register, "LGDT with a register", ".byte 0x0f, 0x01, 0xd7", "")                                          \
    X(lidt_register, "LIDT with a register", ".byte 0x0f, 0x01, 0xdf", "")                                          \
    X(call_far_register, "far CALL with a register", ".byte 0xff, 0xd8", "")                                        \
    X(jmp_far_register, "far JMP with a register", ".byte 0xff, 0xe8", "")                                          \
    X(rsm, "RSM outside SMM", ".byte 0x0f, 0xaa", "")                                                               \
    X(syscall, "SYSCALL with EFER.SCE=0", ".byte 0x0f, 0x05", "ud-rm-syscall")                                      \
    X(mov_cr1, "MOV EAX, CR1", ".byte 0x0f, 0x20, 0xc8", "")                                                        \
    X(lock_nop, "LOCK NOP", ".byte 0xf0, 0x90", "ud-rm-lock-nop")                                                   \
    X(lock_mov, "LOCK MOV m16, AX", ".byte 0xf0, 0x89, 0x06, 0, 0", "")                                             \
    X(lock_add_register, "LOCK ADD AX, CX", ".byte 0xf0, 0x01, 0xc8", "")                                           \
    X(lock_add_source, "LOCK ADD AX, m16", ".byte 0xf0, 0x03, 0x06, 0, 0", "")                                      \
    X(lock_cmp, "LOCK CMP m16, AX", ".byte 0xf0, 0x39, 0x06, 0, 0", "")                                             \
    X(lock_bt, "LOCK BT m16, AX", ".byte 0xf0, 0x0f, 0xa3, 0x06, 0, 0", "")                                         \
    X(lock_cmpxchg8b, "LOCK CMPXCHG8B with a register", ".byte 0xf0, 0x0f, 0xc7, 0xc8", "rm-ud-lock-cmpxchg8b-reg") \
    X(lock_push, "LOCK PUSH AX", ".byte 0xf0, 0x50", "")                                                            \
    X(lock_int3, "LOCK INT3", ".byte 0xf0, 0xcc", "")                                                               \
    X(lock_int, "LOCK INT n", ".byte 0xf0, 0xcd, 0x40", "")                                                         \
    X(lock_iret, "LOCK IRET", ".byte 0xf0, 0xcf", "")                                                               \
    X(lock_sti, "LOCK STI", ".byte 0xf0, 0xfb", "")

#define DEFINE(name, about, instruction, id) \
    static void name##_case(void)            \
    {                                        \
        FAULT(instruction);                  \
    }
UNKNOWN(DEFINE)

static void mov_cs(void)
{
    start.eax = REAL_CODE;
    FAULT(".byte 0x8e, 0xc8");
}

static void sysenter(void)
{
    write_msr(MSR_SYSENTER_CS, 8); /* 0 is refused in any mode */
    FAULT("sysenter");
}

static void sysexit(void)
{
    write_msr(MSR_SYSENTER_CS, 8);
    FAULT("sysexit");
}

static void locked(void)
{
    FAULT("lock add [0], ax\nlock inc word ptr [2]\nlock xchg [4], cx\nlock bts word ptr [6], 1\nlock not byte ptr [8]\nlock neg word ptr [10]");
}

#define SPEC "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\"; SDM 3B \"Instructions Supported in Real-Address Mode\""
#define ROW(name_, about_, instruction, id_)                                                    \
    {VARIANT,          .name = #name_,    .about = about_,       .spec = SPEC,       .id = id_, \
     .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_##_case},
VARIANTS(UNKNOWN(ROW){VARIANT, .name = "sysenter", .about = "SYSENTER", .spec = "SDM 2B \"SYSENTER-Fast System Call\"", .id = "sys-rm-sysenter",
                      .needs = "sysenter", .vector = VEC_GP, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = sysenter},
         {VARIANT, .name = "mov_cs", .about = "MOV CS, AX", .spec = SPEC, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = mov_cs},
         {VARIANT, .name = "sysexit", .about = "SYSEXIT", .spec = "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", .needs = "sysenter",
          .vector = VEC_GP, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = sysexit},
         {VARIANT, .name = "locked", .about = "LOCK before instructions that its page lists", .spec = "SDM 2A \"LOCK-Assert LOCK# Signal Prefix\"",
          .vector = NO_EXCEPTION, .run = locked});
