#define COMPAT
#include "aligned_crypto_forms.h"
