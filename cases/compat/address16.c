/*
 * 16-bit addressing in compatibility mode: what base, index and displacement make is cut to 16 bits, the upper halves of the registers aren't looked
 * at, string instructions count SI, DI and CX and leave bits 31:16. With BP the segment is SS. Each in 32-bit code with an address-size prefix, and
 * in 16-bit code without. The segment of 64 KiB begins at a page, with present pages around; a word across its last byte is beyond the limit.
 */
#include <case.h>

#define BYTES 16u

/* ARG0: 32 or 16, the code's size. */
static void segments(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .d = true, .limit = 0xffff, .dpl = 3};
    uintptr_t data;

    in_compat_user();
    data = map_pages("data", 18, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
    for (unsigned i = 0; i < 0x10000; i += 2) /* each word says where it is */
        *(uint16_t *)frame_of(data + i) = (uint16_t)i;
    d.base = (uint32_t)data;
    start.ds = start.es = start.ss = add_descriptor("data64k", encode_descriptor(d)) | 3;
    start.rsp = 0x800;
    record_memory("bottom", frame_of(data), BYTES);
    record_memory("top", frame_of(data + 0xfff0), BYTES);
}

/* MARK for a code segment whose base is the program's first byte, and the way back from there. */
#define OFFSET(name) "771:\n.pushsection .labels, \"a\"\n.quad 771b - 600b\n.asciz \"" #name "\"\n.balign 32\n.popsection\n"
#define NOPS ".skip 0x10, 0x90\n"
#define END16 ".byte 0x66, 0xea\n.long program_end32\n.word 0x1b\n"

static void either(struct program p32, struct program p16)
{
    segments();
    if (ARG0 == 16) {
        struct descriptor d = {.type = CODE_READABLE, .limit = 0xffff, .dpl = 3, .base = (uint32_t)p16.entry};

        start.cs = add_descriptor("code16", encode_descriptor(d)) | 3;
        start.rip = 0x10; /* 0 would be the entry */
    }
    run_program(ARG0 == 16 ? p16 : p32);
}

/* Registers have an upper half that would lead elsewhere. */
#define UPPER 0xabcd0000u
#define ACCESS(name, text, ...)                                                                                                                    \
    static void name(void)                                                                                                                         \
    {                                                                                                                                              \
        __VA_ARGS__;                                                                                                                               \
        either(ASSEMBLE32(MARK(fault) text "\n" MARK(after) "nop\n"), ASSEMBLE_AS(16, NOPS OFFSET(fault) text "\n" OFFSET(after) "nop\n", END16)); \
    }

/* The same for string instructions, whose address size no operand tells. */
#define STRING(name, text, ...)                                                             \
    static void name(void)                                                                  \
    {                                                                                       \
        __VA_ARGS__;                                                                        \
        either(ASSEMBLE32(MARK(fault) ".byte 0x67\n" text "\n" MARK(after) "nop\n"),        \
               ASSEMBLE_AS(16, NOPS OFFSET(fault) text "\n" OFFSET(after) "nop\n", END16)); \
    }

ACCESS(bx_si, "mov ax, [bx+si]", start.rbx = UPPER | 0x8100; start.rsi = UPPER | 0x7f04)
ACCESS(bx_di, "mov ax, [bx+di]", start.rbx = UPPER | 0x8100; start.rdi = UPPER | 0x7f04)
ACCESS(bp_si, "mov ax, [bp+si]", start.rbp = UPPER | 0x8100; start.rsi = UPPER | 0x7f04)
ACCESS(bp_di, "mov ax, [bp+di]", start.rbp = UPPER | 0x8100; start.rdi = UPPER | 0x7f04)
ACCESS(si_d8, "mov ax, [si+0x7e]", start.rsi = UPPER | 0xff90)
ACCESS(di_d8_negative, "mov ax, [di-0x10]", start.rdi = UPPER | 0x6)
ACCESS(bp_d8, "mov ax, [bp+0x7e]", start.rbp = UPPER | 0xff90)
ACCESS(bx_d16, "mov ax, [bx+0x7fff]", start.rbx = UPPER | 0x800b)
ACCESS(bx_si_d16, "mov ax, [bx+si+0x7ffe]", start.rbx = UPPER | 0xffff; start.rsi = UPPER | 0x8007)
ACCESS(bp_di_d8, "mov ax, [bp+di-2]", start.rbp = UPPER | 0x8000; start.rdi = UPPER | 0x8006)
ACCESS(upper, "mov ax, [bx]", start.rbx = UPPER | 0x10)
ACCESS(write, "mov [bx+si], cx", start.rbx = UPPER | 0x8100; start.rsi = UPPER | 0x7f04)
ACCESS(add, "add word ptr [bx+si], 0x1111", start.rbx = UPPER | 0x8100; start.rsi = UPPER | 0x7f04)
ACCESS(lea, "lea eax, [bx+si]", start.rbx = UPPER | 0x8100; start.rsi = UPPER | 0x7f04)
ACCESS(lea_d8, "lea cx, [bp+di-2]", start.rbp = UPPER | 0x0; start.rdi = UPPER | 0x0)
static void xlat(void)
{
    start.rbx = UPPER | 0xffb0;
    either(ASSEMBLE32(MARK(fault) ".byte 0x67, 0xd7\n" MARK(after) "nop\n"),
           ASSEMBLE_AS(16, NOPS OFFSET(fault) ".byte 0xd7\n" OFFSET(after) "nop\n", END16));
}

ACCESS(word_last, "mov ax, [bx]", start.rbx = UPPER | 0xfffe)
ACCESS(word_crosses, "mov ax, [bx]", start.rbx = UPPER | 0xffff)
ACCESS(dword_crosses, "mov eax, [bx+si]", start.rbx = UPPER | 0x8000; start.rsi = UPPER | 0x7ffd)
ACCESS(write_crosses, "mov [bx], ax", start.rbx = UPPER | 0xffff)
ACCESS(bp_crosses, "mov ax, [bp]", start.rbp = UPPER | 0xffff)
ACCESS(bp_write_crosses, "mov [bp+si], eax", start.rbp = UPPER | 0x7fff; start.rsi = UPPER | 0x7fff)
ACCESS(push_memory, "push word ptr [bx+si]", start.rbx = UPPER | 0x8100; start.rsi = UPPER | 0x7f04)
ACCESS(les, "les cx, [bx]", start.rbx = UPPER | 0xfffd)
ACCESS(bound, "bound ax, [bx]", start.rbx = UPPER | 0xfffd)
STRING(lodsb_up, "lodsb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xffff)
STRING(lodsb_down, "lodsb", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x0; start.rdi = UPPER | 0x0)
STRING(stosb_up, "stosb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xffff)
STRING(stosb_down, "stosb", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x0; start.rdi = UPPER | 0x0)
STRING(movsb_up, "movsb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xffff)
STRING(movsb_down, "movsb", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x0; start.rdi = UPPER | 0x0)
STRING(cmpsb_up, "cmpsb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xffff)
STRING(cmpsb_down, "cmpsb", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x0; start.rdi = UPPER | 0x0)
STRING(scasb_up, "scasb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xffff)
STRING(scasb_down, "scasb", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x0; start.rdi = UPPER | 0x0)
STRING(rep_stosb, "rep stosb", start.rdi = UPPER | 0xfffe; start.rcx = UPPER | 0x4)
STRING(rep_stosw, "rep stosw", start.rdi = UPPER | 0xfffc; start.rcx = UPPER | 0x4)
STRING(rep_stosb_down, "rep stosb", start.rflags |= RFLAGS_DF; start.rdi = UPPER | 0x1; start.rcx = UPPER | 0x4)
STRING(rep_movsw, "rep movsw", start.rsi = UPPER | 0xfffc; start.rdi = UPPER | 0x8; start.rcx = UPPER | 0x3)
STRING(rep_movsb_both, "rep movsb", start.rsi = UPPER | 0xfffe; start.rdi = UPPER | 0xfff8; start.rcx = UPPER | 0xa)
STRING(rep_lodsd, "rep lodsd", start.rsi = UPPER | 0xfff8; start.rcx = UPPER | 0x3)
STRING(repe_scasb, "repe scasb", start.rdi = UPPER | 0xffff; start.rcx = UPPER | 0x5; start.rax = UPPER | 0xff)
STRING(repe_cmpsb, "repe cmpsb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xff01; start.rcx = UPPER | 0x5)
STRING(rep_count, "rep lodsb", start.rsi = UPPER | 0x10; start.rcx = UPPER | 0x0)
STRING(lodsw_crosses, "lodsw", start.rsi = UPPER | 0xffff)
STRING(stosw_crosses, "stosw", start.rdi = UPPER | 0xffff)
STRING(movsw_crosses, "movsw", start.rsi = UPPER | 0x10; start.rdi = UPPER | 0xffff)
STRING(rep_stosw_crosses, "rep stosw", start.rdi = UPPER | 0xfffb; start.rcx = UPPER | 0x4)
STRING(rep_lodsd_crosses, "rep lodsd", start.rsi = UPPER | 0xfff7; start.rcx = UPPER | 0x4)
STRING(rep_movsw_down_crosses, "rep movsw", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x3; start.rdi = UPPER | 0x11; start.rcx = UPPER | 0x4)

#define MODRM "SDM 2A \"Addressing-Mode Encoding of ModR/M and SIB Bytes\""
#define LIMIT "SDM 3A \"Limit Checking\""
#define LEA "SDM 2A \"LEA-Load Effective Address\""
#define XLAT "SDM 2D \"XLAT/XLATB-Table Look-up Translation\""
#define LODS "SDM 2A \"LODS/LODSB/LODSW/LODSD/LODSQ-Load String\""
#define STOS "SDM 2B \"STOS/STOSB/STOSW/STOSD/STOSQ-Store String\""
#define MOVS "SDM 2B \"MOVS/MOVSB/MOVSW/MOVSD/MOVSQ-Move Data From String to String\""
#define CMPS "SDM 2A \"CMPS/CMPSB/CMPSW/CMPSD/CMPSQ-Compare String Operands\""
#define SCAS "SDM 2B \"SCAS/SCASB/SCASW/SCASD-Scan String\""
#define REP "SDM 2B \"REP/REPE/REPZ/REPNE/REPNZ-Repeat String Operation Prefix\""
#define ROW(name_, run_, spec_, about_, size, ...)                                                                                       \
    {                                                                                                                                    \
        VARIANT, .name = name_, .env = COMPAT32, .about = "compatibility mode, " #size "-bit code: " about_, .spec = spec_, .run = run_, \
                 .arg = {size}, __VA_ARGS__                                                                                              \
    }
#define BOTH(name, run, spec, about, ...) ROW(name "_67", run, spec, about, 32, __VA_ARGS__), ROW(name, run, spec, about, 16, __VA_ARGS__)
#define OK(name, run, spec, about) BOTH(name, run, spec, about, .vector = NO_EXCEPTION)
#define GP(name, run, spec, about) BOTH(name, run, spec, about, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT)
#define SS(name, run, spec, about) BOTH(name, run, spec, about, .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT)

VARIANTS(OK("bx_si", bx_si, MODRM, "MOV AX, [BX+SI] around 0xffff"), OK("bx_di", bx_di, MODRM, "MOV AX, [BX+DI] around 0xffff"),
         OK("bp_si", bp_si, MODRM, "MOV AX, [BP+SI] around 0xffff"), OK("bp_di", bp_di, MODRM, "MOV AX, [BP+DI] around 0xffff"),
         OK("si_d8", si_d8, MODRM, "MOV AX, [SI+disp8] around 0xffff"), OK("di_d8_negative", di_d8_negative, MODRM, "MOV AX, [DI+disp8] below 0"),
         OK("bp_d8", bp_d8, MODRM, "MOV AX, [BP+disp8] around 0xffff"), OK("bx_d16", bx_d16, MODRM, "MOV AX, [BX+disp16] around 0xffff"),
         OK("bx_si_d16", bx_si_d16, MODRM, "MOV AX, [BX+SI+disp16] twice around"),
         OK("bp_di_d8", bp_di_d8, MODRM, "MOV AX, [BP+DI+disp8] around 0xffff"),
         OK("upper", upper, MODRM, "MOV AX, [BX], the upper half of EBX is set"), OK("write", write, MODRM, "MOV [BX+SI], CX around 0xffff"),
         OK("add", add, MODRM, "ADD [BX+SI], imm16 around 0xffff"), OK("lea", lea, LEA, "LEA EAX, [BX+SI]: 16 bits, extended with zeros"),
         OK("lea_d8", lea_d8, LEA, "LEA CX, [BP+DI-2] below 0"), OK("xlat", xlat, XLAT, "XLATB, BX and AL around 0xffff"),
         OK("word_last", word_last, MODRM, "MOV AX, [BX] of the last word"),
         GP("word_crosses", word_crosses, LIMIT, "MOV AX, [BX] across 0xffff: beyond the limit"),
         GP("dword_crosses", dword_crosses, LIMIT, "MOV EAX, [BX+SI] across 0xffff: beyond the limit"),
         GP("write_crosses", write_crosses, LIMIT, "MOV [BX], AX across 0xffff: nothing is written"),
         SS("bp_crosses", bp_crosses, LIMIT, "MOV AX, [BP] across 0xffff: a matter of the stack"),
         SS("bp_write_crosses", bp_write_crosses, LIMIT, "MOV [BP+SI], EAX across 0xffff"),
         OK("push_memory", push_memory, MODRM, "PUSH [BX+SI] around 0xffff"), GP("les", les, LIMIT, "LES CX, [BX] across 0xffff"),
         GP("bound", bound, LIMIT, "BOUND AX, [BX] across 0xffff"), OK("lodsb_up", lodsb_up, LODS, "LODSB at 0xffff: the index becomes 0"),
         OK("lodsb_down", lodsb_down, LODS, "LODSB at 0 with DF=1: the index becomes 0xffff"),
         OK("stosb_up", stosb_up, STOS, "STOSB at 0xffff: the index becomes 0"),
         OK("stosb_down", stosb_down, STOS, "STOSB at 0 with DF=1: the index becomes 0xffff"),
         OK("movsb_up", movsb_up, MOVS, "MOVSB at 0xffff: the index becomes 0"),
         OK("movsb_down", movsb_down, MOVS, "MOVSB at 0 with DF=1: the index becomes 0xffff"),
         OK("cmpsb_up", cmpsb_up, CMPS, "CMPSB at 0xffff: the index becomes 0"),
         OK("cmpsb_down", cmpsb_down, CMPS, "CMPSB at 0 with DF=1: the index becomes 0xffff"),
         OK("scasb_up", scasb_up, SCAS, "SCASB at 0xffff: the index becomes 0"),
         OK("scasb_down", scasb_down, SCAS, "SCASB at 0 with DF=1: the index becomes 0xffff"),
         OK("rep_stosb", rep_stosb, STOS, "REP STOSB, four bytes around 0xffff"),
         OK("rep_stosw", rep_stosw, STOS, "REP STOSW, four words around 0xffff"),
         OK("rep_stosb_down", rep_stosb_down, STOS, "REP STOSB with DF=1, four bytes around 0"),
         OK("rep_movsw", rep_movsw, MOVS, "REP MOVSW, the source around 0xffff"),
         OK("rep_movsb_both", rep_movsb_both, MOVS, "REP MOVSB, source and destination around 0xffff"),
         OK("rep_lodsd", rep_lodsd, LODS, "REP LODSD around 0xffff"),
         OK("repe_scasb", repe_scasb, SCAS, "REPE SCASB around 0xffff, until AL differs"),
         OK("repe_cmpsb", repe_cmpsb, CMPS, "REPE CMPSB around 0xffff, until they differ"),
         OK("rep_count", rep_count, REP, "REP LODSB with CX=0 and the upper half of ECX set: nothing"),
         GP("lodsw_crosses", lodsw_crosses, LIMIT, "LODSW across 0xffff: beyond the limit"),
         GP("stosw_crosses", stosw_crosses, LIMIT, "STOSW across 0xffff: beyond the limit"),
         GP("movsw_crosses", movsw_crosses, LIMIT, "MOVSW, the destination across 0xffff"),
         GP("rep_stosw_crosses", rep_stosw_crosses, LIMIT, "REP STOSW: the third word is across 0xffff, two are stored"),
         GP("rep_lodsd_crosses", rep_lodsd_crosses, LIMIT, "REP LODSD: the third is across 0xffff"),
         GP("rep_movsw_down_crosses", rep_movsw_down_crosses, LIMIT, "REP MOVSW with DF=1: the source goes on at 0xffff"));
