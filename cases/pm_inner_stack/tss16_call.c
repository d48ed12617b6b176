/*
 * Far CALL through a gate to an inner level with a 16-bit TSS in TR: SPn is at 4n+2 and SSn behind it, zero-extended to ESP; the gate decides the
 * words' size. What is wrong with the TSS's limit or with SSn is #TS, or #SS where it isn't present, as with a 32-bit one.
 */
#include <case32.h>

#define SPEC "SDM 2A \"CALL-Call Procedure\", SDM 3A \"16-Bit Task-State Segment (TSS)\""

static struct tss16 small;

/* EAX is EIP, ECX CS, EDX the word above it, EDI ESP, EBP SS; ESI the size of the parameters. */
#define CALL MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target)
#define READ32 \
    "mov eax, [esp]\nmovzx ecx, word ptr [esp+4]\nmov edx, [esp+8]\nmov edi, [esp+esi+8]\nmovzx ebp, word ptr [esp+esi+12]\nint3\n" MARK(reached)
#define READ16                                                                                                               \
    "movzx eax, word ptr [esp]\nmovzx ecx, word ptr [esp+2]\nmovzx edx, word ptr [esp+4]\nmovzx edi, word ptr [esp+esi+4]\n" \
    "movzx ebp, word ptr [esp+esi+6]\nint3\n" MARK(reached)

/* From CPL ARG0 >> 4 to CPL ARG0 & 3, the TSS's limit is ARG1. */
static void through(struct call_gate g)
{
    static const uint16_t code[] = {SEL_KERNEL_CODE, SEL_RING1_CODE, SEL_RING2_CODE};
    struct program p = ASSEMBLE(CALL READ32), p16 = ASSEMBLE_IN(".low.program", 32, CALL READ16, "jmp program_end");

    in_ring(ARG0 >> 4 & 3);
    small.sp0 = (uint16_t)stack_top(STACK_LOW1);
    small.ss0 = SEL_KERNEL_DATA;
    small.sp1 = small.sp2 = (uint16_t)stack_top(STACK_LOW2);
    if (!small.ss1)
        small.ss1 = SEL_RING1_DATA;
    small.ss2 = SEL_RING2_DATA;
    set_gate(VEC_BP, .dpl = 3);
    if (g.is_16bit)
        p = p16;
    g.offset = label_of(p, "target");
    g.selector = code[ARG0 & 3];
    g.dpl = 3;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    ((uint32_t *)frame_of(start.ebx))[1] = add_call_gate("gate", g) | 3u;
    for (unsigned i = 0; i < g.parameters; i++) {
        start.esp -= g.is_16bit ? 2 : 4;
        *(uint16_t *)start.esp = (uint16_t)(0x1110 + i);
        if (!g.is_16bit)
            *(uint32_t *)start.esp = 0x22221110 + i;
    }
    if (g.is_16bit)
        map_frame(p.entry & ~(PAGE_SIZE - 1), p.entry & ~(PAGE_SIZE - 1), PAGE_PRESENT | PAGE_USER);
    start.esi = g.parameters * (g.is_16bit ? 2u : 4u);
    __asm__ volatile("ltr %w0"
                     :
                     : "r"(add_descriptor("small", encode_descriptor((struct descriptor){
                                                       .base = (uintptr_t)&small, .limit = (uint32_t)ARG1, .type = SYSTEM_TSS16_AVAILABLE})))
                     : "memory");
    run_program(p);
}

static void plain(void)
{
    through((struct call_gate){0});
}

static void parameters(void)
{
    through((struct call_gate){.parameters = 2});
}

static void gate16(void)
{
    through((struct call_gate){.parameters = 3, .is_16bit = true});
}

#define OF(type, dpl, rpl) ((type) | (dpl) << 8 | (rpl) << 16)
#define NOT_PRESENT 0x1000u

/* arg: SS1; one of a descriptor. */
static void stack(void)
{
    small.ss1 = (uint16_t)(ARG1 >> 32);
    through((struct call_gate){0});
}

static void described(void)
{
    uint32_t what = (uint32_t)(ARG1 >> 32);
    struct descriptor d = {.type = (uint8_t)what, .dpl = what >> 8 & 3, .not_present = what & NOT_PRESENT, .limit = 0xfffff, .d = true, .g = true};

    small.ss1 = (uint16_t)(add_descriptor("stack", encode_descriptor(d)) | (what >> 16 & 3));
    through((struct call_gate){0});
}

#define LIMIT (sizeof(struct tss16) - 1)
#define ROW(name_, run_, from, to, limit, vector_, error_, rip_, about_)                                                                        \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = "CPL " #from " to CPL " #to ", 16-bit TSS: " about_, .spec = SPEC, .vector = vector_, .error = error_, \
                 .saved_rip = rip_, .run = run_, .arg = {                                                                                       \
                     from << 4 | to,                                                                                                            \
                     limit                                                                                                                      \
                 }                                                                                                                              \
    }
#define GOES(name, run, from, to, limit, about) ROW(name, run, from, to, limit, VEC_BP, NO_ERROR, "reached", about)
#define SS1(name, run, what, vector, error, about) ROW(name, run, 3, 1, (uint64_t)(what) << 32 | LIMIT, vector, error, AT_FAULT, about)
VARIANTS(GOES("ring0", plain, 3, 0, LIMIT, "a gate without parameters"), GOES("ring1", plain, 3, 1, LIMIT, "a gate without parameters"),
         GOES("ring2", plain, 3, 2, LIMIT, "a gate without parameters"), GOES("ring1_of_ring2", plain, 2, 1, LIMIT, "a gate without parameters"),
         GOES("ring0_of_ring1", plain, 1, 0, LIMIT, "a gate without parameters"), GOES("parameters", parameters, 3, 1, LIMIT, "two parameters"),
         GOES("parameters_ring0", parameters, 3, 0, LIMIT, "two parameters"), GOES("gate16", gate16, 3, 1, LIMIT, "a 16-bit gate, three parameters"),
         GOES("gate16_ring2", gate16, 3, 2, LIMIT, "a 16-bit gate, three parameters"),
         GOES("limit_ring1_exact", plain, 3, 1, 9, "the TSS ends with SS1"), GOES("limit_ring2_exact", plain, 3, 2, 13, "the TSS ends with SS2"),
         ROW("limit_ring1", plain, 3, 1, 8, VEC_TS, SEL_FREE + 8, AT_FAULT, "the TSS ends before SS1's last byte"),
         ROW("limit_ring1_none", plain, 3, 1, 5, VEC_TS, SEL_FREE + 8, AT_FAULT, "the TSS ends before SP1"),
         ROW("limit_ring2", plain, 3, 2, 12, VEC_TS, SEL_FREE + 8, AT_FAULT, "the TSS ends before SS2's last byte"),
         ROW("limit_ring1_sp", plain, 3, 1, 7, VEC_TS, SEL_FREE + 8, AT_FAULT, "the TSS ends with SP1"),
         GOES("limit_ring0_exact", plain, 3, 0, 5, "the TSS ends with SS0"),
         /* No handler of #TS has a stack then: #DF, and shutdown. */
         ROW("limit_ring0", plain, 3, 0, 4, SHUTDOWN, NO_ERROR, "", "the TSS ends before SS0's last byte"),
         SS1("rpl0", stack, SEL_RING1_DATA & ~3u, VEC_TS, SEL_RING1_DATA & ~3u, "SS1 is of RPL 0"),
         SS1("null", stack, 1, VEC_TS, 0, "SS1 is 1: null"),
         SS1("beyond", stack, (GDT_LIMIT + 1) | 1, VEC_TS, GDT_LIMIT + 1, "SS1 is beyond the GDT's limit"),
         SS1("dpl", described, OF(DATA_WRITABLE, 3, 1), VEC_TS, SEL_FREE, "DPL of SS1 is 3"),
         SS1("read_only", described, OF(DATA_READ_ONLY, 1, 1), VEC_TS, SEL_FREE, "SS1 is read-only"),
         SS1("code", described, OF(CODE_READABLE, 1, 1), VEC_TS, SEL_FREE, "SS1 is code"),
         SS1("np", described, OF(DATA_WRITABLE, 1, 1) | NOT_PRESENT, VEC_SS, SEL_FREE, "SS1 isn't present"));
