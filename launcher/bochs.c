/* Bochs: one thread, and alarm() is the last that it calls before the loop of its processor, in all releases tried.
 *
 * The log is on both outputs. The file of the serial line is opened with the first byte, so that it is the child's. The
 * position in the file of the debugger's commands, of which a child has to read the rest, is the child's own, too.
 *
 * A run's words are few and its end is long: what stands below spares what nobody reads. */
#define _GNU_SOURCE
#include "launcher.h"

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SERIAL "serial"

static int served;

/* Its display writes to a pseudoterminal that nobody reads. One for all children would be full after thousands of them, and
 * the next would wait for ever. */
static void open_display(void)
{
    for (int fd = 3; fd < DESCRIPTORS; fd++) {
        int fresh;

        if (!isatty(fd))
            continue;
        fresh = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (fresh < 0 || dup3(fresh, fd, O_CLOEXEC) < 0)
            give_up("/dev/ptmx");
        close(fresh);
    }
}

unsigned alarm(unsigned seconds)
{
    static char words[BUFSIZ], line[BUFSIZ];

    if (!served && wanted()) {
        served = 1;
        find_rom(1);
        serve(1 << 1 | 1 << 2);
        open_display();
        setvbuf(stdout, words, _IOFBF, sizeof words);
        setvbuf(stderr, line, _IOLBF, sizeof line);
    }
    return (unsigned)syscall(SYS_alarm, seconds);
}

/* The debugger wants its words written one by one. But the runner wakes up for each: they can wait, and a message on stderr
 * is told by lines. */
void setbuf(FILE *file, char *buffer)
{
    if (!served)
        ((void (*)(FILE *, char *))next(__func__))(file, buffer);
}

/* A run is over when its log has one of these texts (engines/bochs.toml). What follows is a dump of registers, and the
 * cleaning of its memory, a fifth of the whole. */
static const char *const LAST[] = {"Shutdown port: shutdown requested", "exception with no resolution"};

static int print(FILE *file, const char *format, va_list values)
{
    char text[512];
    va_list again;
    int written;

    if (!served || file != stderr)
        return vfprintf(file, format, values);
    va_copy(again, values);
    vsnprintf(text, sizeof text, format, again);
    va_end(again);
    written = vfprintf(file, format, values);
    for (size_t i = 0; i < sizeof LAST / sizeof *LAST; i++)
        if (strstr(text, LAST[i]))
            leave(1);
    return written;
}

int fprintf(FILE *file, const char *format, ...)
{
    va_list values;
    int written;

    va_start(values, format);
    written = print(file, format, values);
    va_end(values);
    return written;
}

/* The same, as a build with _FORTIFY_SOURCE calls it. */
int __fprintf_chk(FILE *file, int flag, const char *format, ...)
{
    va_list values;
    int written;

    (void)flag;
    va_start(values, format);
    written = print(file, format, values);
    va_end(values);
    return written;
}

static ssize_t write_line(void *cookie, const char *data, size_t size)
{
    (void)cookie;
    put(data, size);
    return (ssize_t)size;
}

FILE *fopen(const char *path, const char *mode)
{
    if (served && !strcmp(path, SERIAL)) {
        if (open_line(path) < 0)
            return NULL;
        return fopencookie(NULL, mode, (cookie_io_functions_t){.write = write_line});
    }
    return ((FILE * (*)(const char *, const char *)) next(__func__))(path, mode);
}

FILE *fopen64(const char *path, const char *mode) __attribute__((alias("fopen")));

/* Nobody types at its display: the keyboard is asked once in each millisecond of the guest's time. */
int poll(struct pollfd *descriptors, nfds_t count, int limit)
{
    if (served && limit == 0) {
        for (nfds_t i = 0; i < count; i++)
            descriptors[i].revents = 0;
        return 0;
    }
    return ((int (*)(struct pollfd *, nfds_t, int))next(__func__))(descriptors, count, limit);
}

void exit(int status)
{
    if (served)
        leave(status);
    ((void (*)(int))next("exit"))(status);
    __builtin_unreachable();
}
