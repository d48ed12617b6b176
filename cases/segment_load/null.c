/*
 * A null selector is 0 to 3. DS, ES, FS and GS take it; 64-bit mode reads and writes through it all the same. SS takes it only in 64-bit mode
 * at a CPL below 3, and with RPL = CPL. The program reads the register back into RDX.
 */
#include <case.h>

static void ss(void)
{
    start.rcx = ARG0;
    FAULT("mov ss, ecx\nmov edx, ss");
}

static void ss_user(void)
{
    in_user_mode();
    start.rcx = ARG0;
    FAULT("mov ss, ecx");
}

static void data(void)
{
    start.rcx = ARG0;
    start.rbx = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    *(uint64_t *)frame_of(start.rbx) = 0x1122334455667788;
    record_memory("data", frame_of(start.rbx), 16);
    FAULT("mov ds, ecx\nmov es, ecx\nmov rdx, [rbx]\nmov [rbx+8], rdx");
}

static void data_user(void)
{
    in_user_mode();
    data();
}

#define ROW(name_, run_, selector, vector_, id_, about_)                                                                                         \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"MOV-Move\"", .id = id_, .vector = vector_, .error = 0, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {                                                                                                           \
                     selector                                                                                                                    \
                 }                                                                                                                               \
    }
#define LOADED(name_, run_, selector, id_, about_)                                                                                                  \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"MOV-Move\"", .id = id_, .vector = NO_EXCEPTION, .run = run_, .arg = { selector } \
    }

VARIANTS(LOADED("ss", ss, 0, "seg-mov-ss-null-cpl0-ok", "0 into SS at CPL 0 in 64-bit mode"),
         ROW("ss_rpl1", ss, 1, VEC_GP, "seg-mov-ss-null-rpl3-cpl0", "1 into SS at CPL 0: null with an RPL that isn't the CPL"),
         ROW("ss_rpl3", ss, 3, VEC_GP, "seg-mov-ss-null-rpl3-cpl0", "3 into SS at CPL 0: null with an RPL that isn't the CPL"),
         ROW("ss_user_rpl3", ss_user, 3, VEC_GP, "seg-mov-ss-null3-cpl3", "3 into SS at CPL 3: null with RPL = CPL"),
         LOADED("ds", data, 0, "seg-mov-ds-null-ok", "0 into DS and ES at CPL 0; a read and a write through DS"),
         LOADED("ds_rpl3", data, 3, "seg-mov-ds-null-ok", "3 into DS and ES at CPL 0; a read and a write through DS"),
         LOADED("ds_user", data_user, 0, "seg-mov-ds-null-ok", "0 into DS and ES at CPL 3; a read and a write through DS"),
         LOADED("ds_user_rpl3", data_user, 3, "seg-mov-ds-null-ok", "3 into DS and ES at CPL 3; a read and a write through DS"));
