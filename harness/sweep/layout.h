/* layout.h: what assembly and C share; arena.c and state.c assert it. */
#ifndef SWEEP_LAYOUT_H
#define SWEEP_LAYOUT_H

/* Selectors of the sweep's GDT, without RPL. */
#define SEL_CODE64 0x08 /* of ring n: 16 n more, and its data behind it */
#define SEL_DATA 0x10
#define SEL_CODE32_KERNEL 0x48
#define SEL_CODE32_USER 0x50
#define SEL_TSS 0x58
#define SEL_LDT 0x68
#define SEL_VARIED 0x78 /* 24 bytes for the descriptors that a sweep varies */
#define GDT_ENTRIES 19  /* the last one is there by half */

/* Where a sweep's instructions come to, below 64 KiB so that 16-bit offsets reach it. */
#define LANDING 0x8000

#define RELEASED 0x18 /* operand of a RET n */

#define VECTOR_INT_N 0x40
#define VECTOR_INTERRUPT 0x41
#define VECTOR_RAN_ON 0x42 /* behind an instruction that should have faulted, and where one leads that shouldn't */
#define VECTORS 0x43

/* struct captured */
#define CAPTURED_VECTOR 0
#define CAPTURED_RSP 8
#define CAPTURED_RFLAGS 16
#define CAPTURED_CS 24
#define CAPTURED_SS 32
#define CAPTURED_RBX 40
#define CAPTURED_RCX 48 /* these where watch() says so */
#define CAPTURED_R11 56

#define RBX_OF_STATE 0x5a5a5a5a

#define STUB_SIZE 16
#define HARNESS_MSRS 4 /* EFER and those of SYSCALL */

#endif
