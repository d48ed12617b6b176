/*
 * The linear address that a segment's base and an offset make has 32 bits in compatibility mode, and wraps at 4 GiB: data, stacks, code and strings
 * whose base is above what they lead to. No access crosses the wrap itself.
 */
#include <case.h>

#define HIGH_BASE 0xffff0000u /* what lies at an offset of 0x10000 has the linear address 0 */
#define UP 0x10000u

static uintptr_t data;

/* A flat segment but for its base; offset UP + x is linear address x. */
static uint16_t high(const char *name, uint8_t type)
{
    return add_descriptor(name,
                          encode_descriptor((struct descriptor){.base = HIGH_BASE, .limit = 0xfffff, .g = true, .type = type, .d = true, .dpl = 3})) |
           3;
}

static void set_up(void)
{
    in_compat_user();
    data = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    fill_words((uintptr_t)frame_of(data), 0x5a5a5a5a5a5a5a5a, PAGE_SIZE / 8);
    record_memory("data", frame_of(data), 64);
    start.ds = start.es = high("high_data", DATA_WRITABLE);
    start.rbx = start.rsi = data + UP;
    start.rdi = data + UP + 0x20;
    start.rcx = 3;
}

#define DATA(name, text)   \
    static void name(void) \
    {                      \
        set_up();          \
        FAULT32(text);     \
    }

DATA(read8, "mov al, [ebx]")
DATA(read16, "mov ax, [ebx]")
DATA(read32, "mov eax, [ebx]")
DATA(read_index, "mov eax, [ebx+ecx*4]")
DATA(write8, "mov [ebx], al")
DATA(write16, "mov [ebx], ax")
DATA(write32, "mov [ebx], eax")
DATA(write_immediate, "mov dword ptr [ebx], 0x12345678")
DATA(add, "add [ebx], ecx")
DATA(lock_add, "lock add [ebx], ecx")
DATA(xchg, "xchg [ebx], ecx")
DATA(cmpxchg, "cmpxchg [ebx], ecx")
DATA(bts, "bts [ebx], ecx")
DATA(push_memory, "push dword ptr [ebx]")
DATA(pop_memory, "push ecx\npop dword ptr [ebx]")
DATA(lods, "lodsd")
DATA(stos, "stosd")
DATA(movs, "movsd")
DATA(scas, "scasd")
DATA(cmps, "cmpsd")
DATA(rep_stos, "rep stosd")
DATA(rep_movs, "rep movsb")
DATA(xlat, "mov al, 4\nxlatb")

static void read_fs(void)
{
    set_up();
    start.rdx = start.ds;
    FAULT32("mov fs, edx\nmov eax, fs:[ebx]");
}

/* The stack lies above its segment's base in the same way. */
static void stack(void)
{
    set_up();
    start.ss = high("high_stack", DATA_WRITABLE);
    start.rsp = data + UP + 0x20;
    start.rbp = data + UP + 0x10;
}

#define STACK(name, text)  \
    static void name(void) \
    {                      \
        stack();           \
        FAULT32(text);     \
    }

STACK(push, "push ecx")
STACK(push16, "push cx")
STACK(pop, "pop ecx")
STACK(pusha, "pushad")
STACK(popa, "popad")
STACK(pushf, "pushfd")
STACK(enter, "enter 8, 0")
STACK(leave, "leave")
STACK(read_ebp, "mov eax, [ebp]")
STACK(write_esp, "mov [esp+8], ecx")

/* What isn't there is reported by its linear address. */
static void missing(void)
{
    set_up();
    change_page(data, PAGE_PRESENT, 0);
}

#define MISSING(name, text) \
    static void name(void)  \
    {                       \
        missing();          \
        FAULT32(text);      \
    }

MISSING(missing_write, "mov [ebx], ecx")
MISSING(missing_add, "add [ebx], ecx")
MISSING(missing_stos, "stosd")
MISSING(missing_lods, "lodsd")

static void missing_push(void)
{
    stack();
    change_page(data, PAGE_PRESENT, 0);
    FAULT32("push ecx");
}

/* ARG0: the program's bytes, the lowest first; the page of code is full of INT3. Its first byte's offset is named `code`. */
static void code(void)
{
    uint8_t *bytes;

    in_compat_user();
    set_gate(VEC_BP, .dpl = 3);
    set_gate(0x40, .dpl = 3);
    data = map_page_at("page", 0x40020000, ARG1 | PAGE_USER);
    fill_words((uintptr_t)frame_of(data), 0xcccccccccccccccc, PAGE_SIZE / 8);
    bytes = frame_of(data);
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(ARG0 >> 8 * i);
    start.cs = high("high_code", CODE_READABLE);
    start.rip = data + UP;
    start.rbx = data + UP + 0x80;
    start.rsp -= 4;
    *(uint32_t *)start.rsp = (uint32_t)start.rbx;
    name_place("code", start.rip, PAGE_SIZE);
    record_memory("stack", (const void *)(start.rsp - 4), 8);
    PROGRAM("");
}

#define LINEAR "SDM 3A \"Logical and Linear Addresses\"; SDM 3A \"Logical Address Translation\""
#define ROW(name_, run_, about_, ...)                                                                                                            \
    {                                                                                                                                            \
        VARIANT, .name = name_, .env = COMPAT32, .about = "the linear address wraps at 4 GiB: " about_, .spec = LINEAR, .run = run_, __VA_ARGS__ \
    }
#define OK(name, about) ROW(#name, name, about, .vector = NO_EXCEPTION)
#define PF(name, error_, about) ROW(#name, name, about, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT)
#define CODE(name, bytes, about) ROW("code_" name, code, about, .vector = VEC_BP, .error = NO_ERROR, .arg = {bytes, PAGE_PRESENT})

VARIANTS(OK(read8, "MOV AL, m8"), OK(read16, "MOV AX, m16"), OK(read32, "MOV EAX, m32"), OK(read_fs, "MOV EAX, FS:m32"),
         OK(read_index, "MOV EAX, m32 with an index"), OK(write8, "MOV m8, AL"), OK(write16, "MOV m16, AX"), OK(write32, "MOV m32, EAX"),
         OK(write_immediate, "MOV m32, imm32"), OK(add, "ADD m32, ECX"), OK(lock_add, "LOCK ADD m32, ECX"), OK(xchg, "XCHG m32, ECX"),
         OK(cmpxchg, "CMPXCHG m32, ECX"), OK(bts, "BTS m32, ECX"), OK(push_memory, "PUSH m32"), OK(pop_memory, "POP m32"), OK(lods, "LODSD"),
         OK(stos, "STOSD"), OK(movs, "MOVSD"), OK(scas, "SCASD"), OK(cmps, "CMPSD"), OK(rep_stos, "REP STOSD"), OK(rep_movs, "REP MOVSB"),
         OK(xlat, "XLATB"), OK(push, "PUSH ECX"), OK(push16, "PUSH CX"), OK(pop, "POP ECX"), OK(pusha, "PUSHAD"), OK(popa, "POPAD"),
         OK(pushf, "PUSHFD"), OK(enter, "ENTER 8, 0"), OK(leave, "LEAVE"), OK(read_ebp, "MOV EAX, [EBP]"), OK(write_esp, "MOV [ESP+8], ECX"),
         PF(missing_write, PF_W | PF_U, "a store to a missing page"), PF(missing_add, PF_W | PF_U, "ADD m32, ECX of a missing page"),
         PF(missing_stos, PF_W | PF_U, "STOSD to a missing page"), PF(missing_lods, PF_U, "LODSD of a missing page"),
         PF(missing_push, PF_W | PF_U, "PUSH to a missing page"), CODE("int3", 0xcccccccccccccccc, "INT3"),
         CODE("jmp", 0xcccccccccccc0eeb, "JMP rel8"), CODE("jmp_register", 0xcccccccccccce3ff, "JMP EBX"),
         CODE("call", 0xcccccc00000010e8, "CALL rel32"), CODE("ret", 0xccccccccccccccc3, "RET"),
         ROW("code_ud2", code, "UD2", .vector = VEC_UD, .error = NO_ERROR, .arg = {0xcccccccccccc0b0f, PAGE_PRESENT}),
         ROW("code_int_n", code, "INT 0x40", .vector = 0x40, .error = NO_ERROR, .arg = {0xcccccccccccc40cd, PAGE_PRESENT}),
         ROW("code_missing", code, "a fetch from a missing page", .vector = VEC_PF, .error = PF_U | PF_I, .needs = "nx",
             .arg = {0xcccccccccccccccc, 0}));
