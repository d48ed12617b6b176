/* NULL as SS where 64-bit mode lets it be one: its RPL has to be the new CPL, for far RET to CPL 1 or 2, and for MOV SS the CPL. */
#include <case.h>

/* ARG0: SS. To 64-bit code of CPL 1, or ARG1. */
static void ret(void)
{
    unsigned ring = ARG1 ? (unsigned)ARG1 : 1;
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after) MARK(target) "int3\n" MARK(reached));
    uint64_t *words = (uint64_t *)(start.rsp -= 32);

    set_gate(VEC_BP, .dpl = 3);
    words[0] = label_of(p, "target");
    words[1] = add_descriptor("ring1", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true, .dpl = (uint8_t)ring})) | ring;
    words[2] = stack_top(STACK_RSP1);
    words[3] = ARG0;
    run_program(p);
}

/* ARG0: SS. To 32-bit code of CPL 1, which has no NULL stack. */
static void ret_compat(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after) MARK(target) "int3\n" MARK(reached));
    uint64_t *words = (uint64_t *)(start.rsp -= 32);
    struct descriptor code = {.type = CODE_READABLE, .limit = 0xfffff, .g = true, .d = true, .dpl = 1};

    set_gate(VEC_BP, .dpl = 3);
    words[0] = label_of(p, "target");
    words[1] = add_descriptor("ring1", encode_descriptor(code)) | 1;
    words[2] = stack_top(STACK_RSP1);
    words[3] = ARG0;
    run_program(p);
}

static void mov(void)
{
    start.rcx = ARG0;
    FAULT("mov ss, ecx");
}

#define ROW(name_, run_, ss, spec_, about_)                                                                                                     \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = { ss } \
    }
VARIANTS(ROW("ret_rpl2", ret, 2, "SDM 2B \"RET-Return From Procedure\"", "RETFQ to CPL 1, SS NULL with RPL 2"),
         ROW("ret_rpl0", ret, 0, "SDM 2B \"RET-Return From Procedure\"", "RETFQ to CPL 1, SS NULL with RPL 0"),
         {VARIANT, .name = "ret_ring1", .about = "RETFQ to CPL 1, SS NULL with RPL 1", .spec = "SDM 2B \"RET-Return From Procedure\"",
          .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = ret, .arg = {1, 1}},
         {VARIANT, .name = "ret_ring2", .about = "RETFQ to CPL 2, SS NULL with RPL 2", .spec = "SDM 2B \"RET-Return From Procedure\"",
          .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = ret, .arg = {2, 2}},
         ROW("ret_compat", ret_compat, 1, "SDM 2B \"RET-Return From Procedure\"", "RETFQ to 32-bit code at CPL 1, SS NULL with RPL 1"),
         ROW("mov_rpl1", mov, 1, "SDM 2B \"MOV-Move\"", "MOV SS of NULL with RPL 1 at CPL 0"),
         ROW("mov_rpl3", mov, 3, "SDM 2B \"MOV-Move\"", "MOV SS of NULL with RPL 3 at CPL 0"));
