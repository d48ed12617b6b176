/* For files that cases of 64-bit and of 32-bit mode share, behind case.h or case32.h: a register by the rest of its name, start.R(bx), and in a
 * program's text REGISTER("bx"). */
#ifndef WIDE_H
#define WIDE_H

#ifdef __x86_64__
#define R(name) r##name
#define REGISTER(name) "r" name
#else
#define R(name) e##name
#define REGISTER(name) "e" name
#endif

#endif
