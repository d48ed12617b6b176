/*
 * From compatibility mode the frame is the same as from 64-bit mode: 8-byte words, RIP and RSP zero-extended, 16-byte
 * aligned, SS:RSP also where CPL stays 0.
 */
#include <case.h>

static void user(void)
{
    in_compat_user();
    set_gate(0x40, .dpl = 3);
    record_memory("user_stack", (void *)(stack_top(STACK_USER) - 64), 64);
    start.rsp -= ARG0;
    FAULT32("int 0x40");
}

static void kernel(void)
{
    in_compat_kernel();
    start.rsp -= ARG0;
    FAULT32("int 0x40");
}

static void kernel_error_code(void)
{
    in_compat_kernel();
    start.rbx = map_page("victim", 0);
    start.rsp -= ARG0;
    FAULT32("mov eax, [ebx]");
}

/* EIP and ESP are offsets into their segments; they are saved as such. */
static void based(void)
{
    struct program program = ASSEMBLE32(MARK(fault) "int 0x40\n" MARK(after));
    struct descriptor code = {.base = 0x1000, .limit = 0xfffff, .type = CODE_READABLE, .dpl = 3, .d = true, .g = true};
    struct descriptor data = {.base = 0x2000, .limit = 0xfffff, .type = DATA_WRITABLE, .dpl = 3, .d = true, .g = true};

    in_compat_user();
    set_gate(0x40, .dpl = 3);
    start.cs = add_descriptor("based_code", encode_descriptor(code)) | 3u;
    start.ss = add_descriptor("based_data", encode_descriptor(data)) | 3u;
    start.rip = program.entry - 0x1000;
    start.rsp -= 0x2000;
    run_program(program);
}

VARIANTS({VARIANT, .name = "user", .env = COMPAT32, .about = "INT 0x40 at CPL 3 in compatibility mode", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"",
          .id = "frame-compat-user", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = user},
         {VARIANT, .name = "user_misaligned", .env = COMPAT32, .about = "INT 0x40 at CPL 3 in compatibility mode, ESP = 16m+13",
          .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = user, .arg = {3}},
         {VARIANT, .name = "kernel", .env = COMPAT32, .about = "INT 0x40 at CPL 0 in compatibility mode, on the same stack",
          .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .id = "frame-compat-ring0-same-stack int-compat-ring0", .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = kernel},
         {VARIANT, .name = "kernel_misaligned", .env = COMPAT32, .about = "INT 0x40 at CPL 0 in compatibility mode, ESP = 16m+15",
          .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = kernel, .arg = {1}},
         {VARIANT, .name = "kernel_error_code", .env = COMPAT32, .about = "load from a not-present page at CPL 0 in compatibility mode, ESP = 16m+4",
          .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = kernel_error_code, .arg = {12}},
         {VARIANT, .name = "based_segments", .env = COMPAT32, .about = "INT 0x40 at CPL 3 in compatibility mode, CS and SS with a base",
          .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = 0x40, .error = NO_ERROR, .run = based});
