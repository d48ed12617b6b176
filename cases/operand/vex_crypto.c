#include "vex_crypto_forms.h"
