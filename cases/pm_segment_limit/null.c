/*
 * DS, ES, FS and GS take a null selector, 0 to 3, and then give no access: each is #GP(0). What makes no access raises nothing. The operand is the
 * page `data`, by its linear address; it is there, and holds what EAX holds.
 */
#include <case32.h>

/* arg: the selector in all four registers; the CPL. */
static void set_up(void)
{
    in_ring(ARG1);
    start.ebx = map_pages("data", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    fill_words((uintptr_t)frame_of(start.ebx), start.eax, PAGE_SIZE / 4);
    start.esi = start.edi = start.ebp = start.ebx;
    start.ds = start.es = start.fs = start.gs = ARG0;
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(instruction);     \
    }
FORM(ds_read, "mov eax, [ebx]")
FORM(ds_write, "mov [ebx], eax")
FORM(ds_ebp, "mov eax, ds:[ebp]")
FORM(es_read, "mov eax, es:[ebx]")
FORM(es_write, "mov es:[ebx], eax")
FORM(fs_read, "mov eax, fs:[ebx]")
FORM(fs_write, "mov fs:[ebx], eax")
FORM(gs_read, "mov eax, gs:[ebx]")
FORM(gs_write, "mov gs:[ebx], eax")
FORM(lods, "lodsd")
FORM(stos, "stosd")
FORM(movs_target, "movs dword ptr es:[edi], dword ptr ss:[esi]")
FORM(pushes, "push dword ptr [ebx]")
FORM(pops, "pop dword ptr [ebx]")
FORM(calls, "call [ebx]")
FORM(float_, "fld qword ptr [ebx]")
FORM(lgdt_, "lgdt [ebx]")
FORM(lea, "lea ebx, [ebx]")
FORM(ss_read, "mov eax, ss:[ebx]")
FORM(ebp_read, "mov eax, [ebp]")
FORM(cs_read, "mov eax, cs:[ebx]")

/* The program itself loads it. */
static void loaded(void)
{
    in_ring(ARG1);
    start.ebx = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.ecx = ARG0;
    PROGRAM("mov ds, ecx\n" MARK(fault) "mov eax, [ebx]\n" MARK(after));
}

/* No element, no access. */
static void rep_none(void)
{
    set_up();
    start.ecx = 0;
    FAULT("rep movsd");
}

#define SPEC .spec = "SDM 3A \"Null Segment Selector Checking\""
#define GP(name_, run_, selector, cpl, id_, about_)                                                                                          \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, SPEC, .id = id_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            selector,                                                                                                                        \
            cpl                                                                                                                              \
        }                                                                                                                                    \
    }
#define OK(name_, run_, selector, cpl, about_)                                                                       \
    {                                                                                                                \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { selector, cpl } \
    }
VARIANTS(GP("ds_read", ds_read, 0, 0, "pm-seg-ds-null", "a read through DS"), GP("ds_write", ds_write, 0, 0, "", "a write through DS"),
         GP("ds_rpl1", ds_read, 1, 0, "", "a read through DS, selector 1"), GP("ds_rpl2", ds_read, 2, 0, "", "a read through DS, selector 2"),
         GP("ds_rpl3", ds_read, 3, 0, "", "a read through DS, selector 3"), GP("ds_user", ds_read, 0, 3, "", "CPL 3: a read through DS"),
         GP("ds_user_write", ds_write, 0, 3, "", "CPL 3: a write through DS"),
         GP("ds_loaded", loaded, 0, 0, "", "a read through DS, which the program has loaded"),
         GP("ds_loaded_user", loaded, 3, 3, "", "CPL 3: a read through DS, which the program has loaded with 3"),
         GP("ds_ebp", ds_ebp, 0, 0, "", "a read through DS by EBP: not a stack fault"), GP("es_read", es_read, 0, 0, "", "a read through ES"),
         GP("es_write", es_write, 0, 0, "", "a write through ES"), GP("fs_read", fs_read, 0, 0, "", "a read through FS"),
         GP("fs_write", fs_write, 0, 0, "", "a write through FS"), GP("gs_read", gs_read, 0, 0, "", "a read through GS"),
         GP("gs_write", gs_write, 0, 0, "", "a write through GS"), GP("gs_user", gs_read, 0, 3, "", "CPL 3: a read through GS"),
         GP("lods", lods, 0, 0, "", "LODSD: ESI is kept"), GP("stos", stos, 0, 0, "", "STOSD: EDI is kept"),
         GP("movs_target", movs_target, 0, 0, "", "MOVSD from SS to ES: ESI and EDI are kept"),
         GP("push", pushes, 0, 0, "", "PUSH of an operand in DS: ESP is kept"), GP("pop", pops, 0, 0, "", "POP to an operand in DS: ESP is kept"),
         GP("call", calls, 0, 0, "", "near CALL by an operand in DS: ESP is kept"), GP("float", float_, 0, 0, "", "FLD of an operand in DS"),
         GP("lgdt", lgdt_, 0, 0, "", "LGDT of an operand in DS"), OK("lea", lea, 0, 0, "LEA makes no access"),
         OK("rep_none", rep_none, 0, 0, "REP MOVSD with ECX 0 makes no access"), OK("ss_read", ss_read, 0, 0, "a read through SS"),
         OK("ebp_read", ebp_read, 0, 3, "CPL 3: a read by EBP, which is one through SS"), OK("cs_read", cs_read, 0, 3, "CPL 3: a read through CS"));
