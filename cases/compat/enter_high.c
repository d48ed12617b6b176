/*
 * Compatibility mode has an EIP: of the offset of a far transfer of 64 bits to it the lower half counts. The exception behind shows that nothing is
 * left of the upper one. And what IRET and RET take for SS there may not be NULL, whatever its RPL.
 */
#include <case.h>

#include "../far_transfer/image.h"

/* ARG0: what is added to the target. */
static void by_pointer(struct program program)
{
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE);
    *(uint64_t *)frame_of(start.rbx) = label_of(program, "target") + ARG0;
    *(uint16_t *)frame_of(start.rbx + 8) = SEL_KERNEL_CODE32;
    run_program(program);
}

#define TEXT(bytes) ASSEMBLE(MARK(fault) ".byte " bytes "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached))

static void call64(void)
{
    by_pointer(TEXT("0x48, 0xff, 0x1b"));
}

/* RIP and CS, RFLAGS of IRET, and RSP and SS, which RET takes where the ring is another. */
static void by_stack(struct program program, unsigned size, bool iret, uint64_t rip, uint16_t cs, uint64_t rsp, uint16_t ss)
{
    uint64_t iret_image[] = {rip, cs, start.rflags, rsp, ss}, ret_image[] = {rip, cs, rsp, ss};

    start.rsp -= 0x100;
    write_image(start.rsp, size, iret ? iret_image : ret_image, iret ? 5 : 4);
    run_program(program);
}

/* To 64-bit code of ring 1 NULL would be taken. */
static uint16_t ring_1(void)
{
    struct descriptor code = {.type = CODE_READABLE, .dpl = 1, .d = true, .limit = 0xfffff, .g = true};

    set_gate(VEC_BP, .dpl = 3); /* for who takes it */
    return add_descriptor("ring1", encode_descriptor(code)) | 1;
}

#define BACK(name, size, iret, bytes, cs, ss)                                                                                  \
    static void name(void)                                                                                                     \
    {                                                                                                                          \
        struct program program = TEXT(bytes);                                                                                  \
                                                                                                                               \
        by_stack(program, size, iret, label_of(program, "target") + ARG0, cs, stack_top(STACK_KERNEL) - 0x80, (uint16_t)(ss)); \
    }
BACK(ret64, 8, false, "0x48, 0xcb", SEL_KERNEL_CODE32, SEL_KERNEL_DATA)
BACK(iretq, 8, true, "0x48, 0xcf", SEL_KERNEL_CODE32, SEL_KERNEL_DATA)
BACK(null_iretq_ring_1, 8, true, "0x48, 0xcf", ring_1(), ARG1)
BACK(null_ret64_ring_1, 8, false, "0x48, 0xcb", ring_1(), ARG1)

/* To CPL 3, where nothing is mapped: the image is what the golden file has of it, whatever lies where in this ROM. */
#define REFUSED(name, size, iret, bytes)                                                            \
    static void name(void)                                                                          \
    {                                                                                               \
        by_stack(TEXT(bytes), size, iret, 0x87654321, SEL_USER_CODE32, 0x87653210, (uint16_t)ARG1); \
    }
REFUSED(null_iretq, 8, true, "0x48, 0xcf")
REFUSED(null_iretd, 4, true, "0xcf")
REFUSED(null_ret64, 8, false, "0x48, 0xcb")
REFUSED(null_ret32, 4, false, "0xcb")

#define LIMIT "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"; SDM 2A \"CALL-Call Procedure\""
#define SPEC_NULL "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"; SDM 2B \"RET-Return from Procedure\""
#define ROW(name_, run_, add, ss, spec_, about_)                                                                                                     \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = { add, ss } \
    }
#define UPPER(name_, run_, add, about_)                                                                                                            \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = LIMIT, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = { \
            add                                                                                                                                    \
        }                                                                                                                                          \
    }
#define HIGH(run, what)                                                                          \
    UPPER(#run "_4g", run, 1ull << 32, what " to compatibility mode, bit 32 of the offset set"), \
        UPPER(#run "_high", run, 1ull << 46, what " to compatibility mode, bit 46 of the offset set")
#define NULLS(run, what, to)                                                                     \
    ROW(#run "_0", run, 0, 0, SPEC_NULL, what " to compatibility mode at CPL " to ", SS 0"),     \
        ROW(#run "_1", run, 0, 1, SPEC_NULL, what " to compatibility mode at CPL " to ", SS 1"), \
        ROW(#run "_3", run, 0, 3, SPEC_NULL, what " to compatibility mode at CPL " to ", SS 3")
VARIANTS(HIGH(call64, "CALL m16:64"), HIGH(ret64, "RETFQ"), HIGH(iretq, "IRETQ"), NULLS(null_iretq, "IRETQ", "3"), NULLS(null_iretd, "IRETD", "3"),
         NULLS(null_ret64, "RETFQ", "3"), NULLS(null_ret32, "RETF", "3"), NULLS(null_iretq_ring_1, "IRETQ", "1"),
         NULLS(null_ret64_ring_1, "RETFQ", "1"));
