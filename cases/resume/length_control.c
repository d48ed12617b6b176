/*
 * INVLPG, control and debug registers, caches: the program goes on behind all of the instruction, idle prefixes included.
 * Where TF=1 the trap's frame shows it, else that of the UD2 behind it.
 */
#include "length.h"

MEMORY(invlpg, set_up, 12, "0x0f, 0x01, 0x3b")
REGISTER(mov_from_cr0, set_up, 12, "0x0f, 0x20, 0xc0")
static void mov_to_cr0_set_up(void)
{
    set_up();
    start.rax = read_cr0();
}

REGISTER(mov_to_cr0, mov_to_cr0_set_up, 12, "0x0f, 0x22, 0xc0")
REGISTER(mov_from_cr2, set_up, 12, "0x0f, 0x20, 0xd0")
REGISTER(mov_to_cr2, set_up, 12, "0x0f, 0x22, 0xd0")
static void mov_to_cr3_set_up(void)
{
    set_up();
    start.rax = read_cr3();
}

REGISTER(mov_to_cr3, mov_to_cr3_set_up, 12, "0x0f, 0x22, 0xd8")
static void mov_to_cr4_set_up(void)
{
    set_up();
    start.rax = read_cr4();
}

REGISTER(mov_to_cr4, mov_to_cr4_set_up, 12, "0x0f, 0x22, 0xe0")
REGISTER(mov_to_dr0, set_up, 12, "0x0f, 0x23, 0xc0")
REGISTER(mov_from_dr7, set_up, 12, "0x0f, 0x21, 0xf8")
REGISTER(clts, set_up, 13, "0x0f, 0x06")
static void lmsw_set_up(void)
{
    set_up();
    start.rax = (uint16_t)read_cr0();
}

REGISTER(lmsw, lmsw_set_up, 12, "0x0f, 0x01, 0xf0")
MEMORY(smsw, set_up, 12, "0x0f, 0x01, 0x23")
STEP(wbinvd_plain, set_up, "0x0f, 0x09")
REGISTER(wbinvd, set_up, 13, "0x0f, 0x09")
REGISTER(invd, set_up, 13, "0x0f, 0x08")

#define CLTS "SDM 2A \"CLTS-Clear Task-Switched Flag in CR0\""
#define INVD "SDM 2A \"INVD-Invalidate Internal Caches\""
#define INVLPG "SDM 2A \"INVLPG-Invalidate TLB Entries\""
#define LMSW "SDM 2A \"LMSW-Load Machine Status Word\""
#define MOVCR "SDM 2B \"MOV-Move to/from Control Registers\""
#define MOVDR "SDM 2B \"MOV-Move to/from Debug Registers\""
#define SMSW "SDM 2B \"SMSW-Store Machine Status Word\""
#define WBINVD "SDM 2D \"WBINVD-Write Back and Invalidate Cache\""

VARIANTS(MEMORY_ROWS(invlpg, INVLPG, "INVLPG [RBX]"), REGISTER_ROWS(mov_from_cr0, MOVCR, "MOV RAX, CR0"),
         REGISTER_ROWS(mov_to_cr0, MOVCR, "MOV CR0, RAX"), REGISTER_ROWS(mov_from_cr2, MOVCR, "MOV RAX, CR2"),
         REGISTER_ROWS(mov_to_cr2, MOVCR, "MOV CR2, RAX"), REGISTER_ROWS(mov_to_cr3, MOVCR, "MOV CR3, RAX"),
         REGISTER_ROWS(mov_to_cr4, MOVCR, "MOV CR4, RAX"), REGISTER_ROWS(mov_to_dr0, MOVDR, "MOV DR0, RAX"),
         REGISTER_ROWS(mov_from_dr7, MOVDR, "MOV RAX, DR7"), REGISTER_ROWS(clts, CLTS, "CLTS"), REGISTER_ROWS(lmsw, LMSW, "LMSW AX"),
         MEMORY_ROWS(smsw, SMSW, "SMSW [RBX]"), DB(wbinvd_plain, WBINVD, "WBINVD"), REGISTER_ROWS(wbinvd, WBINVD, "WBINVD"),
         REGISTER_ROWS(invd, INVD, "INVD"));
