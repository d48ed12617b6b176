/*
 * A debug register is moved with DR7.GD=1, and another exception is due too. The handler of that one, which no stub captures because the stub reads
 * debug registers, keeps what it found on its stack in R8 to R12 (error code, RIP, CS, RFLAGS, RSP), then reads DR7: GD was still set.
 */
#include <case.h>

#define READ_DR7 MARK(still_set) "mov rdi, dr7\nint3\n" MARK(not_set)

static void handle(unsigned vector, struct program handler)
{
    on_exception_run(vector, handler);
    *gate_of(vector) = make_gate(handler.entry, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
}

static void privilege(void)
{
    in_user_mode();
    start.dr7 |= DR7_GD;
    handle(VEC_GP, HANDLER("mov r8, [rsp]\nmov r9, [rsp + 8]\nmov r10, [rsp + 16]\nmov r11, [rsp + 24]\nmov r12, [rsp + 32]\n" READ_DR7));
    FAULT("mov rax, dr0");
}

/* MOV RAX, DR4. */
static void dr4(void)
{
    write_cr4(read_cr4() | CR4_DE);
    start.dr7 |= DR7_GD;
    handle(VEC_UD, HANDLER("mov r9, [rsp]\nmov r10, [rsp + 8]\nmov r11, [rsp + 16]\nmov r12, [rsp + 24]\n" READ_DR7));
    FAULT(".byte 0x0f, 0x21, 0xe0");
}

#define DETECT(name_) VARIANT, .name = #name_, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "still_set", .run = name_

VARIANTS({DETECT(privilege), .about = "MOV from DR0 at CPL 3 with DR7.GD=1: #GP(0), GD stays", .id = "pri-gp-over-db-gd",
          .spec = "SDM 2B \"MOV-Move to/from Debug Registers\""},
         {DETECT(dr4), .about = "MOV from DR4 at CPL 0 with CR4.DE=1 and DR7.GD=1", .id = "pri-ud-over-db-gd", .needs = "de",
          .spec = "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\""});
