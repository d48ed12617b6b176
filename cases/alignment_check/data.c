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

/* The page is in the TLB already, by an access that is aligned. */
ACCESS(again_load16, 1, "mov al, [rbx]\n" MARK(again) "mov ax, [rbx]")
ACCESS(again_load32, 2, "mov ax, [rbx]\n" MARK(again) "mov eax, [rbx]")
ACCESS(again_load64, 4, "mov eax, [rbx]\n" MARK(again) "mov rax, [rbx]")
ACCESS(again_store16, 1, "mov [rbx], al\n" MARK(again) "mov [rbx], ax")
ACCESS(again_store32, 2, "mov [rbx], ax\n" MARK(again) "mov [rbx], eax")
ACCESS(again_store64, 4, "mov [rbx], eax\n" MARK(again) "mov [rbx], rax")
ACCESS(again_modify16, 1, "inc byte ptr [rbx]\n" MARK(again) "inc word ptr [rbx]")
ACCESS(again_modify32, 2, "inc word ptr [rbx]\n" MARK(again) "inc dword ptr [rbx]")
ACCESS(again_modify64, 4, "inc dword ptr [rbx]\n" MARK(again) "inc qword ptr [rbx]")

/* The last bytes of a page and the first of the next, which isn't there: #AC comes first. */
static void set_up_pages(uint64_t below)
{
    in_user_mode();
    start.rbx = map_pages("pages", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
    change_page(start.rbx, PAGE_PRESENT, 0);
    start.rbx -= below;
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
}

#define ACROSS(name, below, instruction) \
    static void name(void)               \
    {                                    \
        set_up_pages(below);             \
        FAULT(instruction);              \
    }

ACROSS(across_load16, 1, "mov ax, [rbx]")
ACROSS(across_load32, 2, "mov eax, [rbx]")
ACROSS(across_load64, 4, "mov rax, [rbx]")
ACROSS(across_store16, 1, "mov [rbx], ax")
ACROSS(across_store32, 2, "mov [rbx], eax")
ACROSS(across_store64, 4, "mov [rbx], rax")
ACROSS(across_modify32, 2, "inc dword ptr [rbx]")
ACROSS(across_modify64, 4, "inc qword ptr [rbx]")

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
#define AGAIN .vector = VEC_AC, .error = 0
#define PASSES .vector = NO_EXCEPTION

VARIANTS(ROW(word, "ac-word-plus1", "load of a word from 16n+1 at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(dword, "ac-dword-plus2", "load of a doubleword from 16n+2 at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(qword, "ac-qword-plus4", "load of a quadword from 16n+4 at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(store, "ac-store-dword", "store of a doubleword to 16n+2 at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(push, "ac-push", "PUSH to 8n+4 at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(compat, "ac-compat-dword", "load of a doubleword from 16n+2 in compatibility mode at CPL 3 with AM=1, AC=1", FAULTS, .env = COMPAT32),
         ROW(again_load16, "", "misaligned load of a word behind an aligned one of the same page, at CPL 3 with AM=1, AC=1", AGAIN),
         ROW(again_load32, "", "misaligned load of a doubleword behind an aligned one of the same page, at CPL 3 with AM=1, AC=1", AGAIN),
         ROW(again_load64, "", "misaligned load of a quadword behind an aligned one of the same page, at CPL 3 with AM=1, AC=1", AGAIN),
         ROW(again_store16, "", "misaligned store of a word behind an aligned one of the same page, at CPL 3 with AM=1, AC=1", AGAIN),
         ROW(again_store32, "", "misaligned store of a doubleword behind an aligned one of the same page, at CPL 3 with AM=1, AC=1", AGAIN),
         ROW(again_store64, "", "misaligned store of a quadword behind an aligned one of the same page, at CPL 3 with AM=1, AC=1", AGAIN),
         ROW(again_modify16, "", "misaligned INC of a word behind an aligned one of the same page, at CPL 3 with AM=1, AC=1", AGAIN),
         ROW(again_modify32, "", "misaligned INC of a doubleword behind an aligned one of the same page, at CPL 3 with AM=1, AC=1", AGAIN),
         ROW(again_modify64, "", "misaligned INC of a quadword behind an aligned one of the same page, at CPL 3 with AM=1, AC=1", AGAIN),
         ROW(across_load16, "", "load of a word across two pages, the second not present, at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(across_load32, "", "load of a doubleword across two pages, the second not present, at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(across_load64, "", "load of a quadword across two pages, the second not present, at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(across_store16, "", "store of a word across two pages, the second not present, at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(across_store32, "", "store of a doubleword across two pages, the second not present, at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(across_store64, "", "store of a quadword across two pages, the second not present, at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(across_modify32, "", "INC of a doubleword across two pages, the second not present, at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(across_modify64, "", "INC of a quadword across two pages, the second not present, at CPL 3 with AM=1, AC=1", FAULTS),
         ROW(byte, "ac-byte-never", "load of a byte from 16n+1 at CPL 3 with AM=1, AC=1", PASSES),
         ROW(aligned, "", "load of a quadword from 16n+8 at CPL 3 with AM=1, AC=1", PASSES),
         ROW(kernel, "ac-not-cpl0", "load of a doubleword from 16n+2 at CPL 0 with AM=1, AC=1", PASSES),
         ROW(flag_clear, "ac-ac0", "load of a doubleword from 16n+2 at CPL 3 with AM=1, AC=0", PASSES),
         ROW(mask_clear, "ac-am0", "load of a doubleword from 16n+2 at CPL 3 with AM=0, AC=1", PASSES));
