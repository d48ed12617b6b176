/*
 * An operand-size prefix before a near branch in 64-bit mode. On Intel's processors the operand size is forced to 64 bits: the prefix
 * changes nothing. On AMD's it makes 16 bits of it: of the displacement, of what is pushed and popped, and of RIP.
 */
#include <case.h>

#define LOW 0x8000u /* all of RIP is in its lower 16 bits */
#define DISPLACEMENT 0x0a, 0, 0, 0
#define INT3 0xcc

/* The page is full of INT3 behind the branch, so that the saved RIP is the target and one. */
static void run_code(uintptr_t page, const uint8_t *code, unsigned size)
{
    uint8_t *bytes = frame_of(page);

    set_gate(VEC_BP, .dpl = 3);
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        bytes[i] = i < size ? code[i] : INT3;
    start.rip = page;
    record_memory("stack", (const void *)(stack_top(STACK_USER) - 8), 8);
    PROGRAM("");
}

static uintptr_t low_page(void)
{
    in_user_mode();
    return map_page_at("code", LOW, PAGE_PRESENT | PAGE_USER);
}

static const uint8_t jmp_rel[] = {0x66, 0xe9, DISPLACEMENT};

static void jmp(void)
{
    run_code(low_page(), jmp_rel, sizeof jmp_rel);
}

static void jmp_truncated(void)
{
    in_user_mode();
    run_code(map_page("code", PAGE_PRESENT | PAGE_USER), jmp_rel, sizeof jmp_rel);
}

static void jz(void)
{
    static const uint8_t code[] = {0x66, 0x0f, 0x84, DISPLACEMENT};

    run_code(low_page(), code, sizeof code);
}

static void call(void)
{
    static const uint8_t code[] = {0x66, 0xe8, DISPLACEMENT};

    run_code(low_page(), code, sizeof code);
}

static void ret(void)
{
    static const uint8_t code[] = {0x66, 0xc3};

    uintptr_t page = low_page();

    start.rsp -= 8;
    *(uint64_t *)start.rsp = LOW + 0x20;
    run_code(page, code, sizeof code);
}

#define ROW(name_, about_, spec_)                                                                                                   \
    {                                                                                                                               \
        VARIANT, .name = #name_, .about = about_, .spec = "SDM 2A \"" spec_ "\"", .vector = VEC_BP, .error = NO_ERROR, .run = name_ \
    }

VARIANTS(ROW(jmp, "66 JMP rel32 in the lowest 64 KiB", "JMP-Jump"), ROW(jmp_truncated, "66 JMP rel32 above the lowest 64 KiB", "JMP-Jump"),
         ROW(jz, "66 JZ rel32 in the lowest 64 KiB", "Jcc-Jump if Condition Is Met"),
         ROW(call, "66 CALL rel32 in the lowest 64 KiB: what is pushed", "CALL-Call Procedure"),
         ROW(ret, "66 RET in the lowest 64 KiB: what is popped", "RET-Return from Procedure"));
