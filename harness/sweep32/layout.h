/* layout.h: what assembly and C share; arena.c asserts it. */
#ifndef SWEEP32_LAYOUT_H
#define SWEEP32_LAYOUT_H

/* Selectors of the sweep's GDT, without RPL. Below 0x100: the stubs look up a stack by the low byte of CS. */
#define SEL_CODE 0x08 /* of ring n: 16 n more, and its data behind it */
#define SEL_DATA 0x10
#define SEL_CODE16 0x48 /* of ring n: 8 n more */
#define SEL_TSS 0x68
#define SEL_LDT 0x70
#define SEL_VARIED 0x78 /* for descriptors that a sweep varies */
#define SEL_INNER_STACK 0x80
#define SEL_STACK 0x88
#define SEL_NEW_TSS 0x90
#define SEL_OTHER 0x98
#define SEL_DF_TSS 0xa0 /* of the task that handles #DF */
#define GDT_ENTRIES 22  /* the last one is there by half */
#define SEL_DATA3 (SEL_DATA + 3 * 16 + 3)

/* Stubs and instructions, below 64 KiB so that 16-bit gates and virtual-8086 mode reach them. */
#define LOW_CODE 0x7000
/* Where a sweep's instructions come to, and the same 64 KiB above. */
#define LANDING 0x8000

/* Pages of stacks, and one that isn't there behind each. */
#define STACKS_BEGIN 0x21000
#define STACKS_END 0x2b000

#define VECTOR_INT_N 0x20
#define VECTOR_INTERRUPT 0x21
#define VECTOR_RAN_ON 0x22 /* behind an instruction that should have faulted, and where one leads that shouldn't */
#define VECTOR_OTHER 0xff

/* Stubs: of each exception, of these three, and of all others. */
#define EXCEPTIONS 18
#define STUB_INT_N EXCEPTIONS
#define STUB_INTERRUPT (EXCEPTIONS + 1)
#define STUB_RAN_ON (EXCEPTIONS + 2)
#define STUB_OTHER (EXCEPTIONS + 3)
#define STUB_SIZE 4

/* struct captured */
#define CAPTURED_VECTOR 0
#define CAPTURED_ESP 4
#define CAPTURED_EFLAGS 8
#define CAPTURED_EBX 12
#define CAPTURED_EBP 16
#define CAPTURED_ESI 20
#define CAPTURED_EDI 24
#define CAPTURED_ES 28 /* in the order of their numbers */
#define CAPTURED_CS 30
#define CAPTURED_SS 32
#define CAPTURED_DS 34
#define CAPTURED_FS 36
#define CAPTURED_GS 38

/* struct entry */
#define ENTRY_EIP 0
#define ENTRY_EFLAGS 8
#define ENTRY_ESP 12
#define ENTRY_ES 36 /* what is loaded before the image is popped */
#define ENTRY_DS 40
#define ENTRY_FS 44
#define ENTRY_GS 48
#define ENTRY_EDI 52
#define ENTRY_ESI 56
#define ENTRY_EBP 60
#define ENTRY_EBX 64
#define ENTRY_EDX 68
#define ENTRY_ECX 72
#define ENTRY_EAX 76
#define ENTRY_INNER 80 /* CPL 0: no IRET to it */

/* Real-address mode: stubs and the way there, in segment 0; segments with its limits, of prepare_real_mode(). */
#define REAL_CODE 0x9000
#define SEL_REAL_CODE SEL_VARIED
#define SEL_REAL_DATA SEL_STACK

/* struct real_entry */
#define REAL_EIP 0 /* IP and CS */
#define REAL_EFLAGS 4
#define REAL_ESP 8 /* and SS */
#define REAL_ES 16
#define REAL_DS 18
#define REAL_FS 20
#define REAL_GS 22
#define REAL_EBX 24
#define REAL_EBP 28
#define REAL_ESI 32
#define REAL_EDI 36
#define REAL_ECX 40
#define REAL_EDX 44
#define REAL_EAX 48
#define REAL_BY_IRET 52
#define REAL_ENTRY_SIZE 56

#endif
