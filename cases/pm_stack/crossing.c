/*
 * A word on the stack that lies in two pages, which aren't next to one another in memory: all of its bytes are written and read; each page has to
 * allow it, and CR2 is the first byte in the page that doesn't. ESP isn't aligned.
 */
#include <case32.h>

#define LOWER 0xa0000000u
#define UPPER (LOWER + PAGE_SIZE)
#define FLAGS (PAGE_PRESENT | PAGE_WRITE | PAGE_USER)

/* ARG0: ESP above the boundary; ARG1: what of the upper page isn't. */
static void set_up(void)
{
    map_page_at("upper", UPPER, FLAGS);
    map_page_at("lower", LOWER, FLAGS);
    fill_words((uintptr_t)frame_of(UPPER), 0x5a5a5a5a, PAGE_SIZE / 4);
    fill_words((uintptr_t)frame_of(LOWER), 0x5a5a5a5a, PAGE_SIZE / 4);
    change_page(UPPER, ARG1, 0);
    in_user_mode();
    start.esp = UPPER + (uint32_t)ARG0;
    record_memory("below", (const uint8_t *)frame_of(LOWER) + PAGE_SIZE - 16, 16);
    record_memory("above", frame_of(UPPER), 16);
}

static void call(void)
{
    set_up();
    FAULT("call 1f\n1:");
}

static void pushf(void)
{
    set_up();
    FAULT("pushfd");
}

/* The return address, written through the frames. */
static void ret(void)
{
    struct program program = ASSEMBLE(MARK(fault) "ret\n" MARK(after));
    uint32_t target = label_of(program, "after");

    set_up();
    for (unsigned i = 0; i < 4; i++) {
        uintptr_t at = start.esp + i;

        ((uint8_t *)frame_of(at & ~(PAGE_SIZE - 1u)))[at & (PAGE_SIZE - 1)] = (uint8_t)(target >> 8 * i);
    }
    run_program(program);
}

#define ROW(name_, run_, esp, missing, about_, ...)                                                                 \
    {                                                                                                               \
        VARIANT, .name = name_, .about = "CPL 3, " about_, .spec = "SDM 3A \"Page-Fault Exceptions\"", .run = run_, \
                 .arg = {(uint32_t)(esp), missing}, __VA_ARGS__                                                     \
    }
#define PASSES .vector = NO_EXCEPTION
#define FAULTS .vector = VEC_PF, .saved_rip = AT_FAULT, .error
VARIANTS(ROW("call_1", call, 1, 0, "CALL, one byte in the upper page", PASSES),
         ROW("call_2", call, 2, 0, "CALL, two bytes in the upper page", PASSES),
         ROW("call_3", call, 3, 0, "CALL, three bytes in the upper page", PASSES),
         ROW("pushf_1", pushf, 1, 0, "PUSHFD, one byte in the upper page", PASSES),
         ROW("call_1_missing", call, 1, PAGE_PRESENT, "CALL, one byte in the upper page, which isn't present", FAULTS = PF_W | PF_U),
         ROW("call_2_read_only", call, 2, PAGE_WRITE, "CALL, two bytes in the upper page, which is read-only", FAULTS = PF_P | PF_W | PF_U),
         ROW("ret_1", ret, -3, 0, "RET, one byte in the upper page", PASSES), ROW("ret_2", ret, -2, 0, "RET, two bytes in the upper page", PASSES),
         ROW("ret_3", ret, -1, 0, "RET, three bytes in the upper page", PASSES),
         ROW("ret_2_missing", ret, -2, PAGE_PRESENT, "RET, two bytes in the upper page, which isn't present", FAULTS = PF_U));
