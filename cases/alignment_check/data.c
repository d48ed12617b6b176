/* #AC(0) where CPL is 3, CR0.AM=1 and RFLAGS.AC=1, and an operand of n bytes isn't at a multiple of n. RFLAGS.AC stays 1 in the handler. */
#include <case.h>

static void set_up(uint64_t offset)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + offset;
    record_memory("operand", frame_of(start.rbx - offset), 16);
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
}

#define ACCESS(name, offset, instruction) \
    static void name(void)                \
    {                                     \
        in_user_mode();                   \
        set_up(offset);                   \
        FAULT(instruction);               \
    }

ACCESS(byte, 1, "mov al, [rbx]")
ACCESS(word, 1, "mov ax, [rbx]")
ACCESS(dword, 2, "mov eax, [rbx]")
ACCESS(qword, 4, "mov rax, [rbx]")
ACCESS(store, 2, "mov [rbx], eax")
ACCESS(aligned, 8, "mov rax, [rbx]")

static void push(void)
{
    in_user_mode();
    set_up(0);
    start.rsp -= 4;
    FAULT("push rax");
}

static void compat(void)
{
    in_compat_user();
    set_up(2);
    FAULT32("mov eax, [ebx]");
}

static void kernel(void)
{
    set_up(2);
    FAULT("mov eax, [rbx]");
}

static void flag_clear(void)
{
    in_user_mode();
    set_up(2);
    start.rflags &= ~(uint64_t)RFLAGS_AC;
    FAULT("mov eax, [rbx]");
}

static void mask_clear(void)
{
    in_user_mode();
    set_up(2);
    write_cr0(read_cr0() & ~(uint64_t)CR0_AM);
    FAULT("mov eax, [rbx]");
}

#define ROW(name_, id_, about_, ...)                                                                                                          \
    {                                                                                                                                         \
        VARIANT, .name = #name_, .about = about_, .spec = "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\"", .id = id_, .run = name_, \
                 __VA_ARGS__                                                                                                                  \
    }
#define FAULTS .vector = VEC_AC, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION

VARIANTS(ROW(word, "ac-word-plus1", "load of a word from 16n+1 at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(dword, "ac-dword-plus2", "load of a doubleword from 16n+2 at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(qword, "ac-qword-plus4", "load of a quadword from 16n+4 at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(store, "ac-store-dword", "store of a doubleword to 16n+2 at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(push, "ac-push", "PUSH to 8n+4 at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(compat, "ac-compat-dword", "load of a doubleword from 16n+2 in compatibility mode at CPL 3 with AM=1, AC=1", FAULTS, .env = COMPAT32),
         ROW(byte, "ac-byte-never", "load of a byte from 16n+1 at CPL 3 with AM=1, AC=1", PASSES),
         ROW(aligned, "", "load of a quadword from 16n+8 at CPL 3 with AM=1, AC=1", PASSES),
         ROW(kernel, "ac-not-cpl0", "load of a doubleword from 16n+2 at CPL 0 with AM=1, AC=1", PASSES),
         ROW(flag_clear, "ac-ac0", "load of a doubleword from 16n+2 at CPL 3 with AM=1, AC=0", PASSES),
         ROW(mask_clear, "ac-am0", "load of a doubleword from 16n+2 at CPL 3 with AM=0, AC=1", PASSES));
