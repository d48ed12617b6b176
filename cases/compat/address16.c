/* Bases, indices and displacements of 16-bit addressing in compatibility mode. With BP the segment is SS. */
#include "address16.h"

#define ACCESS(name, text, ...)                                                                       \
    static void name(void)                                                                            \
    {                                                                                                 \
        __VA_ARGS__;                                                                                  \
        either(ASSEMBLE32(MARK(fault) text "\n" MARK(after) "nop\n"),                                 \
               ASSEMBLE_AS(16, NOPS MARK_OFFSET(fault) text "\n" MARK_OFFSET(after) "nop\n", END16)); \
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
           ASSEMBLE_AS(16, NOPS MARK_OFFSET(fault) ".byte 0xd7\n" MARK_OFFSET(after) "nop\n", END16));
}

ACCESS(word_last, "mov ax, [bx]", start.rbx = UPPER | 0xfffe)
ACCESS(word_crosses, "mov ax, [bx]", start.rbx = UPPER | 0xffff)
ACCESS(dword_crosses, "mov eax, [bx+si]", start.rbx = UPPER | 0x8000; start.rsi = UPPER | 0x7ffd)
ACCESS(write_crosses, "mov [bx], ax", start.rbx = UPPER | 0xffff)
ACCESS(bp_crosses, "mov ax, [bp]", start.rbp = UPPER | 0xffff)
ACCESS(bp_write_crosses, "mov [bp+si], eax", start.rbp = UPPER | 0x7fff; start.rsi = UPPER | 0x7fff)
ACCESS(push_memory, "push word ptr [bx+si]", start.rbx = UPPER | 0x8100; start.rsi = UPPER | 0x7f04)
ACCESS(les, "les cx, [bx]", start.rbx = UPPER | 0xfffd)
/* AX isn't below the lower bound: processors that look at that one first raise #BR else. */
ACCESS(bound, "bound ax, [bx]", start.rbx = UPPER | 0xfffd; start.rax = UPPER)

#define MODRM "SDM 2A \"Addressing-Mode Encoding of ModR/M and SIB Bytes\""
#define LEA "SDM 2A \"LEA-Load Effective Address\""
#define XLAT "SDM 2D \"XLAT/XLATB-Table Look-up Translation\""

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
         GP("bound", bound, LIMIT, "BOUND AX, [BX] across 0xffff"));
