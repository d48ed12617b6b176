/*
 * Exceptions out of virtual-8086 mode, each with the frame of nine words, GS, FS, DS and ES in it: the page faults of CPL 3, alignment checks, and
 * what an instruction raises in any mode.
 */
#include <case32.h>

static void words(uint32_t first, uint32_t second)
{
    ((uint32_t *)(16 * REAL_DS))[0] = first;
    ((uint32_t *)(16 * REAL_DS))[1] = second;
}

/* A page below 1 MiB that the case may change: segment 0x5000. */
#define PAGE 0x50000u
static void page(uint32_t clear, uint32_t set)
{
    change_page(PAGE, clear, set);
    start.ds = start.es = PAGE >> 4;
    start.ebx = start.edi = 0x10;
}

static void set_cr0(uint32_t set)
{
    write_cr0(read_cr0() | set);
}

#define DF_ZERO (start.ebx = 0, start.edx = 0, start.eax = 0x1234)
#define X87_ZERO_DIVIDE "fninit\nfldcw [0]\nfld1\nfldz\nfdivp st(1), st\n"
#define FAULTS(X)                                                                                                                                    \
    X(page_not_present, "", page(PAGE_PRESENT, 0), "a write to a page that isn't present", "", "mov [bx], ax", VEC_PF, PF_U | PF_W, AT_FAULT,        \
      "vm86-pf")                                                                                                                                     \
    X(page_not_present_read, "", page(PAGE_PRESENT, 0), "a read from a page that isn't present", "", "mov ax, [bx]", VEC_PF, PF_U, AT_FAULT, "")     \
    X(page_supervisor, "", page(0, 0), "a read from a supervisor page", "", "mov ax, [bx]", VEC_PF, PF_P | PF_U, AT_FAULT, "")                       \
    X(page_read_only, "", page(PAGE_WRITE, PAGE_USER), "a write to a read-only page", "", "stosw", VEC_PF, PF_P | PF_U | PF_W, AT_FAULT, "")         \
    X(align, "i486", (set_cr0(CR0_AM), start.eflags |= EFLAGS_AC, start.ebx = 1), "a doubleword that isn't aligned, CR0.AM=1, EFLAGS.AC=1", "",      \
      "mov eax, [bx]", VEC_AC, 0, AT_FAULT, "vm86-ac")                                                                                               \
    X(align_push, "i486", (set_cr0(CR0_AM), start.eflags |= EFLAGS_AC, start.esp -= 1), "a push that isn't aligned", "", "push ax", VEC_AC, 0,       \
      AT_FAULT, "")                                                                                                                                  \
    X(divide, "", DF_ZERO, "DIV BL, BL=0", "", "div bl", VEC_DE, NO_ERROR, AT_FAULT, "vm86-de")                                                      \
    X(bound, "", (words(10 << 16, 0), start.eax = 11), "BOUND AX, 11 of 0 to 10", "", "bound ax, [0]", VEC_BR, NO_ERROR, AT_FAULT, "")               \
    X(x87, "", set_cr0(CR0_TS), "FLD1 with CR0.TS=1", "", "fld1", VEC_NM, NO_ERROR, AT_FAULT, "")                                                    \
    X(fwait, "", (words(0x37b, 0), set_cr0(CR0_NE)), "FWAIT behind an x87 division by 0", X87_ZERO_DIVIDE, "fwait", VEC_MF, NO_ERROR, AT_FAULT, "")  \
    X(x87_em, "", set_cr0(CR0_EM), "FLD1 with CR0.EM=1", "", "fld1", VEC_NM, NO_ERROR, AT_FAULT, "")                                                 \
    X(fwait_ts_mp, "", set_cr0(CR0_TS | CR0_MP), "FWAIT with CR0.TS=MP=1", "", "fwait", VEC_NM, NO_ERROR, AT_FAULT, "")                              \
    X(fwait_ts, "", (write_cr0(read_cr0() & ~(uintptr_t)CR0_MP), set_cr0(CR0_TS)), "FWAIT with CR0.TS=1, MP=0", "", "fwait", NO_EXCEPTION, NO_ERROR, \
      "", "")                                                                                                                                        \
    X(into, "", set_gate(VEC_OF, .dpl = 3), "INTO with OF=1, IOPL 0", "", "into", VEC_OF, NO_ERROR, AFTER, "vm86-into")                              \
    X(into_dpl_0, "", , "INTO with OF=1, the gate's DPL is 0", "", "into", VEC_GP, IDT_ERROR(VEC_OF), AT_FAULT, "")                                  \
    X(int3_dpl_0, "", , "INT3, the gate's DPL is 0", "", "int3", VEC_GP, IDT_ERROR(VEC_BP), AT_FAULT, "")                                            \
    X(int3_dpl_0_iopl_3, "", start.eflags |= EFLAGS_IOPL(3), "INT3 with IOPL 3, the gate's DPL is 0", "", "int3", VEC_GP, IDT_ERROR(VEC_BP),         \
      AT_FAULT, "")                                                                                                                                  \
    X(int1, "", , "INT1, the gate's DPL is 0", "", ".byte 0xf1", VEC_DB, NO_ERROR, AFTER, "vm86-icebp")                                              \
    X(length, "", , "an instruction of 16 bytes", "", ".rept 15\n.byte 0x2e\n.endr\nnop", VEC_GP, 0, AT_FAULT, "")                                   \
    X(int_2, "", (set_gate(VEC_NMI, .dpl = 3), start.eflags |= EFLAGS_IOPL(3)), "INT 2 with IOPL 3", "", "int 2", VEC_NMI, NO_ERROR, AFTER, "")      \
    X(int_13, "", (set_gate(VEC_GP, .dpl = 3), start.eflags |= EFLAGS_IOPL(3)), "INT 13 with IOPL 3: no error code", "", "int 13", VEC_GP, NO_ERROR, \
      AFTER, "")                                                                                                                                     \
    X(trap_gate, "", set_gate(VEC_UD, .type = GATE_TRAP), "UD2 through a trap gate: IF stays", "", "ud2", VEC_UD, NO_ERROR, AT_FAULT, "")            \
    X(all_flags, "", start.eflags |= EFLAGS_NT | EFLAGS_DF | EFLAGS_IOPL(2) | EFLAGS_ID, "UD2 with NT, DF, ID set, IOPL 2", "", "ud2", VEC_UD,       \
      NO_ERROR, AT_FAULT, "")                                                                                                                        \
    X(segments, "", (start.ds = 0xffff, start.es = 0, start.fs = 0xb0b1, start.gs = 3), "UD2 with segments that are no selectors", "", "ud2",        \
      VEC_UD, NO_ERROR, AT_FAULT, "")                                                                                                                \
    X(high_esp, "", start.esp |= 0x12340000, "UD2 with a bit set in the upper half of ESP", "", "ud2", VEC_UD, NO_ERROR, AT_FAULT, "")

#define DEFINE(name, needs, state, about, before, instruction, vector, error, ip, id) \
    static void name(void)                                                            \
    {                                                                                 \
        in_vm86();                                                                    \
        state;                                                                        \
        PROGRAM16(before MARK(fault) instruction "\n" MARK(after) "nop\n");           \
    }
FAULTS(DEFINE)

/* The handler makes the page present, and the instruction is executed again. */
static void repair(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(PAGE, 0, PAGE_PRESENT | PAGE_USER);
}

static void page_resumed(void)
{
    on_exception(VEC_PF, repair);
    page_not_present();
}

#define SPEC "SDM 3B \"Class 1-Hardware Interrupt and Exception Handling in Virtual-8086 Mode\""
#define ROW(name_, needs_, state, about_, before, instruction, vector_, error_, ip, id_) \
    {VARIANT,         .name = #name_,    .about = about_, .spec = SPEC,    .id = id_,    \
     .needs = needs_, .vector = vector_, .error = error_, .saved_rip = ip, .run = name_},
VARIANTS(FAULTS(ROW){VARIANT, .name = "page_resumed", .about = "a write to a page that isn't present; the handler repairs it and returns",
                     .spec = SPEC, .vector = VEC_PF, .error = PF_U | PF_W, .saved_rip = AT_FAULT, .resumes = 1, .run = page_resumed});
