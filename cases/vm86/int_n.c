/*
 * INT n in virtual-8086 mode, by IOPL, CR4.VME and the redirection bit map (SDM 3B "Interrupt and Exception Handling in
 * Virtual-8086 Mode"): to the IDT, to the interrupt table of the virtual machine, or #GP.
 */
#include <case32.h>

#define VECTOR 0x21u

static void through_idt(void)
{
    in_vm86();
    set_gate(VECTOR, .dpl = ARG1);
    start.eflags |= EFLAGS_IOPL(ARG0);
    FAULT16("int 0x21");
}

/* Neither the handler's code segment of DPL 1 nor a conforming one will do: CPL 0 is required. */
static void handler_by(uint16_t rpl)
{
    struct descriptor d = {.type = (uint8_t)ARG0, .dpl = (uint8_t)ARG1, .limit = 0xfffff, .g = true, .d = true};

    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_gate(VECTOR, .dpl = 3, .selector = add_descriptor("target", encode_descriptor(d)) | rpl);
    FAULT16("int 0x21");
}

static void handler_segment(void)
{
    handler_by(0);
}

static void handler_segment_rpl(void)
{
    handler_by(3);
}

/* Bit 0x21 of the map is 0: as in real mode, without leaving virtual-8086 mode. The handler there raises INT3. */
static void redirected(void)
{
    in_vm86();
    enable_vme();
    set_gate(VEC_BP, .dpl = 3);
    set_ivt(VECTOR, ASSEMBLE16(MARK(handler) "int3\n" MARK(stop) "iret\n"));
    start.eflags |= EFLAGS_IOPL(ARG0);
    PROGRAM16("int 0x21\n" MARK(after) "nop\n");
}

static void not_redirected(void)
{
    in_vm86();
    enable_vme();
    set_redirection(VECTOR, true);
    set_gate(VECTOR, .dpl = 3);
    start.eflags |= EFLAGS_IOPL(ARG0);
    FAULT16("int 0x21");
}

static void task_gate(void)
{
    in_vm86();
    set_task_gate(VECTOR, add_task("handler"), .dpl = 3);
    start.eflags |= EFLAGS_IOPL(3);
    on_exception(VECTOR, resume);
    FAULT16("int 0x21");
}

#define ROW_TO(name_, run_, arg0_, arg1_, vector_, error_, rip_, resumes_, needs_, id_, about_)                                        \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3B \"Handling Virtual-8086 Mode Interrupts and Exceptions\"", .id = id_, \
                 .vector = vector_, .error = error_, .saved_rip = rip_, .resumes = resumes_, .needs = needs_, .run = run_, .arg = {    \
                     arg0_,                                                                                                            \
                     arg1_                                                                                                             \
                 }                                                                                                                     \
    }
#define ROW(name_, run_, arg0_, arg1_, vector_, error_, rip_, needs_, id_, about_) \
    ROW_TO(name_, run_, arg0_, arg1_, vector_, error_, rip_, 0, needs_, id_, about_)
VARIANTS(ROW("iopl0", through_idt, 0, 3, VEC_GP, 0, AT_FAULT, "", "vm86-int-n", "INT n with IOPL 0"),
         ROW("iopl3", through_idt, 3, 3, VECTOR, NO_ERROR, AFTER, "", "vm86-int-n-iopl3", "INT n with IOPL 3"),
         ROW("iopl3_dpl0", through_idt, 3, 0, VEC_GP, IDT_ERROR(VECTOR), AT_FAULT, "", "vm86-int-n-iopl3-dpl0",
             "INT n with IOPL 3, the gate's DPL is 0"),
         ROW("handler_dpl1", handler_segment, CODE_READABLE, 1, VEC_GP, SEL_FREE, AT_FAULT, "", "vm86-handler-dpl1",
             "the handler's code segment is of DPL 1"),
         ROW("handler_conforming", handler_segment, CODE_CONFORMING, 0, VEC_GP, SEL_FREE, AT_FAULT, "", "vm86-handler-conforming",
             "the handler's code segment is conforming"),
         ROW("handler_dpl1_rpl", handler_segment_rpl, CODE_READABLE, 1, VEC_GP, SEL_FREE, AT_FAULT, "", "",
             "the handler's code segment is of DPL 1, its selector of RPL 3"),
         ROW("handler_conforming_rpl", handler_segment_rpl, CODE_CONFORMING, 0, VEC_GP, SEL_FREE, AT_FAULT, "", "",
             "the handler's code segment is conforming, its selector of RPL 3"),
         ROW("redirected", redirected, 0, 0, VEC_BP, NO_ERROR, "stop", "vme", "vm86-vme-redirect", "INT n with VME, the map's bit is 0, IOPL 0"),
         ROW("redirected_iopl3", redirected, 3, 0, VEC_BP, NO_ERROR, "stop", "vme", "", "INT n with VME, the map's bit is 0, IOPL 3"),
         ROW("not_redirected", not_redirected, 3, 0, VECTOR, NO_ERROR, AFTER, "vme", "", "INT n with VME, the map's bit is 1, IOPL 3"),
         ROW("not_redirected_iopl0", not_redirected, 0, 0, VEC_GP, 0, AT_FAULT, "vme", "", "INT n with VME, the map's bit is 1, IOPL 0"),
         ROW_TO("task_gate", task_gate, 0, 0, VECTOR, NO_ERROR, AFTER, 1, "", "vm86-taskgate",
                "INT n with IOPL 3 through a task gate, whose task returns"));
