/*
 * Code that was executed becomes other code at the same linear address, or through another one; what is executed next is what memory has then. Page
 * `code` holds INC EAX; RET (FF C0 C3), page `other` INC ECX; RET (FF C1 C3). EAX and ECX count.
 */
#include <case.h>

#define SPEC "SDM 3A \"Self-Modifying Code\"; SDM 3A \"Invalidation of TLBs and Paging-Structure Caches\""
#define INC_EAX 0xc3c0ff
#define INC_ECX 0xc3c1ff

/* RBX, RBP: the code's address, and another one of the same frame. RDI: the entry of RBX. RSI: what makes it lead to `other`. R11: `other`. */
static void set_up(uint64_t flags)
{
    uintptr_t code = map_page("code", PAGE_PRESENT | PAGE_WRITE | PAGE_A | PAGE_D | flags);
    uintptr_t other = map_page("other", PAGE_PRESENT | PAGE_WRITE | PAGE_A | PAGE_D | flags), second = map_page("second", PAGE_PRESENT | PAGE_WRITE);

    *(uint32_t *)frame_of(code) = INC_EAX;
    *(uint32_t *)frame_of(other) = INC_ECX;
    *page_entry(second, 1) = *page_entry(code, 1);
    start.rbx = code;
    start.rbp = second;
    start.rdi = (uintptr_t)page_entry(code, 1);
    start.rsi = *page_entry(other, 1);
    start.r8 = read_cr3();
    start.r9 = read_cr4() | CR4_PGE;
    start.r10 = read_cr4() & ~(uint64_t)CR4_PGE;
    start.r11 = other;
    start.rax = start.rcx = 0;
    start.rdx = INC_ECX;
}

#define ALL(X)                                                                                                                                 \
    X(invlpg, 0, "call rbx\ncall rbx\nmov [rdi], rsi\ninvlpg [rbx]\ncall rbx\n")                                                               \
    X(cr3, 0, "call rbx\ncall rbx\nmov [rdi], rsi\nmov cr3, r8\ncall rbx\n")                                                                   \
    X(global_invlpg, PAGE_G, "mov cr4, r9\ncall rbx\ncall rbx\nmov [rdi], rsi\ninvlpg [rbx]\ncall rbx\n")                                      \
    X(global_pge, PAGE_G, "mov cr4, r9\ncall rbx\ncall rbx\nmov [rdi], rsi\nmov cr4, r10\ncall rbx\n")                                         \
    X(cr0_wp, 0, "call rbx\ncall rbx\nmov [rdi], rsi\ninvlpg [rbx]\nmov r12, cr0\nmov cr0, r12\ncall rbx\n")                                   \
    X(and_back, 0, "call rbx\nmov r12, [rdi]\nmov [rdi], rsi\ninvlpg [rbx]\ncall rbx\nmov [rdi], r12\ninvlpg [rbx]\ncall rbx\n")               \
    X(second_mapping, 0, "call rbx\ncall rbp\nmov [rbp], edx\ncall rbx\ncall rbp\n")                                                           \
    X(second_mapping_after_remap, 0, "call rbx\ncall rbp\nmov [rdi], rsi\ninvlpg [rbx]\ncall rbx\ncall rbp\n")                                 \
    X(written, 0, "call rbx\ncall rbx\nmov [rbx], edx\ncall rbx\n")                                                                            \
    X(written_one_byte, 0, "call rbx\ncall rbx\nmov byte ptr [rbx + 1], 0xc1\ncall rbx\n")                                                     \
    X(written_by_xchg, 0, "call rbx\ncall rbx\nmov r12d, edx\nxchg [rbx], r12d\ncall rbx\n")                                                   \
    X(written_by_lock_or, 0, "call rbx\ncall rbx\nlock or byte ptr [rbx + 1], 1\ncall rbx\n")                                                  \
    X(written_by_inc, 0, "call rbx\ncall rbx\ninc byte ptr [rbx + 1]\ncall rbx\n")                                                             \
    X(written_by_bts, 0, "call rbx\ncall rbx\nbts dword ptr [rbx], 8\ncall rbx\n")                                                             \
    X(written_by_movups, 0, "call rbx\ncall rbx\nmovups xmm0, [r11]\nmovups [rbx], xmm0\ncall rbx\n")                                          \
    X(written_by_push, 0, "call rbx\ncall rbx\nmov r12, rsp\nlea rsp, [rbx + 8]\npush rdx\nmov rsp, r12\ncall rbx\n")                          \
    X(written_by_pop, 0, "call rbx\ncall rbx\npush rdx\npop qword ptr [rbx]\ncall rbx\n")                                                      \
    X(written_by_movs, 0, "call rbx\ncall rbx\nmov rsi, r11\nmov rdi, rbx\nmov r12, rcx\nmov ecx, 16\nrep movsb\nmov rcx, r12\ncall rbx\n")    \
    X(written_by_stos, 0, "call rbx\ncall rbx\nmov rdi, rbx\nmov r12, rax\nmov eax, edx\nstosd\nmov rax, r12\ncall rbx\n")                     \
    X(written_by_movnti, 0, "call rbx\ncall rbx\nmovnti [rbx], edx\ncall rbx\n")                                                               \
    X(written_by_maskmovdqu, 0, "call rbx\ncall rbx\nmovups xmm0, [r11]\npcmpeqd xmm1, xmm1\nmov rdi, rbx\nmaskmovdqu xmm0, xmm1\ncall rbx\n") \
    X(written_through_frame, 0, "call rbx\ncall rbx\nmov r12, [rdi]\nand r12, -4096\nmov [r12], edx\ncall rbx\n")                              \
    X(own_next, 0, "mov byte ptr [rip + 9f + 1], 0xc1\njmp 9f\n9:\n.byte 0xff, 0xc0\n")                                                        \
    X(own_next_again, 0, "mov r12d, 2\n8:\n9:\n.byte 0xff, 0xc0\nmov byte ptr [rip + 9b + 1], 0xc1\ndec r12d\njnz 8b\n")

#define FUNCTION(name_, flags_, text_)                  \
    static void run_##name_(void)                       \
    {                                                   \
        set_up(flags_);                                 \
        PROGRAM(text_ MARK(fault) "nop\n" MARK(after)); \
    }
#define ROW(name_, flags_, text_) \
    {VARIANT, .name = #name_, .about = "code that changes: " #name_, .spec = SPEC, .vector = NO_EXCEPTION, .run = run_##name_},

ALL(FUNCTION)

VARIANTS(ALL(ROW));
