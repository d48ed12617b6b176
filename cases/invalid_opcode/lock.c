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
LOCKED(hlt, "0xf4")
LOCKED(mov_from_cr3, "0x0f, 0x20, 0xd8")
LOCKED(load_gdt, "0x0f, 0x01, 0x13")
LOCKED(iretq, "0x48, 0xcf")
LOCKED(push, "0x50")
LOCKED(jmp, "0xeb, 0x00")
LOCKED(ret, "0xc3")
LOCKED(xchg_register, "0x87, 0xd9")
LOCKED(inc_register, "0xff, 0xc0")

static void bt_memory(void)
{
    set_up();
    start.rax = 1;
    FAULT(".byte 0xf0, 0x0f, 0xa3, 0x03");
}

/* Every instruction that may be locked, with memory. ECX:EBX isn't needed where a comparison fails. */
static void allowed(void)
{
    set_up();
    PROGRAM(
        "lock add [rbx], al\nlock or word ptr [rbx], 3\nlock adc dword ptr [rbx], 5\nlock sbb [rbx], rax\nlock and [rbx], eax\nlock sub [rbx], ax\n"
        "lock xor qword ptr [rbx], 7\nlock inc byte ptr [rbx]\nlock dec word ptr [rbx]\nlock not dword ptr [rbx]\nlock neg qword ptr [rbx]\n"
        "lock bts dword ptr [rbx], 3\nlock btr dword ptr [rbx], 4\nlock btc dword ptr [rbx], 5\nlock xchg [rbx], eax\nlock xadd [rbx], ecx\n"
        "lock cmpxchg [rbx], ecx\nlock cmpxchg8b [rbx]\nlock cmpxchg16b [rbx]\ntest eax, eax\n");
}

#define ROW(name_, id_, about_)                                                                                                                  \
    {                                                                                                                                            \
        VARIANT, .name = #name_, .about = about_ " at CPL 0", .spec = "SDM 2A \"LOCK-Assert LOCK# Signal Prefix\"", .id = id_, .vector = VEC_UD, \
                 .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_                                                                          \
    }

VARIANTS(ROW(nop, "ud-lock-nop", "LOCK NOP"), ROW(mov_memory, "ud-lock-mov-mem", "LOCK MOV [RBX], EAX"),
         ROW(add_register, "ud-lock-add-reg", "LOCK ADD EAX, EAX"), ROW(add_load, "ud-lock-add-load-form", "LOCK ADD EAX, [RBX]"),
         ROW(cmp_memory, "ud-lock-cmp-mem", "LOCK CMP [RBX], EAX: CMP writes nothing"),
         ROW(bt_memory, "ud-lock-bt-mem", "LOCK BT [RBX], EAX: BT writes nothing"), ROW(hlt, "ud-lock-hlt", "LOCK HLT"),
         ROW(mov_from_cr3, "ud-lock-mov-cr3", "LOCK MOV RAX, CR3"), ROW(load_gdt, "ud-lock-lgdt", "LOCK LGDT [RBX]"),
         ROW(iretq, "ud-lock-iretq", "LOCK IRETQ"), ROW(push, "ud-lock-push", "LOCK PUSH RAX"), ROW(jmp, "ud-lock-jmp", "LOCK JMP"),
         ROW(ret, "", "LOCK RET"), ROW(xchg_register, "", "LOCK XCHG ECX, EBX"), ROW(inc_register, "", "LOCK INC EAX"),
         {VARIANT, .name = "allowed", .about = "LOCK before every instruction that may be locked",
          .spec = "SDM 2A \"LOCK-Assert LOCK# Signal Prefix\"", .vector = NO_EXCEPTION, .run = allowed, .needs = "cx16"});
