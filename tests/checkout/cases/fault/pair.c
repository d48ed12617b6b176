#include "../../harness/case.h"

TABLE rows[] = {
    {PAGE_FAULT, .name = "one", .about = "the first of two", .needs = "smap"},
    {PAGE_FAULT, .name = "two", .about = "the second of two"},
};
