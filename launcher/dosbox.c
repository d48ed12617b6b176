/* DOSBox: one thread with SDL's dummy drivers, and the disk that it boots from is opened when all else is ready.
 *
 * A run's disk is one in memory, with the boot sector of the server's and the run's ROM. What the guest sends goes into the
 * run's file, and not to the terminal that the server has for its serial port; with the record's last line the run is over. */
#define _GNU_SOURCE
#include "launcher.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FLOPPY "floppy"
#define SERIAL "serial"
#define SECTOR 512
#define DISK_SIZE 163840 /* engines/dosbox.py */
#define LAST "end exit " /* begins the record's last line */
#define ENDED 33         /* engines/dosbox.toml */
#define CALLS 1000       /* of a clock that is only looked at, for a millisecond */

static int served;
static int terminal = -1;

/* The run's time: it passes when DOSBox waits for it, and then at once. */
static uint32_t now;

static void one_thread_only(void)
{
    DIR *threads = opendir("/proc/self/task");
    int count = 0;

    while (threads && readdir(threads))
        count++;
    if (threads)
        closedir(threads);
    if (count != 3) /* . and .. */
        refuse("it has more than one thread");
}

static void find_terminal(void)
{
    for (int fd = 3; fd < DESCRIPTORS; fd++)
        if (isatty(fd) && fcntl(fd, F_GETFL) & O_NONBLOCK)
            terminal = fd;
    if (terminal < 0)
        refuse("it has opened no serial port");
}

static int all(ssize_t done, size_t size, const char *what)
{
    if (done != (ssize_t)size)
        give_up(what);
    return 0;
}

static FILE *disk(const unsigned char *boot)
{
    static unsigned char rom[ROM_SIZE];
    int fd = memfd_create(FLOPPY, MFD_CLOEXEC), file = open(ROM_NAME, O_RDONLY | O_CLOEXEC);

    all(read(file, rom, sizeof rom), sizeof rom, ROM_NAME);
    close(file);
    all(pwrite(fd, boot, SECTOR, 0), SECTOR, FLOPPY);
    all(pwrite(fd, rom, sizeof rom, SECTOR), sizeof rom, FLOPPY);
    if (ftruncate(fd, DISK_SIZE))
        give_up(FLOPPY);
    return fdopen(fd, "rb+");
}

static uint32_t real_ticks(void)
{
    return ((uint32_t(*)(void))next("SDL_GetTicks"))();
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *file = ((FILE * (*)(const char *, const char *)) next(__func__))(path, mode);
    unsigned char boot[SECTOR];

    if (served || !file || strcmp(path, FLOPPY) || !wanted())
        return file;
    if (fread(boot, SECTOR, 1, file) != 1)
        refuse("its floppy disk can't be read");
    fclose(file);
    one_thread_only();
    find_terminal();
    now = real_ticks();
    serve(1 << 1 | 1 << 2);
    served = 1;
    if (open_line(SERIAL) < 0)
        give_up(SERIAL);
    return disk(boot);
}

FILE *fopen64(const char *path, const char *mode) __attribute__((alias("fopen")));

/* Of the serial port; a byte at a time. */
static void sent(char byte)
{
    static char line[sizeof LAST - 1];
    static size_t length; /* of what the line has so far */

    if (length < sizeof line)
        line[length] = byte;
    length++;
    if (byte != '\n')
        return;
    if (length > sizeof line && !memcmp(line, LAST, sizeof line))
        leave(ENDED);
    length = 0;
}

ssize_t write(int fd, const void *data, size_t size)
{
    if (!served || fd != terminal)
        return syscall(SYS_write, fd, data, size);
    put(data, size);
    for (size_t i = 0; i < size; i++)
        sent(((const char *)data)[i]);
    return (ssize_t)size;
}

/* Nobody sends to it. */
ssize_t read(int fd, void *data, size_t size)
{
    return served && fd == terminal ? 0 : syscall(SYS_read, fd, data, size);
}

void SDL_Delay(uint32_t milliseconds)
{
    if (served)
        now += milliseconds;
    else
        ((void (*)(uint32_t))next(__func__))(milliseconds);
}

uint32_t SDL_GetTicks(void)
{
    static unsigned calls;

    if (!served)
        return real_ticks();
    if (++calls % CALLS == 0)
        now++;
    return now;
}

void exit(int status)
{
    if (served)
        leave(status);
    ((void (*)(int))next("exit"))(status);
    __builtin_unreachable();
}
