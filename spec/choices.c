/* choices.c: what each vendor's manual chooses. docs/choices.md has the reasons. */
#include "internal.h"

/* Intel, AMD. */
static const uint8_t choices[CHOICE_COUNT][2] = {
    [CHOICE_EXT_EXCEPTION] = {1, 0},
    [CHOICE_EXT_INT1] = {1, 1},
    [CHOICE_GATE_16BIT_ERROR] = {0, 0},
    [CHOICE_GATE_RESERVED] = {0, 0},
    [CHOICE_GATE_CS_MODE_ERROR] = {0, 0},
    [CHOICE_GATE_CS_ORDER] = {0, 0},
    [CHOICE_IST_SS] = {0, 0},
    [CHOICE_INNER_SS_RPL] = {0, 0},
    [CHOICE_IRET_SS_NOT_PRESENT] = {0, 0},
    [CHOICE_RET_SS_NOT_PRESENT] = {0, 0},
    [CHOICE_NULL_SS_RPL] = {0, 1},
    [CHOICE_DB_GENERAL_DETECT] = {0, 0},
    [CHOICE_DB_MOV_SS] = {0, 1},
    [CHOICE_DB_NOT_ENABLED] = {1, 0},
    [CHOICE_PF_ID_WITHOUT_NX] = {1, 1},
    [CHOICE_PML4E_G] = {0, 1},
    [CHOICE_PF_ACCESSED] = {1, 1},
    [CHOICE_SYSCALL_COMPAT] = {0, 1},
    [CHOICE_SYSRET_CANONICAL] = {0, 1},
    [CHOICE_SYSRET_SS] = {0, 1},
    [CHOICE_SYSENTER_LONG] = {0, 1},
    [CHOICE_LTR_BASE] = {0, 0},
    [CHOICE_IRET_VME] = {0, 0},
    [CHOICE_LAR_HALF] = {0, 1},
    [CHOICE_SYSTEM_COMPAT] = {0, 1},
    [CHOICE_SYSTEM_COMPAT_READ] = {0, 0},
    [CHOICE_OPERAND_PARTS] = {0, 0},
};

void spec_choices(M *m, enum spec_vendor vendor)
{
    for (unsigned i = 0; i < CHOICE_COUNT; i++)
        m->choice[i] = choices[i][vendor];
}

#define FIELD(structure, field) __builtin_offsetof(struct structure, field)

uint32_t spec_layout(unsigned which)
{
    static const uint32_t layout[] = {
        sizeof(struct segment), sizeof(struct machine), FIELD(machine, segment),    FIELD(machine, star),
        FIELD(machine, cpl),    FIELD(machine, choice), FIELD(machine, read),       sizeof(struct event),
        sizeof(struct access),  sizeof(struct store),   sizeof(struct outcome),     FIELD(outcome, store),
        FIELD(outcome, open),   FIELD(outcome, rule),   FIELD(outcome, asked),      sizeof(struct far_transfer),
        sizeof(struct pending), CHOICE_COUNT,           sizeof(struct near_branch),
    };

    return which < sizeof(layout) / sizeof(*layout) ? layout[which] : 0;
}
