/* LOCK before an instruction that may not be locked, or whose destination isn't memory. Memory keeps what it held. */
#include <case.h>

static void set_up(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    record_memory("operand", frame_of(start.rbx), 16);
}

#define LOCKED(name, ...)                  \
    static void name(void)                 \
    {                                      \
        set_up();                          \
        FAULT(".byte 0xf0, " __VA_ARGS__); \
    }

LOCKED(nop, "0x90")
LOCKED(mov_memory, "0x89, 0x03")
LOCKED(add_register, "0x01, 0xc0")
LOCKED(add_load, "0x03, 0x03")
LOCKED(cmp_memory, "0x39, 0x03")

#define ROW(name_, id_, about_)                                                                                                                  \
    {                                                                                                                                            \
        VARIANT, .name = #name_, .about = about_ " at CPL 0", .spec = "SDM 2A \"LOCK-Assert LOCK# Signal Prefix\"", .id = id_, .vector = VEC_UD, \
                 .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_                                                                          \
    }

VARIANTS(ROW(nop, "ud-lock-nop", "LOCK NOP"), ROW(mov_memory, "ud-lock-mov-mem", "LOCK MOV [RBX], EAX"),
         ROW(add_register, "ud-lock-add-reg", "LOCK ADD EAX, EAX"), ROW(add_load, "ud-lock-add-load-form", "LOCK ADD EAX, [RBX]"),
         ROW(cmp_memory, "ud-lock-cmp-mem", "LOCK CMP [RBX], EAX: CMP writes nothing"));
