/* QEMU with TCG: with -S its machine is complete and reset when the main thread first waits for events by ppoll().
 *
 * A process made there by clone() has that thread only. So each other thread is first parked in a signal handler, where it
 * keeps what makes it a thread: its registers, its thread area, where libc has its number, its list of robust locks. In
 * the child each is made again with these, and returns from the handler as if nothing had happened.
 *
 * What the server must not do before it forks, and what a child must not share with it, stands at each function below. */
#define _GNU_SOURCE
#include "launcher.h"

#include <asm/prctl.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef __x86_64__
#error "threads are made again by instructions of x86-64"
#endif

#define PARK SIGFPE /* its threads block all but SEGV, FPE and ILL */
#define THREADS 16
#define STACK 16384            /* on which a thread is until it has its own registers again */
#define ALIGNMENT (512 * 4096) /* of what it maps for the memory of a machine: include/qemu/osdep.h, QEMU_VMALLOC_ALIGN */
#define SERIAL "serial"
#define COMMAND "cont\n" /* to the monitor on stdin: the machine is stopped at first */

static int served;

/* The serial line's file is the server's own; a child opens another one in its folder. */

static int serial = -1;

int open(const char *path, int flags, ...)
{
    va_list more;
    int mode, fd;

    va_start(more, flags);
    mode = va_arg(more, int);
    va_end(more);
    fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (!strcmp(path, SERIAL))
        serial = fd;
    return fd;
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

static void own_serial(void)
{
    int fd = open_line(SERIAL);

    if (fd < 0 || dup3(fd, serial, O_CLOEXEC) < 0)
        give_up(SERIAL);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    ssize_t size = 0;

    if (!served || fd != serial)
        return syscall(SYS_writev, fd, pieces, count);
    for (int i = 0; i < count; i++) {
        put(pieces[i].iov_base, pieces[i].iov_len);
        size += (ssize_t)pieces[i].iov_len;
    }
    return size;
}

/* The guest's memory is marked not to be inherited by a fork, and to be compared with other processes' for equal pages.
 * What is given back would come again as it was in the server (freeze()), and not as zeros. */
int madvise(void *start, size_t size, int advice)
{
    if (wanted() && (advice == MADV_DONTFORK || advice == MADV_MERGEABLE))
        return 0;
    if (served && advice == MADV_DONTNEED) {
        memset(start, 0, size);
        return 0;
    }
    return (int)syscall(SYS_madvise, start, size, advice);
}

/* A ring is memory that the kernel shares with the process, and after a fork with both. Without it QEMU polls. */
int io_uring_queue_init(unsigned entries, void *ring, unsigned flags)
{
    if (wanted())
        return -ENOSYS;
    return ((int (*)(unsigned, void *, unsigned))next(__func__))(entries, ring, flags);
}

int io_uring_queue_init_params(unsigned entries, void *ring, void *parameters)
{
    if (wanted())
        return -ENOSYS;
    return ((int (*)(unsigned, void *, void *))next(__func__))(entries, ring, parameters);
}

/* A thread frees what nobody reads any more (RCU), but takes a nap before. Parked in it, it would do so in each child. */
void g_usleep(unsigned long microseconds)
{
    if (wanted() && !served)
        sched_yield();
    else
        ((void (*)(unsigned long))next(__func__))(microseconds);
}

/* One of its threads gives unused memory back in between; so little of it isn't worth the search. */
int malloc_trim(size_t pad)
{
    return wanted() ? 0 : ((int (*)(size_t))next(__func__))(pad);
}

/* The sandbox forbids what makes a process and its threads. So it comes in the child, before these: as the program for
 * the kernel, which the server has libseccomp make once. */

static struct sock_fprog sandbox;

static int make_sandbox(void *context)
{
    static struct sock_filter filter[BPF_MAXINSNS];
    int fd = memfd_create("sandbox", MFD_CLOEXEC);
    long size;

    if (fd < 0 || ((int (*)(void *, int))next("seccomp_export_bpf"))(context, fd))
        return -1;
    size = pread(fd, filter, sizeof filter, 0);
    close(fd);
    if (size <= 0)
        return -1;
    sandbox = (struct sock_fprog){.len = (unsigned short)((size_t)size / sizeof *filter), .filter = filter};
    return 0;
}

int seccomp_load(void *context)
{
    return wanted() ? make_sandbox(context) : ((int (*)(void *))next(__func__))(context);
}

static void enter_sandbox(void)
{
    if (sandbox.len && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &sandbox)))
        give_up("seccomp");
}

/* Threads. */

static struct thread {
    void *registers[5]; /* as __builtin_setjmp keeps them */
    unsigned long area; /* the base of FS */
    int *number;        /* where libc keeps its number, and waits for its end */
    void *robust;
    size_t robust_size;
    char stack[STACK] __attribute__((aligned(16)));
} threads[THREADS];
static int parked; /* how many are; futex */

static long futex(int *word, int operation, int value)
{
    return syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

static __attribute__((noinline)) void park(int number, siginfo_t *info, void *context)
{
    struct thread *self = &threads[__atomic_load_n(&parked, __ATOMIC_SEQ_CST)]; /* one after the other */
    int kept = errno, never = 0;

    (void)number;
    (void)info;
    (void)context;
    syscall(SYS_arch_prctl, ARCH_GET_FS, &self->area);
    prctl(PR_GET_TID_ADDRESS, &self->number, 0, 0, 0);
    syscall(SYS_get_robust_list, 0, &self->robust, &self->robust_size);
    if (!__builtin_setjmp(self->registers)) {
        __atomic_add_fetch(&parked, 1, __ATOMIC_SEQ_CST);
        futex(&parked, FUTEX_WAKE_PRIVATE, 1);
        for (;;) /* in the server it stays here */
            futex(&never, FUTEX_WAIT_PRIVATE, 0);
    }
    errno = kept;
}

/* A thread that sleeps is at one of its waits. One that runs may be half way to it, and has to come there first. */
static int sleeps(const char *thread)
{
    char path[64], text[512], *state;
    int fd;
    long size;

    snprintf(path, sizeof path, "/proc/self/task/%.16s/stat", thread);
    fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    size = read(fd, text, sizeof text - 1);
    close(fd);
    if (size <= 0)
        return 0;
    text[size] = 0;
    state = strrchr(text, ')');
    return state && state[2] == 'S';
}

static int number(const char *text)
{
    int value = 0;

    for (; *text >= '0' && *text <= '9'; text++)
        value = 10 * value + (*text - '0');
    return value;
}

static void park_others(void)
{
    struct sigaction action = {.sa_sigaction = park, .sa_flags = SA_SIGINFO | SA_RESTART}, before;
    const int self = (int)syscall(SYS_gettid);
    DIR *tasks = opendir("/proc/self/task");
    const struct dirent *task;

    sigfillset(&action.sa_mask);
    if (!tasks || sigaction(PARK, &action, &before))
        refuse("its threads can't be listed");
    while ((task = readdir(tasks))) {
        const int thread = number(task->d_name);
        const int count = parked;

        if (!thread || thread == self)
            continue;
        if (count == THREADS)
            refuse("it has too many threads");
        while (!sleeps(task->d_name))
            sched_yield();
        syscall(SYS_tgkill, getpid(), thread, PARK);
        while (__atomic_load_n(&parked, __ATOMIC_SEQ_CST) == count)
            futex(&parked, FUTEX_WAIT_PRIVATE, count);
    }
    closedir(tasks);
    sigaction(PARK, &before, NULL);
}

static noreturn void revive(struct thread *self)
{
    syscall(SYS_set_robust_list, self->robust, self->robust_size);
    __builtin_longjmp(self->registers, 1);
}

/* clone() of libc would give it a thread area of its own. The new thread comes out of the system call on its new stack,
 * with all other registers as they were. */
static long clone_thread(struct thread *thread)
{
    const long flags =
        CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    register int *child_number __asm__("r10") = thread->number;
    register unsigned long area __asm__("r8") = thread->area;
    register void (*entry)(struct thread *) __asm__("r12") = revive;
    register struct thread *self __asm__("r13") = thread;
    long result;

    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r13, %%rdi\n\t"
                     "call *%%r12\n\t"
                     "ud2\n"
                     "1:"
                     : "=a"(result)
                     : "0"((long)SYS_clone), "D"(flags), "S"(thread->stack + STACK), "d"(thread->number), "r"(child_number), "r"(area), "r"(entry),
                       "r"(self)
                     : "rcx", "r11", "memory", "cc");
    return result;
}

static void revive_others(void)
{
    for (int i = 0; i < parked; i++)
        if (clone_thread(&threads[i]) < 0)
            give_up("clone");
}

/* Events by which its threads wake each other: a child that shared them would wake the server's. */

static int events[DESCRIPTORS], event_count;

static void find_events(void)
{
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        char path[32], target[64];
        ssize_t size;

        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        size = readlink(path, target, sizeof target - 1);
        target[size > 0 ? size : 0] = 0;
        if (strstr(target, "[eventfd]"))
            events[event_count++] = fd;
    }
}

static void own_events(void)
{
    for (int i = 0; i < event_count; i++) {
        int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

        if (fd < 0 || dup3(fd, events[i], O_CLOEXEC) < 0)
            give_up("eventfd");
        close(fd);
    }
}

/* The monitor reads its first command, and then waits for ever: closed, stdin would end it. */
static void start_machine(void)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) || write(ends[1], COMMAND, sizeof COMMAND - 1) != sizeof COMMAND - 1 || dup2(ends[0], 0) < 0)
        give_up("stdin");
    close(ends[0]);
}

int ppoll(struct pollfd *descriptors, nfds_t count, const struct timespec *limit, const sigset_t *signals)
{
    static int (*real)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

    if (!real)
        real = next(__func__);
    if (served || !wanted() || syscall(SYS_gettid) != getpid())
        return real(descriptors, count, limit, signals);
    served = 1;
    if (serial < 0)
        refuse("it didn't open the serial line's file");
    park_others();
    find_rom(ALIGNMENT); /* what it read from the file is there, too, at any address that malloc() chose; a reset reads it again */
    find_events();
    serve(1 << 2); /* the monitor's greeting goes to stdout */
    own_serial();
    own_events();
    start_machine();
    enter_sandbox();
    revive_others();
    return 0; /* no event, and no time has passed */
}

void exit(int status)
{
    if (served)
        leave(status);
    ((void (*)(int))next(__func__))(status);
    __builtin_unreachable();
}
