/* layout.h: offsets and selectors that assembly and C share; replay.c asserts them. */
#ifndef LAYOUT_H
#define LAYOUT_H

/* struct state */
#define EAX 0
#define ECX 4
#define EDX 8
#define EBX 12
#define EBP 16
#define ESI 20
#define EDI 24
#define ESP 28
#define SS 32
#define DS 36
#define ES 40
#define FLAGS 44
#define IP 48
#define CS 50

/* Of reset.S, and the two for the way into real mode: code at the block, data at 0, of 64 KiB. */
#define CODE32 0x08
#define DATA32 0x10
#define CODE16 0x18
#define DATA16 0x20

#endif
