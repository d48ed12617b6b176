/*
 * What MOV to a segment register requires of the descriptor. DS, ES, FS and GS take data and readable code, whose DPL is at least CPL and RPL unless
 * the code is conforming; SS takes writable data, with DPL and RPL both the CPL. All else is #GP(selector). A segment that isn't present is
 * #NP(selector), in SS #SS(selector), where all else is right.
 */
#include <case32.h>

#define OF(type, dpl) ((type) | (dpl) << 8)
#define NOT_PRESENT 0x1000

/* arg: OF(type, DPL), NOT_PRESENT; RPL, CPL. */
#define AT(rpl, cpl) ((rpl) | (cpl) << 4)

static void set_up(void)
{
    bool down = (ARG0 & 0xff) == DATA_EXPAND_DOWN; /* all but offset 0 */
    struct descriptor d = {
        .type = (uint8_t)ARG0,
        .dpl = ARG0 >> 8 & 3,
        .not_present = ARG0 & NOT_PRESENT,
        .limit = down ? 0 : 0xfffff,
        .d = true,
        .g = !down,
    };

    in_ring(ARG1 >> 4);
    start.ecx = add_descriptor("segment", encode_descriptor(d)) | (ARG1 & 3);
}

static void ds(void)
{
    set_up();
    FAULT("mov ds, ecx");
}

static void gs(void)
{
    set_up();
    FAULT("mov gs, ecx");
}

static void ss(void)
{
    set_up();
    FAULT("mov ss, ecx");
}

#define SPEC .spec = "SDM 2B \"MOV-Move\", SDM 3A \"Privilege Level Checking When Accessing Data Segments\""
#define ROW(name_, run_, descriptor_, at_, vector_, about_)                                                                               \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = vector_, .error = SEL_FREE, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            descriptor_,                                                                                                                  \
            at_                                                                                                                           \
        }                                                                                                                                 \
    }
#define LOADED(name_, run_, descriptor_, at_, about_)                                                                   \
    {                                                                                                                   \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { descriptor_, at_ } \
    }
VARIANTS(LOADED("ds_read_only", ds, OF(DATA_READ_ONLY, 0), AT(0, 0), "read-only data into DS"),
         LOADED("ds_writable", ds, OF(DATA_WRITABLE, 0), AT(0, 0), "writable data into DS"),
         LOADED("ds_down_read_only", ds, OF(DATA_EXPAND_DOWN_READ_ONLY, 0), AT(0, 0), "read-only data that expand down into DS"),
         LOADED("ds_down", ds, OF(DATA_EXPAND_DOWN, 0), AT(0, 0), "data that expand down into DS"),
         ROW("ds_execute_only", ds, OF(CODE_EXECUTE_ONLY, 0), AT(0, 0), VEC_GP, "execute-only code into DS"),
         LOADED("ds_readable", ds, OF(CODE_READABLE, 0), AT(0, 0), "readable code into DS"),
         ROW("ds_conforming_execute_only", ds, OF(CODE_CONFORMING_EXECUTE_ONLY, 0), AT(0, 0), VEC_GP, "execute-only conforming code into DS"),
         LOADED("ds_conforming", ds, OF(CODE_CONFORMING, 0), AT(0, 0), "readable conforming code into DS"),
         ROW("ds_tss16", ds, OF(SYSTEM_TSS16_AVAILABLE, 0), AT(0, 0), VEC_GP, "an available 16-bit TSS into DS"),
         ROW("ds_ldt", ds, OF(SYSTEM_LDT, 0), AT(0, 0), VEC_GP, "an LDT into DS"),
         ROW("ds_call_gate", ds, OF(SYSTEM_CALL_GATE, 0), AT(0, 0), VEC_GP, "a call gate into DS"),
         ROW("ds_tss_busy", ds, OF(SYSTEM_TSS_BUSY, 0), AT(0, 0), VEC_GP, "a busy TSS into DS"),
         ROW("ds_type0", ds, OF(0, 0), AT(0, 0), VEC_GP, "a descriptor of type 0 into DS"),
         ROW("ds_type10", ds, OF(0xa, 0), AT(0, 0), VEC_GP, "a descriptor of type 10 into DS"),
         ROW("ss_read_only", ss, OF(DATA_READ_ONLY, 0), AT(0, 0), VEC_GP, "read-only data into SS"),
         LOADED("ss_writable", ss, OF(DATA_WRITABLE, 0), AT(0, 0), "writable data into SS"),
         ROW("ss_down_read_only", ss, OF(DATA_EXPAND_DOWN_READ_ONLY, 0), AT(0, 0), VEC_GP, "read-only data that expand down into SS"),
         LOADED("ss_down", ss, OF(DATA_EXPAND_DOWN, 0), AT(0, 0), "data that expand down into SS"),
         ROW("ss_execute_only", ss, OF(CODE_EXECUTE_ONLY, 0), AT(0, 0), VEC_GP, "execute-only code into SS"),
         ROW("ss_readable", ss, OF(CODE_READABLE, 0), AT(0, 0), VEC_GP, "readable code into SS"),
         ROW("ss_conforming_execute_only", ss, OF(CODE_CONFORMING_EXECUTE_ONLY, 0), AT(0, 0), VEC_GP, "execute-only conforming code into SS"),
         ROW("ss_conforming", ss, OF(CODE_CONFORMING, 0), AT(0, 0), VEC_GP, "readable conforming code into SS"),
         ROW("ss_tss16", ss, OF(SYSTEM_TSS16_AVAILABLE, 0), AT(0, 0), VEC_GP, "an available 16-bit TSS into SS"),
         ROW("ss_ldt", ss, OF(SYSTEM_LDT, 0), AT(0, 0), VEC_GP, "an LDT into SS"),
         ROW("ss_call_gate", ss, OF(SYSTEM_CALL_GATE, 0), AT(0, 0), VEC_GP, "a call gate into SS"),
         ROW("ss_tss_busy", ss, OF(SYSTEM_TSS_BUSY, 0), AT(0, 0), VEC_GP, "a busy TSS into SS"),
         ROW("ss_type0", ss, OF(0, 0), AT(0, 0), VEC_GP, "a descriptor of type 0 into SS"),
         ROW("ss_type10", ss, OF(0xa, 0), AT(0, 0), VEC_GP, "a descriptor of type 10 into SS"),
         LOADED("data_dpl0_rpl0_cpl0", gs, OF(DATA_READ_ONLY, 0), AT(0, 0), "CPL 0, RPL 0: data of DPL 0 into GS"),
         ROW("data_dpl0_rpl1_cpl0", gs, OF(DATA_READ_ONLY, 0), AT(1, 0), VEC_GP, "CPL 0, RPL 1: data of DPL 0 into GS"),
         ROW("data_dpl0_rpl0_cpl1", gs, OF(DATA_READ_ONLY, 0), AT(0, 1), VEC_GP, "CPL 1, RPL 0: data of DPL 0 into GS"),
         LOADED("data_dpl1_rpl1_cpl0", gs, OF(DATA_READ_ONLY, 1), AT(1, 0), "CPL 0, RPL 1: data of DPL 1 into GS"),
         ROW("data_dpl1_rpl2_cpl0", gs, OF(DATA_READ_ONLY, 1), AT(2, 0), VEC_GP, "CPL 0, RPL 2: data of DPL 1 into GS"),
         LOADED("data_dpl1_rpl0_cpl1", gs, OF(DATA_READ_ONLY, 1), AT(0, 1), "CPL 1, RPL 0: data of DPL 1 into GS"),
         LOADED("data_dpl1_rpl1_cpl1", gs, OF(DATA_READ_ONLY, 1), AT(1, 1), "CPL 1, RPL 1: data of DPL 1 into GS"),
         ROW("data_dpl1_rpl2_cpl1", gs, OF(DATA_READ_ONLY, 1), AT(2, 1), VEC_GP, "CPL 1, RPL 2: data of DPL 1 into GS"),
         ROW("data_dpl1_rpl0_cpl2", gs, OF(DATA_READ_ONLY, 1), AT(0, 2), VEC_GP, "CPL 2, RPL 0: data of DPL 1 into GS"),
         ROW("data_dpl1_rpl1_cpl2", gs, OF(DATA_READ_ONLY, 1), AT(1, 2), VEC_GP, "CPL 2, RPL 1: data of DPL 1 into GS"),
         LOADED("data_dpl2_rpl2_cpl0", gs, OF(DATA_READ_ONLY, 2), AT(2, 0), "CPL 0, RPL 2: data of DPL 2 into GS"),
         ROW("data_dpl2_rpl3_cpl0", gs, OF(DATA_READ_ONLY, 2), AT(3, 0), VEC_GP, "CPL 0, RPL 3: data of DPL 2 into GS"),
         LOADED("data_dpl2_rpl0_cpl2", gs, OF(DATA_READ_ONLY, 2), AT(0, 2), "CPL 2, RPL 0: data of DPL 2 into GS"),
         LOADED("data_dpl2_rpl2_cpl2", gs, OF(DATA_READ_ONLY, 2), AT(2, 2), "CPL 2, RPL 2: data of DPL 2 into GS"),
         ROW("data_dpl2_rpl3_cpl2", gs, OF(DATA_READ_ONLY, 2), AT(3, 2), VEC_GP, "CPL 2, RPL 3: data of DPL 2 into GS"),
         ROW("data_dpl2_rpl0_cpl3", gs, OF(DATA_READ_ONLY, 2), AT(0, 3), VEC_GP, "CPL 3, RPL 0: data of DPL 2 into GS"),
         ROW("data_dpl2_rpl2_cpl3", gs, OF(DATA_READ_ONLY, 2), AT(2, 3), VEC_GP, "CPL 3, RPL 2: data of DPL 2 into GS"),
         LOADED("data_dpl3_rpl3_cpl0", gs, OF(DATA_READ_ONLY, 3), AT(3, 0), "CPL 0, RPL 3: data of DPL 3 into GS"),
         LOADED("data_dpl3_rpl0_cpl3", gs, OF(DATA_READ_ONLY, 3), AT(0, 3), "CPL 3, RPL 0: data of DPL 3 into GS"),
         LOADED("data_dpl3_rpl3_cpl3", gs, OF(DATA_READ_ONLY, 3), AT(3, 3), "CPL 3, RPL 3: data of DPL 3 into GS"),
         ROW("code_dpl0_rpl0_cpl1", ds, OF(CODE_READABLE, 0), AT(0, 1), VEC_GP, "CPL 1, RPL 0: readable code of DPL 0 into DS"),
         ROW("code_dpl0_rpl1_cpl0", ds, OF(CODE_READABLE, 0), AT(1, 0), VEC_GP, "CPL 0, RPL 1: readable code of DPL 0 into DS"),
         ROW("code_dpl2_rpl3_cpl0", ds, OF(CODE_READABLE, 2), AT(3, 0), VEC_GP, "CPL 0, RPL 3: readable code of DPL 2 into DS"),
         ROW("code_dpl2_rpl0_cpl3", ds, OF(CODE_READABLE, 2), AT(0, 3), VEC_GP, "CPL 3, RPL 0: readable code of DPL 2 into DS"),
         LOADED("code_dpl3_rpl3_cpl3", ds, OF(CODE_READABLE, 3), AT(3, 3), "CPL 3, RPL 3: readable code of DPL 3 into DS"),
         LOADED("code_dpl2_rpl2_cpl2", ds, OF(CODE_READABLE, 2), AT(2, 2), "CPL 2, RPL 2: readable code of DPL 2 into DS"),
         LOADED("code_dpl1_rpl0_cpl1", ds, OF(CODE_READABLE, 1), AT(0, 1), "CPL 1, RPL 0: readable code of DPL 1 into DS"),
         LOADED("conforming_dpl0_rpl0_cpl3", ds, OF(CODE_CONFORMING, 0), AT(0, 3), "CPL 3, RPL 0: readable conforming code of DPL 0 into DS"),
         LOADED("conforming_dpl0_rpl3_cpl0", ds, OF(CODE_CONFORMING, 0), AT(3, 0), "CPL 0, RPL 3: readable conforming code of DPL 0 into DS"),
         LOADED("conforming_dpl0_rpl3_cpl3", ds, OF(CODE_CONFORMING, 0), AT(3, 3), "CPL 3, RPL 3: readable conforming code of DPL 0 into DS"),
         LOADED("conforming_dpl3_rpl0_cpl0", ds, OF(CODE_CONFORMING, 3), AT(0, 0), "CPL 0, RPL 0: readable conforming code of DPL 3 into DS"),
         LOADED("conforming_dpl1_rpl2_cpl3", ds, OF(CODE_CONFORMING, 1), AT(2, 3), "CPL 3, RPL 2: readable conforming code of DPL 1 into DS"),
         ROW("conforming_execute_only_cpl3", ds, OF(CODE_CONFORMING_EXECUTE_ONLY, 3), AT(3, 3), VEC_GP,
             "CPL 3: execute-only conforming code of DPL 3 into DS"),
         LOADED("ss_dpl1_rpl1_cpl1", ss, OF(DATA_WRITABLE, 1), AT(1, 1), "CPL 1, RPL 1: writable data of DPL 1 into SS"),
         LOADED("ss_dpl2_rpl2_cpl2", ss, OF(DATA_WRITABLE, 2), AT(2, 2), "CPL 2, RPL 2: writable data of DPL 2 into SS"),
         LOADED("ss_dpl3_rpl3_cpl3", ss, OF(DATA_WRITABLE, 3), AT(3, 3), "CPL 3, RPL 3: writable data of DPL 3 into SS"),
         ROW("ss_dpl1_rpl0_cpl0", ss, OF(DATA_WRITABLE, 1), AT(0, 0), VEC_GP, "CPL 0, RPL 0: writable data of DPL 1 into SS"),
         ROW("ss_dpl0_rpl1_cpl0", ss, OF(DATA_WRITABLE, 0), AT(1, 0), VEC_GP, "CPL 0, RPL 1: writable data of DPL 0 into SS"),
         ROW("ss_dpl3_rpl3_cpl0", ss, OF(DATA_WRITABLE, 3), AT(3, 0), VEC_GP, "CPL 0, RPL 3: writable data of DPL 3 into SS"),
         ROW("ss_dpl0_rpl0_cpl3", ss, OF(DATA_WRITABLE, 0), AT(0, 3), VEC_GP, "CPL 3, RPL 0: writable data of DPL 0 into SS"),
         ROW("ss_dpl0_rpl0_cpl1", ss, OF(DATA_WRITABLE, 0), AT(0, 1), VEC_GP, "CPL 1, RPL 0: writable data of DPL 0 into SS"),
         ROW("ss_dpl3_rpl0_cpl3", ss, OF(DATA_WRITABLE, 3), AT(0, 3), VEC_GP, "CPL 3, RPL 0: writable data of DPL 3 into SS"),
         ROW("ss_dpl0_rpl3_cpl3", ss, OF(DATA_WRITABLE, 0), AT(3, 3), VEC_GP, "CPL 3, RPL 3: writable data of DPL 0 into SS"),
         ROW("ss_dpl2_rpl3_cpl3", ss, OF(DATA_WRITABLE, 2), AT(3, 3), VEC_GP, "CPL 3, RPL 3: writable data of DPL 2 into SS"),
         ROW("ss_dpl3_rpl2_cpl3", ss, OF(DATA_WRITABLE, 3), AT(2, 3), VEC_GP, "CPL 3, RPL 2: writable data of DPL 3 into SS"),
         ROW("ss_dpl1_rpl2_cpl1", ss, OF(DATA_WRITABLE, 1), AT(2, 1), VEC_GP, "CPL 1, RPL 2: writable data of DPL 1 into SS"),
         ROW("ss_dpl2_rpl1_cpl1", ss, OF(DATA_WRITABLE, 2), AT(1, 1), VEC_GP, "CPL 1, RPL 1: writable data of DPL 2 into SS"),
         ROW("ds_not_present", ds, OF(DATA_WRITABLE, 0) | NOT_PRESENT, AT(0, 0), VEC_NP, "data that aren't present into DS"),
         ROW("ds_code_not_present", ds, OF(CODE_READABLE, 0) | NOT_PRESENT, AT(0, 0), VEC_NP, "readable code that isn't present into DS"),
         ROW("ds_conforming_not_present", ds, OF(CODE_CONFORMING, 0) | NOT_PRESENT, AT(3, 3), VEC_NP,
             "CPL 3: conforming code of DPL 0 that isn't present into DS"),
         ROW("gs_not_present_user", gs, OF(DATA_WRITABLE, 3) | NOT_PRESENT, AT(3, 3), VEC_NP, "CPL 3: data that aren't present into GS"),
         ROW("ds_not_present_dpl", ds, OF(DATA_WRITABLE, 0) | NOT_PRESENT, AT(0, 3), VEC_GP, "CPL 3: data of DPL 0 that aren't present into DS"),
         ROW("ds_not_present_rpl", ds, OF(DATA_WRITABLE, 0) | NOT_PRESENT, AT(3, 0), VEC_GP, "RPL 3: data of DPL 0 that aren't present into DS"),
         ROW("ds_not_present_execute_only", ds, OF(CODE_EXECUTE_ONLY, 0) | NOT_PRESENT, AT(0, 0), VEC_GP,
             "execute-only code that isn't present into DS"),
         ROW("ds_not_present_system", ds, OF(SYSTEM_LDT, 0) | NOT_PRESENT, AT(0, 0), VEC_GP, "an LDT that isn't present into DS"),
         ROW("ss_not_present", ss, OF(DATA_WRITABLE, 0) | NOT_PRESENT, AT(0, 0), VEC_SS, "data that aren't present into SS"),
         ROW("ss_not_present_user", ss, OF(DATA_WRITABLE, 3) | NOT_PRESENT, AT(3, 3), VEC_SS, "CPL 3: data that aren't present into SS"),
         ROW("ss_not_present_dpl", ss, OF(DATA_WRITABLE, 3) | NOT_PRESENT, AT(0, 0), VEC_GP, "data of DPL 3 that aren't present into SS"),
         ROW("ss_not_present_rpl", ss, OF(DATA_WRITABLE, 0) | NOT_PRESENT, AT(3, 0), VEC_GP, "RPL 3: data that aren't present into SS"),
         ROW("ss_not_present_read_only", ss, OF(DATA_READ_ONLY, 0) | NOT_PRESENT, AT(0, 0), VEC_GP, "read-only data that aren't present into SS"));
