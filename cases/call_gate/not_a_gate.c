/* What is no 64-bit call gate isn't one either where it isn't present: in IA-32e mode far CALL and far JMP to it are #GP, not #NP. */
#include <case.h>

enum { CALL, JUMP };

static void run(void)
{
    struct descriptor d = {.type = (uint8_t)ARG0, .dpl = 3, .limit = 0xfff, .not_present = true};
    bool compat = current_case->env == COMPAT32;
    uint8_t *pointer;

    if (compat)
        in_compat_user();
    else
        in_user_mode();
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint16_t *)(pointer + 4) = (uint16_t)(add_system_descriptor("other", encode_descriptor(d), 0) | 3);
    if (compat && ARG1 == CALL)
        FAULT32("call fword ptr [ebx]");
    else if (compat)
        FAULT32("jmp fword ptr [ebx]");
    else if (ARG1 == CALL)
        FAULT("call fword ptr [rbx]");
    else
        FAULT("jmp fword ptr [rbx]");
}

#define ROW(name_, env_, form, type_, about_)                                                                                        \
    {                                                                                                                                \
        VARIANT, .name = name_, .env = env_, .about = about_ " with P=0",                                                            \
                 .spec = "SDM 2A \"CALL-Call Procedure\", \"JMP-Jump\"; SDM 3A \"Call Gates\"", .vector = VEC_GP, .error = SEL_FREE, \
                 .saved_rip = AT_FAULT, .run = run, .arg = {                                                                         \
                     type_,                                                                                                          \
                     form                                                                                                            \
                 }                                                                                                                   \
    }
#define BOTH(name, type, about) ROW("call_" name, LONG64, CALL, type, "far CALL to " about), ROW("jmp_" name, LONG64, JUMP, type, "far JMP to " about)
VARIANTS(BOTH("ldt", SYSTEM_LDT, "an LDT"), BOTH("tss", SYSTEM_TSS_AVAILABLE, "an available TSS"), BOTH("tss_busy", SYSTEM_TSS_BUSY, "a busy TSS"),
         BOTH("task_gate", SYSTEM_TASK_GATE, "a task gate"), BOTH("gate16", SYSTEM_CALL_GATE16, "a 16-bit call gate"),
         BOTH("interrupt_gate", GATE_INTERRUPT, "an interrupt gate"), BOTH("reserved", 8, "a descriptor of type 8"),
         ROW("compat_call_task_gate", COMPAT32, CALL, SYSTEM_TASK_GATE, "far CALL out of compatibility mode to a task gate"),
         ROW("compat_jmp_tss", COMPAT32, JUMP, SYSTEM_TSS_AVAILABLE, "far JMP out of compatibility mode to an available TSS"));
