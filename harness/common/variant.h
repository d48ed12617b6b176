/* variant.h: what the four bytes at 0xffe8 of a ROM say, which are set by who writes it: docs/contract.md. */
#ifndef VARIANT_H
#define VARIANT_H

#define ROM_VARIANT 0xffe8
#define DESCRIBE 0x80000000 /* in place of a run; then perhaps */
#define LAST_SHIFT 16       /* the last of several rows that are described, each behind a reset */
#define LAST_MASK 0x7fff

#define LOW_TOLD 0x30000 /* from 0 on that a description tells at most, and reset.S clears before the next one */

#endif
