/* msr/round_trip.c in real mode. */
#include <case16.h>

#include "../pm_system_register/round_trip.h"
