#include "../../harness/case.h"

TABLE rows[] = {{PAGE_FAULT, .about = "the only case of its file", .id = "row-1 row-2", .tags = "quick"}};
