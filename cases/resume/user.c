/* IRETQ to CPL 3, or to compatibility mode, restores RIP, CS, RFLAGS, RSP and SS; delivery and return change nothing else. */
#include <case.h>

static void user(void)
{
    in_user_mode();
    watch_sse();
    start.rsp -= 3;
    set_gate(0x40, .dpl = 3);
    on_exception(0x40, resume);
    PROGRAM(MARK(fault) "int 0x40\n" MARK(after) "mov eax, cs\nmov ecx, ss\n");
}

static void compat(void)
{
    in_compat_user();
    start.rsp -= 3;
    set_gate(0x80, .dpl = 3);
    on_exception(0x80, resume);
    PROGRAM32(MARK(fault) "int 0x80\n" MARK(after) "mov eax, cs\nmov ecx, ss\n");
}

static void compat_kernel(void)
{
    in_compat_kernel();
    start.rsp -= 3;
    on_exception(0x80, resume);
    PROGRAM32(MARK(fault) "int 0x80\n" MARK(after) "mov eax, cs\nmov ecx, ss\n");
}

VARIANTS({VARIANT, .name = "roundtrip", .about = "INT 0x40 at CPL 3 and back", .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
          .id = "resume-user-roundtrip", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = user, .resumes = 1},
         {VARIANT, .name = "compat_roundtrip", .env = COMPAT32, .about = "INT 0x80 at CPL 3 in compatibility mode and back",
          .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .id = "resume-compat-roundtrip", .vector = 0x80, .error = NO_ERROR,
          .saved_rip = AFTER, .run = compat, .resumes = 1},
         {VARIANT, .name = "compat_kernel_roundtrip", .env = COMPAT32, .about = "INT 0x80 at CPL 0 in compatibility mode and back",
          .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .vector = 0x80, .error = NO_ERROR, .saved_rip = AFTER, .run = compat_kernel,
          .resumes = 1});
