/* Bochs: one thread, and alarm() is the last that it calls before the loop of its processor, in all releases tried.
 *
 * The log is on both outputs. The file of the serial line is opened with the first byte, so that it is the child's. The
 * position in the file of the debugger's commands, of which a child has to read the rest, is the child's own, too. */
#define _GNU_SOURCE
#include "launcher.h"

#include <sys/syscall.h>
#include <unistd.h>

static int served;

unsigned alarm(unsigned seconds)
{
    if (!served && wanted()) {
        served = 1;
        find_rom(1);
        serve(1 << 1 | 1 << 2);
    }
    return (unsigned)syscall(SYS_alarm, seconds);
}

void exit(int status)
{
    if (served)
        leave(status);
    ((void (*)(int))next("exit"))(status);
    __builtin_unreachable();
}
