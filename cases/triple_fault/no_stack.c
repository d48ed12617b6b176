/* RSP is no stack, and no gate has an IST: neither the fault, nor #DF can be delivered. */
#include <case.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

static void push(void)
{
    set_gate(VEC_DF);
    start.rsp = ARG0;
    FAULT("push rax");
}

static void guard_page(void)
{
    set_gate(VEC_DF);
    start.rsp = stack_base(STACK_KERNEL);
    FAULT("push rax");
}

VARIANTS({VARIANT, .name = "noncanonical", .about = "PUSH at CPL 0 with a non-canonical RSP, #SS and #DF without IST", .spec = SPEC,
          .id = "triple-no-ist-bad-rsp", .vector = SHUTDOWN, .run = push, .arg = {NONCANONICAL + 0x1000}},
         {VARIANT, .name = "guard_page", .about = "PUSH at CPL 0 into the guard page below the stack, #PF and #DF without IST", .spec = SPEC,
          .vector = SHUTDOWN, .run = guard_page});
