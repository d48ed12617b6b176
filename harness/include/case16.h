/* case16.h: the same for a case whose program runs in real mode: FAULT and PROGRAM are 16-bit code, the record has the names of 16 bits. */
#ifndef CASE16_H
#define CASE16_H

#define ROW_ENVIRONMENT .env = REAL16,
#define CODE_SIZE 16
#include "case32.h"

#endif
