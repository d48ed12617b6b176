/* Lists of bits for tables of variants: X(bit) for each of them, commas between. */
#ifndef BITS_H
#define BITS_H

#define BITS_18_TO_31(X) X(18), X(19), X(20), X(21), X(22), X(23), X(24), X(25), X(26), X(27), X(28), X(29), X(30), X(31)
#define BITS_33_TO_51(X) \
    X(33), X(34), X(35), X(36), X(37), X(38), X(39), X(40), X(41), X(42), X(43), X(44), X(45), X(46), X(47), X(48), X(49), X(50), X(51)
#define BITS_52_TO_60(X) X(52), X(53), X(54), X(55), X(56), X(57), X(58), X(59), X(60)
#define BITS_33_TO_63(X) BITS_33_TO_51(X), BITS_52_TO_60(X), X(61), X(62), X(63)

#endif
