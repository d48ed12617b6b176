/* selectors.c: the names of the harness's own selectors. */
#include "case.h"
#include "common/cpu.h"

const struct selector harness_selectors[] = {
    {{"kernel_code64"}, SEL_KERNEL_CODE64},
    {{"kernel_data"}, SEL_KERNEL_DATA},
    {{"user_code32"}, SEL_USER_CODE32},
    {{"user_data"}, SEL_USER_DATA},
    {{"user_code64"}, SEL_USER_CODE64},
    {{"kernel_code32"}, SEL_KERNEL_CODE32},
    {{"data_ds"}, SEL_DATA_DS},
    {{"data_es"}, SEL_DATA_ES},
    {{"data_fs"}, SEL_DATA_FS},
    {{"data_gs"}, SEL_DATA_GS},
    {{"tss"}, SEL_TSS},
    {{NULL}, 0},
};
