/* msr/round_trip.c in 32-bit mode: RDMSR reads all 64 bits that WRMSR has written. */
#include <case32.h>

#include "round_trip.h"
