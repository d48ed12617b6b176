/* operand_vector.h: instructions of vectors of VL bytes, whose operand is as long, or with BROADCAST one element of as many bytes as they say. */
#include "operand.h"

#if VL == 64
#define Z "zmm"
#define HALF "ymm"
#define OF_4 "%{1to16%}"
#define OF_8 "%{1to8%}"
#elif VL == 32
#define Z "ymm"
#define HALF "xmm"
#else
#define Z "xmm"
#define HALF "xmm"
#endif
#ifdef BROADCAST
#define ABOUT "Embedded broadcast"
#define ONE(name, element, M, front, behind) FORM(name, element, M, front, OF_##element behind)
#define IN_EVEX_VECTOR_STATES IN_EVEX_UNCHECKED_STATES
#else
#define IN_EVEX_VECTOR_STATES IN_EVEX_STATES
#define ABOUT "Vectors of " TEXT_OF(VL) " bytes"
#define TEXT_OF(vl) TEXT(vl)
#define ONE(name, element, M, front, behind) ONE_OF(name, VL, M, front, behind)
#define ONE_OF(name, vl, M, front, behind) FORM(name, vl, M, front, behind)
#endif

/* The destination's register is 0, another operand's 1. A mask as the destination is K2. */
#define TWO_AS(i, name, element, M) ONE(name, element, M, i " " Z "0" K ", ", "")
#define TWO(i, element, M) TWO_AS(i, i, element, M)
#define TWO_IMMEDIATE_AS(i, name, element, M) ONE(name, element, M, i " " Z "0" K ", ", ", 0")
#define TWO_IMMEDIATE(i, element, M) TWO_IMMEDIATE_AS(i, i, element, M)
#define THREE(i, element, M) ONE(i, element, M, i " " Z "0" K ", " Z "1, ", "")
#define THREE_IMMEDIATE(i, element, M) ONE(i, element, M, i " " Z "0" K ", " Z "1, ", ", 0")
#define NARROW(i, element, M) ONE(i, element, M, i " " HALF "0" K ", ", "")
#define TO_MASK(i, element, M) ONE(i, element, M, i " k2" K ", " Z "1, ", "")
#define TO_MASK_IMMEDIATE(i, element, M) ONE(i, element, M, i " k2" K ", " Z "1, ", ", 0")
#define CLASS(i, element, M) ONE(i, element, M, i " k2" K ", ", ", 0")
#define STORE_AS(i, name, element, M) ONE(name, element, M, i " ", K ", " Z "0")
#define STORE(i, element, M) STORE_AS(i, i, element, M)
#ifdef MASKED
#define THREE_UNMASKED(i, element, M) ""
#define TWO_UNMASKED THREE_UNMASKED
#define TWO_IMMEDIATE_UNMASKED THREE_UNMASKED
#define STORE_UNMASKED THREE_UNMASKED
#else
#define THREE_UNMASKED THREE
#define TWO_UNMASKED TWO
#define TWO_IMMEDIATE_UNMASKED TWO_IMMEDIATE
#define STORE_UNMASKED STORE
#endif
#if VL == 16 /* these have no form of 128 bits */
#define WIDE_THREE(i, element, M) ""
#define WIDE_TWO_IMMEDIATE_AS(i, name, element, M) ""
#define WIDE_THREE_IMMEDIATE(i, element, M) ""
#else
#define WIDE_THREE THREE
#define WIDE_TWO_IMMEDIATE_AS TWO_IMMEDIATE_AS
#define WIDE_THREE_IMMEDIATE THREE_IMMEDIATE
#endif
