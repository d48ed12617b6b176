/*
 * Which segment an operand is in without a prefix: SS where the base register is ESP or EBP (with 16-bit addresses BP), else DS; with a prefix that
 * of the prefix, and ES for what a string instruction writes, whatever the prefix. Beyond the limit of SS it is #SS(0), of any other #GP(0). Only the
 * segment that has to be taken is limited. At CPL 3, so that the frame lies on another stack.
 */
#include <case32.h>

static uintptr_t data;

enum segment { IN_DS, IN_ES, IN_FS, IN_GS, IN_SS };

/* All general registers but ESP hold `value`; that many of them, or the displacement, make 0x1000, the first offset beyond the limit. */
static void set_up(uint32_t value)
{
    data = map_pages("data", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor d = {.type = DATA_WRITABLE, .base = data, .limit = ARG1 ? 0x1fff : 0xfff, .d = true, .dpl = 3};
    uint16_t selector = add_descriptor("segment", encode_descriptor(d)) | 3;
    uint32_t *const segments[] = {&start.ds, &start.es, &start.fs, &start.gs, &start.ss};

    *(uint8_t *)frame_of(data + PAGE_SIZE) = (uint8_t)ARG1;
    in_user_mode();
    *segments[ARG0] = selector;
    start.eax = start.ecx = start.edx = start.ebx = start.ebp = start.esi = start.edi = value;
    if (ARG0 == IN_SS)
        start.esp = value;
}

#define FORM(name, value, instruction) \
    static void name(void)             \
    {                                  \
        set_up(value);                 \
        FAULT(instruction);            \
    }
FORM(eax, 0x1000, "mov al, [eax]")
FORM(ecx, 0x1000, "mov al, [ecx]")
FORM(edx, 0x1000, "mov al, [edx]")
FORM(ebx, 0x1000, "mov al, [ebx]")
FORM(esi, 0x1000, "mov al, [esi]")
FORM(edi, 0x1000, "mov al, [edi]")
FORM(ebp, 0x1000, "mov al, [ebp]")
FORM(ebp_byte, 0xf90, "mov ah, [ebp+0x70]")
FORM(ebp_doubleword, 0x800, "mov al, [ebp+0x800]")
FORM(esp, 0x1000, "mov al, [esp]")
FORM(displacement, 0, ".byte 0x8a, 0x05, 0, 0x10, 0, 0")
FORM(moffs, 0, ".byte 0xa0, 0, 0x10, 0, 0")
FORM(eax_ebp, 0x800, "mov al, [eax+ebp*1]")
FORM(ebp_eax, 0x800, "mov al, [ebp+eax*1]")
FORM(ebp_ebp, 0x800, "mov al, [ebp+ebp*1]")
FORM(esp_eax, 0x800, "mov al, [esp+eax*1]")
FORM(index_only, 0x800, ".byte 0x8a, 0x04, 0x2d, 0, 0x08, 0, 0") /* [ebp*1+0x800], no base */
FORM(ds_ebp, 0x1000, "mov al, ds:[ebp]")
FORM(ss_eax, 0x1000, "mov al, ss:[eax]")
FORM(ss_moffs, 0, ".byte 0x36, 0xa0, 0, 0x10, 0, 0")
FORM(es_ebx, 0x1000, "mov al, es:[ebx]")
FORM(fs_ebp, 0x1000, "mov al, fs:[ebp]")
FORM(gs_eax, 0x1000, "mov al, gs:[eax]")
FORM(bx_si, 0x800, "mov al, [bx+si]")
FORM(bx_di, 0x800, "mov al, [bx+di]")
FORM(bp_si, 0x800, "mov al, [bp+si]")
FORM(bp_di, 0x800, "mov al, [bp+di]")
FORM(si, 0x1000, "mov al, [si]")
FORM(di, 0x1000, "mov al, [di]")
FORM(bx, 0x1000, "mov al, [bx]")
FORM(bp_byte, 0xf90, "mov ah, [bp+0x70]")
FORM(bp_word, 0x800, "mov al, [bp+0x800]")
FORM(displacement16, 0, ".byte 0x67, 0x8a, 0x06, 0, 0x10")
FORM(ds_bp, 0x800, "mov al, ds:[bp+si]")
FORM(ss_bx, 0x1000, "mov al, ss:[bx]")
FORM(gs_bp, 0x800, "mov al, gs:[bp+di]")
FORM(stos, 0x1000, "stosb")
FORM(stos_prefix, 0x1000, ".byte 0x36, 0xaa") /* an SS that isn't looked at */
FORM(lods_ss, 0x1000, "lods byte ptr ss:[esi]")
FORM(scas, 0x1000, "scasb")
FORM(scas_prefix, 0x1000, ".byte 0x64, 0xae")
FORM(xlat, 0x1000, "xlatb")
FORM(xlat_ss, 0x1000, ".byte 0x36, 0xd7")

static void ds_esp(void)
{
    set_up(0x1000);
    start.esp = 0x1000;
    FAULT("mov al, ds:[esp]");
}

/* The other operand of two is there, by its linear address. */
#define STRING(name, other, instruction) \
    static void name(void)               \
    {                                    \
        set_up(0x1000);                  \
        start.other = data;              \
        FAULT(instruction);              \
    }
STRING(movs_source, edi, "movsb")
STRING(movs_ss, edi, "movs byte ptr es:[edi], byte ptr ss:[esi]")
STRING(movs_target, esi, "movsb")
STRING(movs_target_prefix, esi, "movs byte ptr es:[edi], byte ptr fs:[esi]")
STRING(cmps_source, edi, "cmpsb")
STRING(cmps_target, esi, "cmpsb")

#define FORM16(name, value, instruction) \
    static void name(void)               \
    {                                    \
        set_up(value);                   \
        in_code16();                     \
        FAULT16(instruction);            \
    }
FORM16(code16_bx, 0x1000, "mov al, [bx]")
FORM16(code16_bp_si, 0x800, "mov al, [bp+si]")
FORM16(code16_ds_bp, 0x800, "mov al, ds:[bp+di]")
FORM16(code16_eax, 0x1000, "mov al, [eax]")
FORM16(code16_ebp, 0x1000, "mov al, [ebp]")

#define SPEC .spec = "SDM 1 \"Specifying a Segment Selector\"; SDM 3A \"Limit Checking\""
#define BEYOND(run_, segment, vector_, about_)                                                                                                 \
    {                                                                                                                                          \
        VARIANT, .name = #run_, .about = about_ ": beyond the limit", SPEC, .vector = vector_, .error = 0, .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {                                                                                                                      \
                     segment                                                                                                                   \
                 }                                                                                                                             \
    }
#define READ(run_, segment, about_)                                                                                                               \
    {                                                                                                                                             \
        VARIANT, .name = #run_ "_read", .about = about_ ": within the limit", SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { segment, 0x5a } \
    }
#define GP(run_, segment, about_) BEYOND(run_, segment, VEC_GP, about_)
#define SS(run_, about_) BEYOND(run_, IN_SS, VEC_SS, about_)
#define GP_OR_READ(run_, segment, about_) GP(run_, segment, about_), READ(run_, segment, about_)
#define SS_OR_READ(run_, about_) SS(run_, about_), READ(run_, IN_SS, about_)
VARIANTS(GP_OR_READ(eax, IN_DS, "[EAX] is in DS"), GP_OR_READ(ecx, IN_DS, "[ECX] is in DS"), GP_OR_READ(edx, IN_DS, "[EDX] is in DS"),
         GP_OR_READ(ebx, IN_DS, "[EBX] is in DS"), GP_OR_READ(esi, IN_DS, "[ESI] is in DS"), GP_OR_READ(edi, IN_DS, "[EDI] is in DS"),
         SS_OR_READ(ebp, "[EBP] is in SS"), SS_OR_READ(ebp_byte, "[EBP+disp8] is in SS"), SS_OR_READ(ebp_doubleword, "[EBP+disp32] is in SS"),
         SS_OR_READ(esp, "[ESP] is in SS"), GP_OR_READ(displacement, IN_DS, "[disp32] is in DS"), GP_OR_READ(moffs, IN_DS, "MOV AL, moffs is in DS"),
         GP_OR_READ(eax_ebp, IN_DS, "[EAX+EBP], whose index is EBP, is in DS"), SS_OR_READ(ebp_eax, "[EBP+EAX], whose base is EBP, is in SS"),
         SS_OR_READ(ebp_ebp, "[EBP+EBP] is in SS"), SS_OR_READ(esp_eax, "[ESP+EAX] is in SS"),
         GP_OR_READ(index_only, IN_DS, "[EBP*1+disp32], without a base, is in DS"), GP_OR_READ(ds_ebp, IN_DS, "DS:[EBP]"),
         GP_OR_READ(ds_esp, IN_DS, "DS:[ESP]"), SS_OR_READ(ss_eax, "SS:[EAX]"), SS_OR_READ(ss_moffs, "MOV AL, SS:moffs"),
         GP_OR_READ(es_ebx, IN_ES, "ES:[EBX]"), GP_OR_READ(fs_ebp, IN_FS, "FS:[EBP]"), GP_OR_READ(gs_eax, IN_GS, "GS:[EAX]"),
         GP_OR_READ(bx_si, IN_DS, "[BX+SI] is in DS"), GP_OR_READ(bx_di, IN_DS, "[BX+DI] is in DS"), SS_OR_READ(bp_si, "[BP+SI] is in SS"),
         SS_OR_READ(bp_di, "[BP+DI] is in SS"), GP_OR_READ(si, IN_DS, "[SI] is in DS"), GP_OR_READ(di, IN_DS, "[DI] is in DS"),
         GP_OR_READ(bx, IN_DS, "[BX] is in DS"), SS_OR_READ(bp_byte, "[BP+disp8] is in SS"), SS_OR_READ(bp_word, "[BP+disp16] is in SS"),
         GP_OR_READ(displacement16, IN_DS, "[disp16] is in DS"), GP_OR_READ(ds_bp, IN_DS, "DS:[BP+SI]"), SS_OR_READ(ss_bx, "SS:[BX]"),
         GP_OR_READ(gs_bp, IN_GS, "GS:[BP+DI]"), GP(movs_source, IN_DS, "MOVSB reads from DS"), SS(movs_ss, "MOVSB with a prefix reads from SS"),
         GP(movs_target, IN_ES, "MOVSB writes to ES"), GP(movs_target_prefix, IN_ES, "MOVSB with a prefix for its source writes to ES"),
         GP(cmps_source, IN_DS, "CMPSB reads from DS"), GP(cmps_target, IN_ES, "CMPSB reads from ES"), GP(stos, IN_ES, "STOSB writes to ES"),
         GP(stos_prefix, IN_ES, "STOSB with prefix SS writes to ES"), SS_OR_READ(lods_ss, "LODSB with a prefix reads from SS"),
         GP(scas, IN_ES, "SCASB reads from ES"), GP(scas_prefix, IN_ES, "SCASB with prefix FS reads from ES"),
         GP_OR_READ(xlat, IN_DS, "XLAT reads from DS"), SS_OR_READ(xlat_ss, "XLAT with prefix SS"),
         GP_OR_READ(code16_bx, IN_DS, "16-bit code: [BX] is in DS"), SS_OR_READ(code16_bp_si, "16-bit code: [BP+SI] is in SS"),
         GP_OR_READ(code16_ds_bp, IN_DS, "16-bit code: DS:[BP+DI]"), GP_OR_READ(code16_eax, IN_DS, "16-bit code: [EAX] is in DS"),
         SS_OR_READ(code16_ebp, "16-bit code: [EBP] is in SS"));
