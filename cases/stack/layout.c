/*
 * The frame of IA-32e mode: SS, RSP, RFLAGS, CS, RIP, each an 8-byte push, SS:RSP also where CPL doesn't change; then the
 * error code, if the vector has one. Selectors and error codes are zero-extended: the stack was filled with 0xa5 before. The plain frames are
 * gate/interrupt_clears_if and general_protection/noncanonical_read.
 */
#include <case.h>

static void page_fault(void)
{
    start.rbx = map_page("victim", PAGE_WRITE);
    FAULT("mov [rbx], rax");
}

static void other_ss(void)
{
    start.ss = add_descriptor("other_data", encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .type = DATA_WRITABLE, .d = true}));
    FAULT("int 0x40");
}

/* In 64-bit mode base, limit and B of SS mean nothing, and nor do base and limit of CS. */
static void poisoned(void)
{
    struct descriptor data = {.base = 0x654321, .limit = 0, .type = DATA_WRITABLE};
    struct descriptor code = {.base = 0x123456, .limit = 0, .type = CODE_READABLE, .l = true};

    start.ss = add_descriptor("poisoned_data", encode_descriptor(data));
    start.cs = add_descriptor("poisoned_code", encode_descriptor(code));
    FAULT("int 0x40");
}

VARIANTS({VARIANT, .name = "page_fault", .about = "store to a not-present page at CPL 0: six words", .spec = "SDM 3A \"Error Code\"",
          .id = "frame-err-zero-extended", .vector = VEC_PF, .error = PF_W, .saved_rip = AT_FAULT, .run = page_fault},
         {VARIANT, .name = "other_ss", .about = "INT 0x40 at CPL 0 with an SS of its own: saved, and kept in the handler",
          .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"", .id = "frame-ss-unchanged-same-cpl", .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = other_ss},
         {VARIANT, .name = "poisoned_segments", .about = "INT 0x40 at CPL 0, CS and SS with a base and limit 0: neither counts in 64-bit mode",
          .spec = "SDM 3A \"Segmentation in IA-32e Mode\"", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = poisoned});
