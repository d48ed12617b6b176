/* selectors.h: of the descriptors in the harness's own GDT. */
#ifndef SELECTORS_H
#define SELECTORS_H

#define SEL_KERNEL_CODE64 0x08u
#define SEL_KERNEL_DATA 0x10u
#define SEL_USER_CODE32 0x1bu
#define SEL_USER_DATA 0x23u
#define SEL_USER_CODE64 0x2bu
#define SEL_KERNEL_CODE32 0x30u
#define SEL_DATA_DS 0x3bu
#define SEL_DATA_ES 0x43u
#define SEL_DATA_FS 0x4bu
#define SEL_DATA_GS 0x53u
#define SEL_TSS 0x58u
#define SEL_FREE 0x68u /* the first of 32 that cases may fill */

#endif
