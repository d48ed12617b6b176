/* specification.c: spec/ as one unit, so that the compiler may put its small functions where they are called. */
#include <stdint.h>

uint64_t flags_that_decided;
#ifdef __x86_64__
#define NOTE_DECIDING(flags) (flags_that_decided |= (flags))
#endif
#include "internal.h"
#ifdef __x86_64__
#include "sweep/eyes.h"
#else
#include "sweep32/eyes.h"
#endif

/* What holds in each state of 64-bit and compatibility mode, and in each of the others: half of the specification is about these. */
#define note_event(o, e) ((void)(o), (void)(e)) /* nobody asks there */
#define translate_access(m, access, physical, o) translate_in_arena(m, access, physical, o)
#ifdef __x86_64__
#define is_protected(m) ((void)(m), true)
#define read_memory(m, physical, size) ((void)(m), read_in_arena(physical, size))
#define is_virtual_8086(m) ((void)(m), false)
#define is_ia32e(m) ((void)(m), true)
#define is_64bit(m) ((m)->segment[CS].l)
#define is_canonical(m, linear) ((void)(m), (uint64_t)((int64_t)((linear) << 16) >> 16) == (linear))
/* predict() holds all that it calls but these. */
bool spec_translate(const struct machine *, const struct access *, uint64_t *physical, struct outcome *) RARE;
void spec_load_segment(struct machine *, unsigned segment, uint16_t selector, struct outcome *) __attribute__((noinline));
void spec_iret(struct machine *, unsigned operand_size, unsigned length, struct outcome *) __attribute__((noinline));
void spec_far_return(struct machine *, unsigned operand_size, unsigned release, struct outcome *) __attribute__((noinline));
void spec_far_transfer(struct machine *, const struct far_transfer *, struct outcome *) __attribute__((noinline));
#else
#define read_memory(m, physical, size) ((m)->context ? read_behind((m)->context, physical, size) : read_in_arena(physical, size))
#define is_ia32e(m) ((void)(m), false)
#define is_64bit(m) ((void)(m), false)
#undef CR4_PAE
#define CR4_PAE 0ull
#endif
#undef CR4_CET
#define CR4_CET 0ull

#include "boundary.c"
#include "choices.c"
#include "deliver.c"
#include "flags.c"
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
