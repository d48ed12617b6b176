/* CPL 1 and 2 switch to RSP0 like CPL 3; the frame's CS and SS keep their RPL. */
#include <case.h>

static void run(void)
{
    uint8_t ring = (uint8_t)ARG0;
    struct descriptor code = {.type = CODE_READABLE, .dpl = ring, .l = true};
    struct descriptor data = {.limit = 0xfffff, .g = true, .type = DATA_WRITABLE, .dpl = ring, .d = true};

    start.cs = add_descriptor("ring_code", encode_descriptor(code)) | ARG0;
    start.ss = add_descriptor("ring_data", encode_descriptor(data)) | ARG0;
    set_gate(0x40, .dpl = ring);
    FAULT("int 0x40");
}

VARIANTS({VARIANT, .name = "1", .about = "INT 0x40 at CPL 1, gate DPL 1", .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"", .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {1}},
         {VARIANT, .name = "2", .about = "INT 0x40 at CPL 2, gate DPL 2", .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"", .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {2}});
