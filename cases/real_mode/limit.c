/*
 * In real mode each segment ends at 0xffff. A byte of an operand beyond it is #GP; where SS addresses it, by the base register BP, EBP or
 * ESP or by an override, it is #SS. 16-bit address arithmetic wraps before the check, 32-bit doesn't.
 */
#include <case16.h>

#define ADDRESSES(X)                                                                          \
    X(bx, start.ebx = 0xffff, "mov [bx], ax", VEC_GP)                                         \
    X(si, start.esi = 0xffff, "mov [si], ax", VEC_GP)                                         \
    X(di, start.edi = 0xffff, "mov [di], ax", VEC_GP)                                         \
    X(disp16, , "mov word ptr [0xffff], 0x1234", VEC_GP)                                      \
    X(moffs, , "mov [0xffff], ax", VEC_GP)                                                    \
    X(bx_si, (start.ebx = 0xffcb, start.esi = 0x34), "mov [bx+si], ax", VEC_GP)               \
    X(bx_di, (start.ebx = 0xffcb, start.edi = 0x34), "mov [bx+di], ax", VEC_GP)               \
    X(bx_disp, start.ebx = 0xffcb, "mov [bx+0x34], ax", VEC_GP)                               \
    X(bp, start.ebp = 0xffff, "mov [bp], ax", VEC_SS)                                         \
    X(bp_si, (start.ebp = 0xffcb, start.esi = 0x34), "mov [bp+si], ax", VEC_SS)               \
    X(bp_di, (start.ebp = 0xffcb, start.edi = 0x34), "mov [bp+di], ax", VEC_SS)               \
    X(bp_disp, start.ebp = 0xffcb, "mov [bp+0x34], ax", VEC_SS)                               \
    X(eax, start.eax = 0xffff, "mov [eax], cx", VEC_GP)                                       \
    X(ecx, start.ecx = 0xffff, "mov [ecx], ax", VEC_GP)                                       \
    X(edx, start.edx = 0xffff, "mov [edx], ax", VEC_GP)                                       \
    X(ebx, start.ebx = 0xffff, "mov [ebx], ax", VEC_GP)                                       \
    X(esi, start.esi = 0xffff, "mov [esi], ax", VEC_GP)                                       \
    X(edi, start.edi = 0xffff, "mov [edi], ax", VEC_GP)                                       \
    X(ebp, start.ebp = 0xffff, "mov [ebp], ax", VEC_SS)                                       \
    X(esp, start.esp = 0xfc0, "mov [esp+0xf03f], ax", VEC_SS)                                 \
    X(ebp_index, (start.ecx = 0xffff, start.ebp = 0), "mov [ecx+ebp*1], ax", VEC_GP)          \
    X(ebp_scaled, start.ebp = 0x5555, "mov [ebp*2+0x5555], ax", VEC_GP)                       \
    X(ebp_base, (start.ecx = 0, start.ebp = 0xffff), "mov [ebp+ecx*1], ax", VEC_SS)           \
    X(es_bp, start.ebp = 0xffff, "mov es:[bp], ax", VEC_GP)                                   \
    X(cs_bp, start.ebp = 0xffff, "mov cs:[bp], ax", VEC_GP)                                   \
    X(ds_bp, start.ebp = 0xffff, "mov ds:[bp], ax", VEC_GP)                                   \
    X(fs_bp, start.ebp = 0xffff, "mov fs:[bp], ax", VEC_GP)                                   \
    X(gs_bp, start.ebp = 0xffff, "mov gs:[bp], ax", VEC_GP)                                   \
    X(es_bx, start.ebx = 0xffff, "mov es:[bx], ax", VEC_GP)                                   \
    X(cs_bx, start.ebx = 0xffff, "mov cs:[bx], ax", VEC_GP)                                   \
    X(fs_bx, start.ebx = 0xffff, "mov fs:[bx], ax", VEC_GP)                                   \
    X(gs_bx, start.ebx = 0xffff, "mov gs:[bx], ax", VEC_GP)                                   \
    X(ss_bx, start.ebx = 0xffff, "mov ss:[bx], ax", VEC_SS)                                   \
    X(ss_ebx, start.ebx = 0xffff, "mov ss:[ebx], ax", VEC_SS)                                 \
    X(ss_disp16, , "mov word ptr ss:[0xffff], 0x1234", VEC_SS)                                \
    X(ds_esp, start.esp = 0xfc0, "mov ds:[esp+0xf03f], ax", VEC_GP)                           \
    X(dword_fffd, start.ebx = 0xfffd, "mov [bx], eax", VEC_GP)                                \
    X(dword_fffe, start.ebx = 0xfffe, "mov [bx], eax", VEC_GP)                                \
    X(dword_ffff, start.ebx = 0xffff, "mov [bx], eax", VEC_GP)                                \
    X(dword_fffd_bp, start.ebp = 0xfffd, "mov [bp], eax", VEC_SS)                             \
    X(byte_10000, start.ebx = 0x10000, "mov [ebx], al", VEC_GP)                               \
    X(word_10000, start.ebx = 0x10000, "mov [ebx], ax", VEC_GP)                               \
    X(byte_10000_ebp, start.ebp = 0x10000, "mov [ebp], al", VEC_SS)                           \
    X(sum_10000, (start.ebx = 0xffff, start.esi = 1), "mov [ebx+esi], al", VEC_GP)            \
    X(fits_byte, start.ebx = 0xffff, "mov [bx], al", NO_EXCEPTION)                            \
    X(fits_byte_bp, start.ebp = 0xffff, "mov [bp], al", NO_EXCEPTION)                         \
    X(fits_byte_ebx, start.ebx = 0xffff, "mov [ebx], al", NO_EXCEPTION)                       \
    X(fits_word, start.ebx = 0xfffe, "mov [bx], ax", NO_EXCEPTION)                            \
    X(fits_dword, start.ebx = 0xfffc, "mov [bx], eax", NO_EXCEPTION)                          \
    X(fits_dword_ebp, start.ebp = 0xfffc, "mov [ebp], eax", NO_EXCEPTION)                     \
    X(wraps_sum, (start.ebx = 0xffff, start.esi = 0x101), "mov [bx+si], ax", NO_EXCEPTION)    \
    X(wraps_sum_bp, (start.ebp = 0xffff, start.edi = 0x101), "mov [bp+di], ax", NO_EXCEPTION) \
    X(wraps_disp, start.ebx = 0xffff, "mov [bx+0x101], ax", NO_EXCEPTION)                     \
    X(wraps_ebx, start.ebx = 0x12340100, "mov [bx], ax", NO_EXCEPTION)

#define DEFINE(name, registers, instruction, vector) \
    static void name(void)                           \
    {                                                \
        registers;                                   \
        FAULT(instruction);                          \
    }
ADDRESSES(DEFINE)

#define SPEC "SDM 3B \"Address Translation in Real-Address Mode\"; SDM 3B \"Segment Wraparound\""
#define ROW(name_, registers, instruction, vector_)                               \
    {VARIANT,                                                                     \
     .name = #name_,                                                              \
     .about = sizeof(#registers) > 1 ? instruction "; " #registers : instruction, \
     .spec = SPEC,                                                                \
     .vector = vector_,                                                           \
     .error = NO_ERROR,                                                           \
     .saved_rip = vector_ == NO_EXCEPTION ? "" : AT_FAULT,                        \
     .run = name_},
VARIANTS(ADDRESSES(ROW));
