/* selectors.h: Linux's descriptors, and those of this program in its LDT. */
#ifndef SELECTORS_H
#define SELECTORS_H

#define SEL_KERNEL_CODE32 0x08u
#define SEL_KERNEL_CODE64 0x10u
#define SEL_KERNEL_DATA 0x18u
#define SEL_USER_CODE32 0x23u
#define SEL_USER_DATA 0x2bu
#define SEL_USER_CODE64 0x33u
#define SEL_DATA_DS 0x3fu
#define SEL_DATA_ES 0x47u
#define SEL_DATA_FS 0x4fu
#define SEL_DATA_GS 0x57u
#define SEL_TSS 0x40u
#define SEL_FREE 0x6cu /* where the harness's own GDT has it, but for TI: error codes then differ by that bit alone */

#endif
