/*
 * The redirection map of CR4.VME=1 has 32 bytes below the I/O map's base, which is a word of the TSS: INT n whose byte lies beyond the TSS's limit is
 * #GP(0). One that is redirected needs room for three words: #SS(0). Of the flags behind it TF and VIF are cleared, with IOPL 3 TF and IF.
 */
#include <case32.h>

#define BASE 0x168u /* of the I/O map: two bytes */
#define LAST (BASE - 1)

static void redirect(unsigned vector)
{
    in_vm86();
    enable_vme();
    set_gate(VEC_BP, .dpl = 3);
    set_gate(0xff, .dpl = 3);
    set_ivt(vector, ASSEMBLE16(MARK(handler) "int3\n" MARK(stop) "iret\n"));
}

/* ARG0: the TSS's limit; ARG1: the last byte of the map. */
static void map(void)
{
    uint8_t *bytes = frame_of((uintptr_t)&tss);

    redirect(0xff);
    tss.io_map_base = BASE;
    for (unsigned i = BASE - 32; i <= BASE; i++)
        bytes[i] = (uint8_t)ARG1;
    set_tss_limit((uint16_t)ARG0);
    start.eflags |= EFLAGS_IOPL(3);
    FAULT16("int 0xff");
}

/* The map lies in the TSS, among fields that nobody uses here. ARG0: the TSS's limit. */
static void map_in_tss(void)
{
    redirect(0xff);
    tss.io_map_base = 0x40;
    set_tss_limit((uint16_t)ARG0);
    start.eflags |= EFLAGS_IOPL(3);
    FAULT16("int 0xff");
}

/* ARG0: SP. */
static void room(void)
{
    redirect(0x21);
    start.esp = (uint32_t)ARG0;
    FAULT16("int 0x21");
}

/* ARG0: flags to set, ARG1: flags to clear. */
static void flags(void)
{
    redirect(0x21);
    start.eflags = (start.eflags | (uint32_t)ARG0) & ~(uint32_t)ARG1;
    record_memory("pushed", (const void *)(16 * REAL_STACK + (uintptr_t)start.esp - 4), 4);
    FAULT16("int 0x21");
}

/* Without CR4.VME there is no such map. */
static void other_cr4(void)
{
    in_vm86();
    write_cr4(read_cr4() | CR4_DE);
    set_gate(0xff, .dpl = 3);
    start.eflags |= EFLAGS_IOPL(3);
    FAULT16("int 0xff");
}

#define ROW(name_, run_, arg0, arg1, about_, ...)                                                                                                    \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = "INT n with CR4.VME=1: " about_,                                                                            \
                 .spec = "SDM 3B \"Class 3-Software Interrupt Handling in Virtual-8086 Mode\"; SDM 3A \"Task-State Segment (TSS)\"", .needs = "vme", \
                 .run = run_, .arg = {arg0, arg1}, __VA_ARGS__                                                                                       \
    }
#define COMES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "stop"
VARIANTS(ROW("beyond", map, LAST - 1, 0, "the TSS ends before the last byte of the map, vector 0xff", .vector = VEC_GP, .error = 0,
             .saved_rip = AT_FAULT),
         ROW("limit_102", map_in_tss, 102, 0, "the TSS ends within the word of the map's base", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT),
         ROW("limit_103", map_in_tss, 103, 0, "the TSS ends with the word of the map's base", COMES),
         ROW("exact", map, LAST, 0, "the TSS ends with the map, vector 0xff, its bit is 0", COMES),
         ROW("exact_idt", map, LAST, 0x80, "the TSS ends with the map, vector 0xff, its bit is 1", .vector = 0xff, .error = NO_ERROR,
             .saved_rip = AFTER),
         ROW("sp_1", room, 1, 0, "redirected, SP=1", .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT),
         ROW("sp_5", room, 5, 0, "redirected, SP=5", .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT),
         ROW("flags", flags, EFLAGS_DF | EFLAGS_AC | EFLAGS_ID, EFLAGS_CF, "redirected, DF=AC=ID=1 and CF=0", COMES),
         ROW("flags_iopl_3", flags, EFLAGS_IOPL(3) | EFLAGS_DF | EFLAGS_AC | EFLAGS_ID, EFLAGS_CF, "redirected, IOPL 3, DF=AC=ID=1 and CF=0", COMES),
         {VARIANT, .name = "other_cr4", .about = "INT n with CR4.VME=0 and CR4.DE=1: through the IDT", .needs = "de", .run = other_cr4,
          .spec = "SDM 3B \"Class 3-Software Interrupt Handling in Virtual-8086 Mode\"", .vector = 0xff, .error = NO_ERROR, .saved_rip = AFTER});
