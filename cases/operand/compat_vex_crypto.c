#define COMPAT
#include "vex_crypto_forms.h"
