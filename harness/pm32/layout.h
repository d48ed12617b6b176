/* layout.h: offsets and selectors that assembly and C share; trap.h asserts them. */
#ifndef LAYOUT_H
#define LAYOUT_H

/* struct start */
#define EAX 0
#define ECX 4
#define EDX 8
#define EBX 12
#define EBP 20
#define ESI 24
#define EDI 28
#define EIP 32
#define CS 36
#define EFLAGS 40
#define ESP 44
#define SS 48
#define DS 52
#define ES 56
#define FS 60
#define GS 64

/* Of the harness itself. */
#define KERNEL_CODE 0x08
#define KERNEL_DATA 0x10
#define REAL_MODE_CODE 0x78 /* 16-bit code at `low_begin`, and data at 0, of 64 KiB: the way into real mode */
#define REAL_MODE_DATA 0x80
#define STUB_GATE 0x8b /* call gates of DPL 3, for code outside CPL 0 */
#define PROGRAM_GATE 0x93
#define HANDLER_GATE 0x9b

/* Why capture() is called. */
#define BY_GATE 0 /* of the IDT or the IVT */
#define BY_PROGRAM_END 1
#define BY_HANDLER_END 2
#define BY_PROGRAM16_END 3 /* of 16-bit protected mode at CPL 0: CS is lost */

#define LOW_BEGIN 0x8000 /* 16-bit code and what it needs, rom.ld */
#define LOW_SEGMENT 0x800

#endif
