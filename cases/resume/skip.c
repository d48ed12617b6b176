/* A fault's handler may go on behind the instruction by moving the saved RIP; the instruction has done nothing. */
#include <case.h>

static void skip_two_bytes(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->rip += 2;
}

static void general_protection(void)
{
    start.rbx = NONCANONICAL;
    on_exception(VEC_GP, skip_two_bytes);
    FAULT("mov eax, [rbx]");
}

static void invalid_opcode(void)
{
    on_exception(VEC_UD, skip_two_bytes);
    FAULT("ud2");
}

VARIANTS({VARIANT, .name = "general_protection", .about = "load from a non-canonical address at CPL 0; the handler adds 2 to RIP",
          .spec = "SDM 3A \"Exception Classifications\"", .id = "resume-gp-skip-insn", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT,
          .run = general_protection, .resumes = 1},
         {VARIANT, .name = "invalid_opcode", .about = "UD2 at CPL 0; the handler adds 2 to RIP", .spec = "SDM 3A \"Exception Classifications\"",
          .id = "resume-ud-skip-insn", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = invalid_opcode, .resumes = 1});
