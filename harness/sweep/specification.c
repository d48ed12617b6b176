/* specification.c: spec/ as one unit, so that the compiler may put its small functions where they are called. */
#include "internal.h"

/* What holds in each state of 64-bit and compatibility mode: half of the specification is about others. */
#define is_protected(m) ((void)(m), true)
#define is_virtual_8086(m) ((void)(m), false)
#define is_ia32e(m) ((void)(m), true)
#define is_64bit(m) ((m)->segment[CS].l)

#include "boundary.c"
#include "choices.c"
#include "deliver.c"
#undef PADDING
#include "memory.c"
#include "return.c"
#include "segment.c"
#include "shadow.c"
#include "system_call.c"
#include "task.c"
#include "transfer.c"
#include "translate.c"
