/* final.c: what is kept of a program that came to its end. */
#include "long64/trap.h"

bool program_armed;
bool program_finished;
struct segments final_segments;

/* program_end has stored the selectors; what left the program may have loaded others. */
void keep_final(void)
{
    final_segments = read_segments();
    final_segments.ds = program_final.ds;
    final_segments.es = program_final.es;
    final_segments.fs = program_final.fs;
    final_segments.gs = program_final.gs;
    keep_state();
    program_finished = true;
}
