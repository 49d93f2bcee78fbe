/*
 * paint.h - colours, where the terminal and the user want them.
 *
 * Threads: none.  Memory: constants.  Errors: none.
 */
#ifndef GRADER_GRADE_PAINT_H
#define GRADER_GRADE_PAINT_H

#include "grader/grade/outcome.h"

enum paint { PAINT_OFF, PAINT_GOOD, PAINT_BAD, PAINT_BOLD, PAINT_DIM };

/* What to print to begin COLOUR; "" where there are no colours. */
const char *paint(enum paint colour);

/* The colour of an outcome. */
enum paint paint_of(const struct outcome *outcome);

#endif
