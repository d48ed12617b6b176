/* Far JMP, CALL, RET and IRETD in compatibility mode at CPL 3 require of the selector what they do in 64-bit mode. */
#include <case.h>

enum { JUMP, CALL, RETURN, INTERRUPT_RETURN };

static void to(uint64_t selector)
{
    struct program jump = ASSEMBLE32(MARK(fault) "jmp fword ptr [ebx]\n" MARK(after));
    struct program call = ASSEMBLE32(MARK(fault) "call fword ptr [ebx]\n" MARK(after));
    struct program ret = ASSEMBLE32(MARK(fault) ".byte 0xcb\n" MARK(after)); /* RETF */
    struct program iret = ASSEMBLE32(MARK(fault) "iretd\n" MARK(after));
    struct program p = ARG1 == JUMP ? jump : ARG1 == CALL ? call : ARG1 == RETURN ? ret : iret;
    uint32_t *words;

    in_compat_user();
    if (ARG1 == JUMP || ARG1 == CALL) {
        start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
        words = frame_of(start.rbx);
    } else {
        words = (uint32_t *)(start.rsp -= 12);
        words[2] = (uint32_t)start.rflags;
    }
    words[0] = (uint32_t)label_of(p, "after");
    words[1] = (uint32_t)selector;
    run_program(p);
}

static void selector(void)
{
    to(ARG0);
}

static void not_present(void)
{
    to(add_descriptor("np_code", encode_descriptor((struct descriptor){
                                     .type = CODE_READABLE, .d = true, .dpl = 3, .limit = 0xfffff, .g = true, .not_present = true})) |
       3);
}

static void limit(void)
{
    to(add_descriptor("short_code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .d = true, .dpl = 3, .limit = 0xfff})) | 3);
}

/* Type 0xc outside IA-32e mode is a 32-bit call gate; here it is a 64-bit one, which may lead to 64-bit code only. */
static void call_gate(void)
{
    to(add_call_gate("gate", (struct call_gate){.selector = SEL_USER_CODE32, .dpl = 3}) | 3);
}

#define ROW(name_, run_, arg0, instruction, vector_, error_, id_, about_, spec_)                                                               \
    {                                                                                                                                          \
        VARIANT, .name = name_, .env = COMPAT32, .about = "compatibility mode at CPL 3: " about_, .spec = spec_, .id = id_, .vector = vector_, \
                 .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                 \
                     arg0,                                                                                                                     \
                     instruction                                                                                                               \
                 }                                                                                                                             \
    }
#define JMP(name, run, arg0, vector, error, id, about) ROW(name, run, arg0, JUMP, vector, error, id, "far JMP, " about, "SDM 2A \"JMP-Jump\"")
#define RETF(name, run, arg0, vector, error, id, about) \
    ROW(name, run, arg0, RETURN, vector, error, id, "far RET, " about, "SDM 2B \"RET-Return from Procedure\"")
#define IRETD(name, run, arg0, vector, error, id, about) \
    ROW(name, run, arg0, INTERRUPT_RETURN, vector, error, id, "IRETD, " about, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"")
#define USER_DATA SELECTOR_ERROR(SEL_USER_DATA)

VARIANTS(JMP("jmp_null", selector, 0, VEC_GP, 0, "cm-farjmp-null", "selector 0"),
         JMP("jmp_beyond_gdt", selector, (GDT_LIMIT + 1) | 3, VEC_GP, GDT_LIMIT + 1, "cm-farjmp-oob", "selector beyond the GDT's limit"),
         JMP("jmp_data", selector, SEL_USER_DATA, VEC_GP, USER_DATA, "cm-farjmp-data", "a data segment"),
         JMP("jmp_np", not_present, 0, VEC_NP, SEL_FREE, "cm-farjmp-np", "code that isn't present"),
         JMP("jmp_limit", limit, 0, VEC_GP, 0, "cm-farjmp-limit", "offset beyond the new segment's limit"),
         JMP("jmp_dpl", selector, SEL_KERNEL_CODE32, VEC_GP, SEL_KERNEL_CODE32, "cm-farjmp-dpl", "code of DPL 0"),
         RETF("retf_np", not_present, 0, VEC_NP, SEL_FREE, "cm-retf-np", "code that isn't present"),
         RETF("retf_null", selector, 3, VEC_GP, 0, "", "selector 3: null"),
         RETF("retf_limit", limit, 0, VEC_GP, 0, "", "EIP beyond the new segment's limit"),
         IRETD("iretd_np", not_present, 0, VEC_NP, SEL_FREE, "cm-iretd-np", "code that isn't present"),
         IRETD("iretd_null", selector, 0, VEC_GP, 0, "cm-iretd-null", "selector 0"),
         IRETD("iretd_data", selector, SEL_USER_DATA, VEC_GP, USER_DATA, "cm-iretd-data", "a data segment"),
         ROW("call_gate", call_gate, 0, CALL, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE32), "cm-callgate-32bit-type",
             "far CALL through a gate to 32-bit code: the error code names the code segment", "SDM 2A \"CALL-Call Procedure\""));
