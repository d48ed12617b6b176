/* specification.c: spec/ as one unit, so that the compiler may put its small functions where they are called. */
#include "internal.h"
#include "sweep/eyes.h"

/* What holds in each state of 64-bit and compatibility mode: half of the specification is about others. */
#define is_protected(m) ((void)(m), true)
#define is_virtual_8086(m) ((void)(m), false)
#define is_ia32e(m) ((void)(m), true)
#define is_64bit(m) ((m)->segment[CS].l)
#define is_canonical(m, linear) ((void)(m), (uint64_t)((int64_t)((linear) << 16) >> 16) == (linear))
#undef CR4_CET
#define CR4_CET 0ull
#define read_memory(m, physical, size) ((void)(m), read_in_arena(physical, size))
#define translate_access(m, access, physical, o) translate_in_arena(m, access, physical, o)

/* What each state needs, with all that it calls in its place: an emulator pays for calls and returns. */
bool spec_translate(const struct machine *, const struct access *, uint64_t *physical, struct outcome *) RARE;
void spec_deliver(struct machine *, const struct event *, struct outcome *) __attribute__((flatten));
bool spec_boundary(struct machine *, struct pending *, struct event *, struct outcome *) __attribute__((flatten));

#include "boundary.c"
#include "choices.c"
#include "deliver.c"
#undef PADDING
#include "memory.c"
#include "return.c"
#include "segment.c"
#include "selector.c"
#include "shadow.c"
#include "system_call.c"
#include "task.c"
#include "transfer.c"
#include "translate.c"
