/* #NM, #MF, #XM and #AC: faults with EIP at the instruction; #AC has the error code 0 and comes at CPL 3 only. */
#include <case32.h>

#define DEVICE "SDM 3A \"Interrupt 7-Device Not Available Exception (#NM)\""
#define X87 "SDM 3A \"Interrupt 16-x87 FPU Floating-Point Error (#MF)\""
#define SIMD "SDM 3A \"Interrupt 19-SIMD Floating-Point Exception (#XM)\""
#define CHECK "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\""

/* Bits of CR0 that are set for it; the CPL. */
#define NM(name, text)                          \
    static void name(void)                      \
    {                                           \
        in_ring((unsigned)ARG1);                \
        write_cr0(read_cr0() | (uint32_t)ARG0); \
        FAULT(text);                            \
    }

NM(fld1, "fld1")
NM(fwait, "fwait")
NM(fnstsw, "fnstsw ax")

static void fwait_ts_alone(void)
{
    write_cr0((read_cr0() & ~CR0_MP) | CR0_TS);
    FAULT("fwait");
}

static void fwait_em_alone(void)
{
    write_cr0(read_cr0() | CR0_EM);
    FAULT("fwait");
}

static void clear_ts(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    write_cr0(read_cr0() & ~CR0_TS);
}

static void restarted(void)
{
    on_exception(VEC_NM, clear_ts);
    write_cr0(read_cr0() | CR0_TS);
    FAULT("fwait");
}

static void code16(void)
{
    in_code16();
    write_cr0(read_cr0() | CR0_TS);
    FAULT16("fld1");
}

/* Divide-by-zero is unmasked. */
#define MF(name, text)                                                                                         \
    static void name(void)                                                                                     \
    {                                                                                                          \
        in_ring((unsigned)ARG1);                                                                               \
        *(uint16_t *)frame_of(start.ebx = map_page("control", PAGE_PRESENT | PAGE_WRITE | PAGE_USER)) = 0x37b; \
        PROGRAM("fldcw [ebx]\nfld1\nfldz\nfdivp\n" MARK(fault) text "\n" MARK(after));                         \
    }

MF(mf_fwait, "fwait")
MF(mf_fld1, "fld1")
MF(mf_fnstsw, "fnstsw ax\nmov eax, 0")

static void xm(void)
{
    uint32_t *data;

    in_ring((unsigned)ARG1);
    start.ebx = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    data = frame_of(start.ebx);
    data[0] = 0x1d80;     /* MXCSR: divide-by-zero unmasked */
    data[1] = 0x3f800000; /* 1.0 */
    write_cr4(read_cr4() | CR4_OSFXSR | (uint32_t)ARG0);
    PROGRAM("ldmxcsr [ebx]\nmovss xmm0, [ebx+4]\nxorps xmm1, xmm1\n" MARK(fault) "divss xmm0, xmm1\n" MARK(after));
}

/* EBX and ESI are ARG0 behind a 16-byte boundary; the CPL is ARG1. */
static void align(void)
{
    in_ring((unsigned)ARG1);
    start.ebx = start.esi = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + (uint32_t)ARG0;
    start.edi = start.ebx - (uint32_t)ARG0 + 0x80;
    write_cr0(read_cr0() | CR0_AM);
    start.eflags |= EFLAGS_AC;
}

#define AC(name, text)     \
    static void name(void) \
    {                      \
        align();           \
        FAULT(text);       \
    }

AC(load, "mov eax, [ebx]")
AC(load_word, "mov ax, [ebx]")
AC(load_byte, "mov al, [ebx]")
AC(store, "mov [ebx], ecx")
AC(movs, "movsd")
AC(lfs, "lfs eax, [ebx]")
AC(bound, "bound eax, [ebx]")

static void push(void)
{
    align();
    start.esp -= (uint32_t)ARG0;
    FAULT("push eax");
}

static void push_word(void)
{
    align();
    start.esp -= (uint32_t)ARG0;
    FAULT("push ax");
}

static void call(void)
{
    align();
    start.esp -= (uint32_t)ARG0;
    FAULT("call 1f\n1:");
}

static void no_flag(void)
{
    align();
    start.eflags &= ~EFLAGS_AC;
    FAULT("mov eax, [ebx]");
}

static void no_mask(void)
{
    align();
    write_cr0(read_cr0() & ~CR0_AM);
    FAULT("mov eax, [ebx]");
}

static void load16(void)
{
    align();
    in_code16();
    FAULT16("mov eax, [ebx]");
}

/* The processor's own accesses aren't checked: frame, IDT, GDT and TSS at odd addresses. */
static void delivery(void)
{
    uint8_t *copy = (uint8_t *)map_pages("idt_copy", 2, PAGE_PRESENT | PAGE_WRITE) + 0x101;

    align();
    for (unsigned i = 0; i < 8 * 32; i++)
        copy[i] = ((const uint8_t *)idt)[i];
    lidt((uintptr_t)copy, 8 * 32 - 1);
    for (unsigned i = 0; i < sizeof(struct tss32); i++)
        copy[0x1000 + i] = ((const uint8_t *)&tss)[i];
    load_tss((uintptr_t)copy + 0x1000, sizeof(struct tss32) - 1);
    ((struct tss32 *)(copy + 0x1000))->esp0 -= 3;
    FAULT("ud2");
}

#define ROW(name_, about_, id_, spec_, arg0, cpl, run_, ...)                                                            \
    {                                                                                                                   \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .run = run_, .arg = {arg0, cpl}, __VA_ARGS__ \
    }
#define FAULTS(vector_, error_) .vector = vector_, .error = error_, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define IS_AC FAULTS(VEC_AC, 0), .needs = "i486"

VARIANTS(ROW("nm", "FLD1 with CR0.TS=1", "nm-pm32", DEVICE, CR0_TS, 0, fld1, FAULTS(VEC_NM, NO_ERROR)),
         ROW("nm_user", "FLD1 with CR0.TS=1 at CPL 3", "", DEVICE, CR0_TS, 3, fld1, FAULTS(VEC_NM, NO_ERROR)),
         ROW("nm_em", "FLD1 with CR0.EM=1", "", DEVICE, CR0_EM, 0, fld1, FAULTS(VEC_NM, NO_ERROR)),
         ROW("nm_fnstsw", "FNSTSW with CR0.TS=1", "", DEVICE, CR0_TS, 0, fnstsw, FAULTS(VEC_NM, NO_ERROR)),
         ROW("nm_fwait", "FWAIT with CR0.TS=1 and MP=1", "", DEVICE, CR0_TS, 0, fwait, FAULTS(VEC_NM, NO_ERROR)),
         ROW("nm_restarted", "FWAIT with CR0.TS=1; the handler clears TS", "", DEVICE, 0, 0, restarted, FAULTS(VEC_NM, NO_ERROR), .resumes = 1),
         ROW("nm_code16", "FLD1 of 16-bit code with CR0.TS=1", "", DEVICE, 0, 0, code16, FAULTS(VEC_NM, NO_ERROR)),
         ROW("fwait_ts_alone", "FWAIT with CR0.TS=1 and MP=0", "", DEVICE, 0, 0, fwait_ts_alone, PASSES),
         ROW("fwait_em_alone", "FWAIT with CR0.EM=1 and TS=0", "", DEVICE, 0, 0, fwait_em_alone, PASSES),
         ROW("mf", "FWAIT with a pending x87 exception", "mf-pm32", X87, 0, 0, mf_fwait, FAULTS(VEC_MF, NO_ERROR)),
         ROW("mf_user", "FWAIT with a pending x87 exception at CPL 3", "", X87, 0, 3, mf_fwait, FAULTS(VEC_MF, NO_ERROR)),
         ROW("mf_fld1", "FLD1 with a pending x87 exception", "", X87, 0, 0, mf_fld1, FAULTS(VEC_MF, NO_ERROR)),
         ROW("mf_fnstsw", "FNSTSW with a pending x87 exception: it doesn't wait", "", X87, 0, 0, mf_fnstsw, PASSES),
         ROW("xm", "DIVSS by 0, unmasked", "xm-pm32", SIMD, CR4_OSXMMEXCPT, 0, xm, FAULTS(VEC_XM, NO_ERROR), .needs = "sse"),
         ROW("xm_user", "DIVSS by 0, unmasked, at CPL 3", "", SIMD, CR4_OSXMMEXCPT, 3, xm, FAULTS(VEC_XM, NO_ERROR), .needs = "sse"),
         ROW("xm_osxmmexcpt_0", "DIVSS by 0, unmasked, CR4.OSXMMEXCPT=0: #UD", "", SIMD, 0, 0, xm, FAULTS(VEC_UD, NO_ERROR), .needs = "sse"),
         ROW("ac", "load of a doubleword from 16n+2 at CPL 3 with AM=1, AC=1", "ac-pm32-dword", CHECK, 2, 3, load, IS_AC),
         ROW("ac_word", "load of a word from 16n+1 at CPL 3 with AM=1, AC=1", "", CHECK, 1, 3, load_word, IS_AC),
         ROW("ac_store", "store of a doubleword to 16n+1 at CPL 3 with AM=1, AC=1", "", CHECK, 1, 3, store, IS_AC),
         ROW("ac_push", "PUSH to 4n+2 at CPL 3 with AM=1, AC=1", "", CHECK, 2, 3, push, IS_AC),
         ROW("ac_push_word", "PUSH of a word to 2n+1 at CPL 3 with AM=1, AC=1", "", CHECK, 1, 3, push_word, IS_AC),
         ROW("ac_call", "CALL with ESP=4n+3 at CPL 3 with AM=1, AC=1", "", CHECK, 1, 3, call, IS_AC),
         ROW("ac_movs", "MOVS of a doubleword from 16n+2 at CPL 3 with AM=1, AC=1", "", CHECK, 2, 3, movs, IS_AC),
         ROW("ac_lfs", "LFS from 16n+1 at CPL 3 with AM=1, AC=1", "", CHECK, 1, 3, lfs, IS_AC),
         ROW("ac_bound", "BOUND with its operand at 16n+2 at CPL 3 with AM=1, AC=1", "", CHECK, 2, 3, bound, IS_AC),
         ROW("ac_code16", "load of a doubleword by 16-bit code from 16n+2 at CPL 3 with AM=1, AC=1", "", CHECK, 2, 3, load16, IS_AC),
         ROW("ac_byte", "load of a byte from 16n+1 at CPL 3 with AM=1, AC=1", "", CHECK, 1, 3, load_byte, PASSES, .needs = "i486"),
         ROW("ac_aligned", "load of a doubleword from 16n+4 at CPL 3 with AM=1, AC=1", "", CHECK, 4, 3, load, PASSES, .needs = "i486"),
         ROW("ac_word_aligned", "PUSH of a word to 4n+2 at CPL 3 with AM=1, AC=1", "", CHECK, 2, 3, push_word, PASSES, .needs = "i486"),
         ROW("ac_ring0", "load of a doubleword from 16n+2 at CPL 0 with AM=1, AC=1", "", CHECK, 2, 0, load, PASSES, .needs = "i486"),
         ROW("ac_ring1", "load of a doubleword from 16n+2 at CPL 1 with AM=1, AC=1", "", CHECK, 2, 1, load, PASSES, .needs = "i486"),
         ROW("ac_ring2", "load of a doubleword from 16n+2 at CPL 2 with AM=1, AC=1", "", CHECK, 2, 2, load, PASSES, .needs = "i486"),
         ROW("ac_no_flag", "load of a doubleword from 16n+2 at CPL 3 with AM=1, AC=0", "", CHECK, 2, 3, no_flag, PASSES, .needs = "i486"),
         ROW("ac_no_mask", "load of a doubleword from 16n+2 at CPL 3 with AM=0, AC=1", "", CHECK, 2, 3, no_mask, PASSES, .needs = "i486"),
         ROW("ac_delivery", "UD2 at CPL 3 with AM=1, AC=1, IDT, TSS and ESP0 at odd addresses", "", CHECK, 0, 3, delivery, FAULTS(VEC_UD, NO_ERROR),
             .needs = "i486"));
