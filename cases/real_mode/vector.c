/* INT n in real mode takes entry n of the table, whatever n means, and pushes three words, never an error code. */
#include <case16.h>

static void run(void)
{
    struct program program = ASSEMBLE(MARK(fault) "int 0\n" MARK(after));

    ((uint8_t *)label_of(program, "fault"))[1] = (uint8_t)ARG0;
    run_program(program);
}

#define ROW(name_, vector_, id_)                                                                                                                  \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = "INT " #vector_, .spec = "SDM 3B \"Interrupt and Exception Handling\" of \"8086 Emulation\"", .id = id_, \
                 .vector = vector_, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {                                                   \
                     vector_                                                                                                                      \
                 }                                                                                                                                \
    }
VARIANTS(ROW("de", 0, ""), ROW("db", 1, ""), ROW("nmi", 2, ""), ROW("bp", 3, ""), ROW("of", 4, ""), ROW("br", 5, ""), ROW("ud", 6, ""),
         ROW("nm", 7, ""), ROW("df", 8, ""), ROW("9", 9, ""), ROW("ts", 10, ""), ROW("np", 11, ""), ROW("ss", 12, ""), ROW("gp", 13, "rm-int13-sw"),
         ROW("pf", 14, ""), ROW("15", 15, ""), ROW("mf", 16, ""), ROW("ac", 17, ""), ROW("mc", 18, ""), ROW("xm", 19, ""), ROW("31", 31, ""),
         ROW("32", 32, ""), ROW("128", 128, ""), ROW("254", 254, ""));
