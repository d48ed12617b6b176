/* An emulator that is started once and forked for each run: what the launchers of all emulators share.
 *
 * A launcher is a library that is loaded before an emulator's own (LD_PRELOAD). It stops the emulator where its machine
 * is complete and no instruction of the guest has run, and calls serve() there. docs/launcher.md has the whole picture.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stddef.h>
#include <stdnoreturn.h>

/* The ROM that the emulator is started with: random, so that it can be found in memory. A run's is as long. */
#define ROM_NAME "rom"
#define ROM_SIZE 65536

/* An emulator without disks, screens and network has fewer. */
#define DESCRIPTORS 64

/* Whether the runner is there and wants a server; otherwise the emulator runs as if there were no launcher. */
int wanted(void);

/* Tells the runner why this emulator can't be a server, and ends it: the runner then starts it afresh for each run. */
noreturn void refuse(const char *why);

/* Finds the only copy of the ROM in memory that can be written, at a multiple of `alignment`, or refuses. A run's ROM replaces
 * copies at other addresses, too. */
void find_rom(size_t alignment);

/* Waits for orders, and makes a process for each. Returns only in such a process: in the run's folder, with the log on
 * `outputs` (a bit for each of the descriptors 1 and 2), the run's ROM in the machine, and no descriptor of the server's
 * own. What the server shares with it is its memory as it was, and the positions in no file. */
void serve(unsigned outputs);

/* The file of the run's serial line, as a descriptor (-1: it can't be opened), and what the guest sends: put() takes all
 * of it. */
int open_line(const char *name);
void put(const void *data, size_t size);

/* Ends the process of a run at once: it has nothing to say any more, and cleaning its memory takes longer than many a
 * run. */
noreturn void leave(int status);

/* Libc's own function, behind one of ours of the same name. */
void *next(const char *name);

/* Ends the process: something that can't fail has failed. The text reaches the run's log. */
noreturn void give_up(const char *what);

#endif
