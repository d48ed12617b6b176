/*
 * INVLPG, control and debug registers, caches: the program goes on behind all of the instruction, idle prefixes included.
 * Where TF=1 the trap's frame shows it, else that of the UD2 behind it.
 */
#include "length.h"

STEP(invlpg_o16, set_up, "0x66, 0x0f, 0x01, 0x3b")
STEP(invlpg_a32, set_up, "0x67, 0x0f, 0x01, 0x3b")
STEP(invlpg_segment, set_up, "0x3e, 0x0f, 0x01, 0x3b")
STEP(invlpg_rex, set_up, "0x40, 0x0f, 0x01, 0x3b")
STEP(invlpg_longest, set_up, LONGEST(12, "0x0f, 0x01, 0x3b"))
THEN_UD2(invlpg_longest_fault, set_up, LONGEST(12, "0x0f, 0x01, 0x3b"))
STEP(mov_from_cr0_o16, set_up, "0x66, 0x0f, 0x20, 0xc0")
STEP(mov_from_cr0_segment, set_up, "0x64, 0x0f, 0x20, 0xc0")
STEP(mov_from_cr0_rex, set_up, "0x40, 0x0f, 0x20, 0xc0")
STEP(mov_from_cr0_longest, set_up, LONGEST(12, "0x0f, 0x20, 0xc0"))
THEN_UD2(mov_from_cr0_longest_fault, set_up, LONGEST(12, "0x0f, 0x20, 0xc0"))
static void mov_to_cr0_set_up(void)
{
    set_up();
    start.rax = read_cr0();
}

STEP(mov_to_cr0_o16, mov_to_cr0_set_up, "0x66, 0x0f, 0x22, 0xc0")
STEP(mov_to_cr0_segment, mov_to_cr0_set_up, "0x64, 0x0f, 0x22, 0xc0")
STEP(mov_to_cr0_rex, mov_to_cr0_set_up, "0x40, 0x0f, 0x22, 0xc0")
STEP(mov_to_cr0_longest, mov_to_cr0_set_up, LONGEST(12, "0x0f, 0x22, 0xc0"))
THEN_UD2(mov_to_cr0_longest_fault, mov_to_cr0_set_up, LONGEST(12, "0x0f, 0x22, 0xc0"))
STEP(mov_from_cr2_o16, set_up, "0x66, 0x0f, 0x20, 0xd0")
STEP(mov_from_cr2_segment, set_up, "0x64, 0x0f, 0x20, 0xd0")
STEP(mov_from_cr2_rex, set_up, "0x40, 0x0f, 0x20, 0xd0")
STEP(mov_from_cr2_longest, set_up, LONGEST(12, "0x0f, 0x20, 0xd0"))
THEN_UD2(mov_from_cr2_longest_fault, set_up, LONGEST(12, "0x0f, 0x20, 0xd0"))
STEP(mov_to_cr2_o16, set_up, "0x66, 0x0f, 0x22, 0xd0")
STEP(mov_to_cr2_segment, set_up, "0x64, 0x0f, 0x22, 0xd0")
STEP(mov_to_cr2_rex, set_up, "0x40, 0x0f, 0x22, 0xd0")
STEP(mov_to_cr2_longest, set_up, LONGEST(12, "0x0f, 0x22, 0xd0"))
THEN_UD2(mov_to_cr2_longest_fault, set_up, LONGEST(12, "0x0f, 0x22, 0xd0"))
static void mov_to_cr3_set_up(void)
{
    set_up();
    start.rax = read_cr3();
}

STEP(mov_to_cr3_o16, mov_to_cr3_set_up, "0x66, 0x0f, 0x22, 0xd8")
STEP(mov_to_cr3_segment, mov_to_cr3_set_up, "0x64, 0x0f, 0x22, 0xd8")
STEP(mov_to_cr3_rex, mov_to_cr3_set_up, "0x40, 0x0f, 0x22, 0xd8")
STEP(mov_to_cr3_longest, mov_to_cr3_set_up, LONGEST(12, "0x0f, 0x22, 0xd8"))
THEN_UD2(mov_to_cr3_longest_fault, mov_to_cr3_set_up, LONGEST(12, "0x0f, 0x22, 0xd8"))
static void mov_to_cr4_set_up(void)
{
    set_up();
    start.rax = read_cr4();
}

STEP(mov_to_cr4_o16, mov_to_cr4_set_up, "0x66, 0x0f, 0x22, 0xe0")
STEP(mov_to_cr4_segment, mov_to_cr4_set_up, "0x64, 0x0f, 0x22, 0xe0")
STEP(mov_to_cr4_rex, mov_to_cr4_set_up, "0x40, 0x0f, 0x22, 0xe0")
STEP(mov_to_cr4_longest, mov_to_cr4_set_up, LONGEST(12, "0x0f, 0x22, 0xe0"))
THEN_UD2(mov_to_cr4_longest_fault, mov_to_cr4_set_up, LONGEST(12, "0x0f, 0x22, 0xe0"))
STEP(mov_to_dr0_o16, set_up, "0x66, 0x0f, 0x23, 0xc0")
STEP(mov_to_dr0_segment, set_up, "0x64, 0x0f, 0x23, 0xc0")
STEP(mov_to_dr0_rex, set_up, "0x40, 0x0f, 0x23, 0xc0")
STEP(mov_to_dr0_longest, set_up, LONGEST(12, "0x0f, 0x23, 0xc0"))
THEN_UD2(mov_to_dr0_longest_fault, set_up, LONGEST(12, "0x0f, 0x23, 0xc0"))
STEP(mov_from_dr7_o16, set_up, "0x66, 0x0f, 0x21, 0xf8")
STEP(mov_from_dr7_segment, set_up, "0x64, 0x0f, 0x21, 0xf8")
STEP(mov_from_dr7_rex, set_up, "0x40, 0x0f, 0x21, 0xf8")
STEP(mov_from_dr7_longest, set_up, LONGEST(12, "0x0f, 0x21, 0xf8"))
THEN_UD2(mov_from_dr7_longest_fault, set_up, LONGEST(12, "0x0f, 0x21, 0xf8"))
STEP(clts_o16, set_up, "0x66, 0x0f, 0x06")
STEP(clts_segment, set_up, "0x64, 0x0f, 0x06")
STEP(clts_rex, set_up, "0x40, 0x0f, 0x06")
STEP(clts_longest, set_up, LONGEST(13, "0x0f, 0x06"))
THEN_UD2(clts_longest_fault, set_up, LONGEST(13, "0x0f, 0x06"))
static void lmsw_set_up(void)
{
    set_up();
    start.rax = (uint16_t)read_cr0();
}

STEP(lmsw_o16, lmsw_set_up, "0x66, 0x0f, 0x01, 0xf0")
STEP(lmsw_segment, lmsw_set_up, "0x64, 0x0f, 0x01, 0xf0")
STEP(lmsw_rex, lmsw_set_up, "0x40, 0x0f, 0x01, 0xf0")
STEP(lmsw_longest, lmsw_set_up, LONGEST(12, "0x0f, 0x01, 0xf0"))
THEN_UD2(lmsw_longest_fault, lmsw_set_up, LONGEST(12, "0x0f, 0x01, 0xf0"))
STEP(smsw_o16, set_up, "0x66, 0x0f, 0x01, 0x23")
STEP(smsw_a32, set_up, "0x67, 0x0f, 0x01, 0x23")
STEP(smsw_segment, set_up, "0x3e, 0x0f, 0x01, 0x23")
STEP(smsw_rex, set_up, "0x40, 0x0f, 0x01, 0x23")
STEP(smsw_longest, set_up, LONGEST(12, "0x0f, 0x01, 0x23"))
THEN_UD2(smsw_longest_fault, set_up, LONGEST(12, "0x0f, 0x01, 0x23"))
STEP(wbinvd_plain, set_up, "0x0f, 0x09")
STEP(wbinvd_o16, set_up, "0x66, 0x0f, 0x09")
STEP(wbinvd_segment, set_up, "0x64, 0x0f, 0x09")
STEP(wbinvd_rex, set_up, "0x40, 0x0f, 0x09")
STEP(wbinvd_longest, set_up, LONGEST(13, "0x0f, 0x09"))
THEN_UD2(wbinvd_longest_fault, set_up, LONGEST(13, "0x0f, 0x09"))
STEP(invd_o16, set_up, "0x66, 0x0f, 0x08")
STEP(invd_segment, set_up, "0x64, 0x0f, 0x08")
STEP(invd_rex, set_up, "0x40, 0x0f, 0x08")
STEP(invd_longest, set_up, LONGEST(13, "0x0f, 0x08"))
THEN_UD2(invd_longest_fault, set_up, LONGEST(13, "0x0f, 0x08"))

#define CLTS "SDM 2A \"CLTS-Clear Task-Switched Flag in CR0\""
#define INVD "SDM 2A \"INVD-Invalidate Internal Caches\""
#define INVLPG "SDM 2A \"INVLPG-Invalidate TLB Entries\""
#define LMSW "SDM 2A \"LMSW-Load Machine Status Word\""
#define MOVCR "SDM 2B \"MOV-Move to/from Control Registers\""
#define MOVDR "SDM 2B \"MOV-Move to/from Debug Registers\""
#define SMSW "SDM 2B \"SMSW-Store Machine Status Word\""
#define WBINVD "SDM 2D \"WBINVD-Write Back and Invalidate Cache\""

VARIANTS(DB(invlpg_o16, INVLPG, "INVLPG [RBX] behind 66"), DB(invlpg_a32, INVLPG, "INVLPG [RBX] behind 67"),
         DB(invlpg_segment, INVLPG, "INVLPG [RBX] behind DS"), DB(invlpg_rex, INVLPG, "INVLPG [RBX] behind REX"),
         DB(invlpg_longest, INVLPG, "INVLPG [RBX], 15 bytes long"), UD(invlpg_longest_fault, INVLPG, "INVLPG [RBX], 15 bytes long, then UD2"),
         DB(mov_from_cr0_o16, MOVCR, "MOV RAX, CR0 behind 66"), DB(mov_from_cr0_segment, MOVCR, "MOV RAX, CR0 behind FS"),
         DB(mov_from_cr0_rex, MOVCR, "MOV RAX, CR0 behind REX"), DB(mov_from_cr0_longest, MOVCR, "MOV RAX, CR0, 15 bytes long"),
         UD(mov_from_cr0_longest_fault, MOVCR, "MOV RAX, CR0, 15 bytes long, then UD2"), DB(mov_to_cr0_o16, MOVCR, "MOV CR0, RAX behind 66"),
         DB(mov_to_cr0_segment, MOVCR, "MOV CR0, RAX behind FS"), DB(mov_to_cr0_rex, MOVCR, "MOV CR0, RAX behind REX"),
         DB(mov_to_cr0_longest, MOVCR, "MOV CR0, RAX, 15 bytes long"), UD(mov_to_cr0_longest_fault, MOVCR, "MOV CR0, RAX, 15 bytes long, then UD2"),
         DB(mov_from_cr2_o16, MOVCR, "MOV RAX, CR2 behind 66"), DB(mov_from_cr2_segment, MOVCR, "MOV RAX, CR2 behind FS"),
         DB(mov_from_cr2_rex, MOVCR, "MOV RAX, CR2 behind REX"), DB(mov_from_cr2_longest, MOVCR, "MOV RAX, CR2, 15 bytes long"),
         UD(mov_from_cr2_longest_fault, MOVCR, "MOV RAX, CR2, 15 bytes long, then UD2"), DB(mov_to_cr2_o16, MOVCR, "MOV CR2, RAX behind 66"),
         DB(mov_to_cr2_segment, MOVCR, "MOV CR2, RAX behind FS"), DB(mov_to_cr2_rex, MOVCR, "MOV CR2, RAX behind REX"),
         DB(mov_to_cr2_longest, MOVCR, "MOV CR2, RAX, 15 bytes long"), UD(mov_to_cr2_longest_fault, MOVCR, "MOV CR2, RAX, 15 bytes long, then UD2"),
         DB(mov_to_cr3_o16, MOVCR, "MOV CR3, RAX behind 66"), DB(mov_to_cr3_segment, MOVCR, "MOV CR3, RAX behind FS"),
         DB(mov_to_cr3_rex, MOVCR, "MOV CR3, RAX behind REX"), DB(mov_to_cr3_longest, MOVCR, "MOV CR3, RAX, 15 bytes long"),
         UD(mov_to_cr3_longest_fault, MOVCR, "MOV CR3, RAX, 15 bytes long, then UD2"), DB(mov_to_cr4_o16, MOVCR, "MOV CR4, RAX behind 66"),
         DB(mov_to_cr4_segment, MOVCR, "MOV CR4, RAX behind FS"), DB(mov_to_cr4_rex, MOVCR, "MOV CR4, RAX behind REX"),
         DB(mov_to_cr4_longest, MOVCR, "MOV CR4, RAX, 15 bytes long"), UD(mov_to_cr4_longest_fault, MOVCR, "MOV CR4, RAX, 15 bytes long, then UD2"),
         DB(mov_to_dr0_o16, MOVDR, "MOV DR0, RAX behind 66"), DB(mov_to_dr0_segment, MOVDR, "MOV DR0, RAX behind FS"),
         DB(mov_to_dr0_rex, MOVDR, "MOV DR0, RAX behind REX"), DB(mov_to_dr0_longest, MOVDR, "MOV DR0, RAX, 15 bytes long"),
         UD(mov_to_dr0_longest_fault, MOVDR, "MOV DR0, RAX, 15 bytes long, then UD2"), DB(mov_from_dr7_o16, MOVDR, "MOV RAX, DR7 behind 66"),
         DB(mov_from_dr7_segment, MOVDR, "MOV RAX, DR7 behind FS"), DB(mov_from_dr7_rex, MOVDR, "MOV RAX, DR7 behind REX"),
         DB(mov_from_dr7_longest, MOVDR, "MOV RAX, DR7, 15 bytes long"),
         UD(mov_from_dr7_longest_fault, MOVDR, "MOV RAX, DR7, 15 bytes long, then UD2"), DB(clts_o16, CLTS, "CLTS behind 66"),
         DB(clts_segment, CLTS, "CLTS behind FS"), DB(clts_rex, CLTS, "CLTS behind REX"), DB(clts_longest, CLTS, "CLTS, 15 bytes long"),
         UD(clts_longest_fault, CLTS, "CLTS, 15 bytes long, then UD2"), DB(lmsw_o16, LMSW, "LMSW AX behind 66"),
         DB(lmsw_segment, LMSW, "LMSW AX behind FS"), DB(lmsw_rex, LMSW, "LMSW AX behind REX"), DB(lmsw_longest, LMSW, "LMSW AX, 15 bytes long"),
         UD(lmsw_longest_fault, LMSW, "LMSW AX, 15 bytes long, then UD2"), DB(smsw_o16, SMSW, "SMSW [RBX] behind 66"),
         DB(smsw_a32, SMSW, "SMSW [RBX] behind 67"), DB(smsw_segment, SMSW, "SMSW [RBX] behind DS"), DB(smsw_rex, SMSW, "SMSW [RBX] behind REX"),
         DB(smsw_longest, SMSW, "SMSW [RBX], 15 bytes long"), UD(smsw_longest_fault, SMSW, "SMSW [RBX], 15 bytes long, then UD2"),
         DB(wbinvd_plain, WBINVD, "WBINVD"), DB(wbinvd_o16, WBINVD, "WBINVD behind 66"), DB(wbinvd_segment, WBINVD, "WBINVD behind FS"),
         DB(wbinvd_rex, WBINVD, "WBINVD behind REX"), DB(wbinvd_longest, WBINVD, "WBINVD, 15 bytes long"),
         UD(wbinvd_longest_fault, WBINVD, "WBINVD, 15 bytes long, then UD2"), DB(invd_o16, INVD, "INVD behind 66"),
         DB(invd_segment, INVD, "INVD behind FS"), DB(invd_rex, INVD, "INVD behind REX"), DB(invd_longest, INVD, "INVD, 15 bytes long"),
         UD(invd_longest_fault, INVD, "INVD, 15 bytes long, then UD2"));
