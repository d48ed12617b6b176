/* selectors.c: the names of the harness's own selectors. */
#include "case32.h"
#include "common/cpu.h"

const struct selector harness_selectors[] = {
    {{"kernel_code"}, SEL_KERNEL_CODE},
    {{"kernel_data"}, SEL_KERNEL_DATA},
    {{"user_code"}, SEL_USER_CODE},
    {{"user_data"}, SEL_USER_DATA},
    {{"ring1_code"}, SEL_RING1_CODE},
    {{"ring1_data"}, SEL_RING1_DATA},
    {{"ring2_code"}, SEL_RING2_CODE},
    {{"ring2_data"}, SEL_RING2_DATA},
    {{"data_ds"}, SEL_DATA_DS},
    {{"data_es"}, SEL_DATA_ES},
    {{"data_fs"}, SEL_DATA_FS},
    {{"data_gs"}, SEL_DATA_GS},
    {{"main"}, SEL_TSS},
    {{"code_1mib"}, SEL_CODE_1MIB},
    {{NULL}, 0},
};
