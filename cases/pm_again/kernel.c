/* In 32-bit protected mode. */
#include <case32.h>

#define ARM_0 "mov dr0, ebx\n"
#define HERE_0 ".byte 0xba\n.long 1b\nmov dr0, edx\n"
#define TO_CPL_3 "mov eax, esp\npush esi\npush eax\npushfd\npush edi\n.byte 0x68\n.long 1b\niretd\n"
#define TO_16_BIT "push ecx\n.byte 0x68\n.long 1b\nretf\n"
#define SPEC "SDM 2 of the instruction; SDM 3A \"Control Registers\"; SDM 3B \"Debug Registers\"; SDM 3A \"Segment Descriptors\""
#include "../again/twice.h"
#include "../again/kernel.h"

static void prepare_user(void)
{
    user_may_run_program();
    start.edi = SEL_USER_CODE;
    start.esi = SEL_USER_DATA;
}

static void prepare_code16(void)
{
    start.ecx = add_descriptor("code16", encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .type = CODE_READABLE}));
}

/* EBX: an operand; ECX: data whose limit ends before it, or NULL. */
static void prepare_segment(bool is_null)
{
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.ecx = is_null ? 0 : add_descriptor("small", encode_descriptor((struct descriptor){.limit = 0xff, .type = DATA_WRITABLE}));
}

static void prepare_read_only(void)
{
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.ecx = add_descriptor("read_only", encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .type = DATA_READ_ONLY}));
}

#define SEGMENT_ROWS(X)                                                                                                              \
    X(data_breakpoint, "", prepare_segment(true), "mov edx, [ebx]", ARM_0 SET_DR7(0xf0401), DB, AFTER,                               \
      "MOV from memory, then with a breakpoint on it")                                                                               \
    X(code16, "", prepare_code16(), ".byte 0xb8, 0, 0\n" MARK(inner) ".byte 0x0f, 0x0b", TO_16_BIT, VEC_UD, NO_ERROR, "inner",       \
      "B8 in 32-bit code, then in 16-bit code, where its operand ends before UD2")                                                   \
    X(ds_limit, "", prepare_segment(false), "mov edx, [ebx]", "mov ds, cx\n", GP, "MOV from DS, then with a limit before it")        \
    X(ds_null, "", prepare_segment(true), "mov edx, [ebx]", "mov ds, cx\n", GP, "MOV from DS, then with NULL in DS")                 \
    X(ds_read_only, "", prepare_read_only(), "mov [ebx], edx", "mov ds, cx\n", GP, "MOV to DS, then with a read-only segment in DS") \
    X(es_limit, "", prepare_segment(false), "mov edx, es:[ebx]", "mov es, cx\n", GP, "MOV from ES, then with a limit before it")     \
    X(fs_null, "", prepare_segment(true), "mov edx, fs:[ebx]", "mov fs, cx\n", GP, "MOV from FS, then with NULL in FS")              \
    X(gs_limit, "", prepare_segment(false), "mov edx, gs:[ebx]", "mov gs, cx\n", GP, "MOV from GS, then with a limit before it")

ROWS(DEFINE)
SEGMENT_ROWS(DEFINE)
VARIANTS(ROWS(ROW) SEGMENT_ROWS(ROW));
