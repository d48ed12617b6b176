/* specification.c: spec/ as one unit, so that the compiler may put its small functions where they are called. */
#include "internal.h"

/* What holds in each state of 64-bit and compatibility mode, and in each of the others: half of the specification is about these. */
#define is_protected(m) ((void)(m), true)
#ifdef __x86_64__
#define is_virtual_8086(m) ((void)(m), false)
#define is_ia32e(m) ((void)(m), true)
#define is_64bit(m) ((m)->segment[CS].l)
#else
#define is_ia32e(m) ((void)(m), false)
#define is_64bit(m) ((void)(m), false)
#undef CR4_CET
#define CR4_CET 0ull
#undef CR4_PAE
#define CR4_PAE 0ull
#endif

#include "boundary.c"
#include "choices.c"
#include "deliver.c"
#undef PADDING
#include "memory.c"
#include "return.c"
#include "segment.c"
#ifndef __x86_64__
#include "selector.c"
#endif
#include "shadow.c"
#include "system_call.c"
#include "task.c"
#include "transfer.c"
#include "translate.c"
