/* What a MOV to or from a debug register asks first, in compatibility mode, and asked again by the same instruction behind a handler. */
#include <case.h>

/* Behind the first fault the program goes on at `after`; the second one ends it. */
static void go_on_once(struct interrupt_frame *frame, struct capture *capture)
{
    resume_after(frame, capture);
    on_exception((unsigned)ARG0, NULL);
}

/* A MOV of debug registers that is carried out leaves the status flags undefined: CMP defines them. */
#define TWICE(instruction) MARK(fault) instruction "\n" MARK(after) "cmp eax, eax\n" MARK(second) instruction "\n"

static void again_cpl(void)
{
    in_user_mode();
    on_exception(VEC_GP, go_on_once);
    PROGRAM(TWICE("mov rax, dr7"));
}

static void again_reserved(void)
{
    write_cr4(read_cr4() | CR4_DE);
    on_exception(VEC_UD, go_on_once);
    PROGRAM(TWICE("mov rax, dr4"));
}

static void again_upper_half(void)
{
    start.rax = 1ull << 32 | DR7_START;
    on_exception(VEC_GP, go_on_once);
    PROGRAM(TWICE("mov dr7, rax"));
}

/* The first #DB clears GD. */
static void again_detect(void)
{
    start.dr7 |= DR7_GD;
    start.rdx = DR7_START | DR7_GD;
    on_exception(VEC_DB, go_on_once);
    PROGRAM(MARK(fault) "mov rax, dr0\n" MARK(after) "mov dr7, rdx\ncmp eax, eax\n" MARK(second) "mov rax, dr0\n");
}

static void compat_detect(void)
{
    in_compat_kernel();
    start.dr7 |= DR7_GD;
    FAULT32("mov eax, dr0");
}

static void compat_reserved(void)
{
    in_compat_kernel();
    write_cr4(read_cr4() | CR4_DE);
    FAULT32("mov eax, dr4");
}

#define MOV "SDM 2B \"MOV-Move to/from Debug Registers\""
#define DETECT "SDM 3B \"General-Detect Exception Condition\""
#define ROW(name_, vector_, error_, spec_, about_, ...)                                                                                       \
    {                                                                                                                                         \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .arg = {vector_}, \
                 .run = name_, __VA_ARGS__                                                                                                    \
    }
VARIANTS(ROW(again_cpl, VEC_GP, 0, MOV, "MOV from DR7 at CPL 3, and once more behind it"),
         ROW(again_reserved, VEC_UD, NO_ERROR, MOV, "MOV from DR4 with CR4.DE=1, and once more behind it", .needs = "de"),
         ROW(again_upper_half, VEC_GP, 0, MOV, "MOV to DR7 with an upper half, and once more behind it"),
         ROW(again_detect, VEC_DB, NO_ERROR, DETECT, "MOV from DR0 with GD=1, and once more with GD=1 again"),
         ROW(compat_detect, VEC_DB, NO_ERROR, DETECT, "MOV from DR0 in compatibility mode with GD=1", .env = COMPAT32),
         ROW(compat_reserved, VEC_UD, NO_ERROR, MOV, "MOV from DR4 in compatibility mode with CR4.DE=1", .env = COMPAT32, .needs = "de"));
