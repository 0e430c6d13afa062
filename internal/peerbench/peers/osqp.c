// OSQP on a quadratic program in the format of package internal/qpfile, unpacked:
//
//	osqp FILE [REPS]
//
// prints, last, "result SECONDS STATUS": the median CPU time of setup and solution, from the matrices in memory, with tolerances of
// 1e-9, polishing, and as many iterations as a second allows. The rest of its settings are its defaults.
#include <math.h>
#include <osqp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void refuse(const char *what) {
    fprintf(stderr, "osqp: %s\n", what);
    exit(1);
}

static double number(FILE *f) {
    char word[64], *end;
    if (fscanf(f, "%63s", word) != 1) refuse("the file ends too early");
    double v = strtod(word, &end);
    if (*end || isnan(v)) refuse("not a number");
    return v;
}

// count reads a whole number from 0 up to below.
static OSQPInt count(FILE *f, double below) {
    double v = number(f);
    if (!(v >= 0 && v < below && v == floor(v))) refuse("a size or an index is out of range");
    return (OSQPInt)v;
}

// room is memory for k elements and one more.
static void *room(OSQPInt k, size_t size) {
    void *v = calloc((size_t)k + 1, size);
    if (!v) refuse("out of memory");
    return v;
}

typedef struct { OSQPInt row, col; double value; } Triple;

static int byColumn(const void *a, const void *b) {
    const Triple *s = a, *t = b;
    return s->col != t->col ? (s->col < t->col ? -1 : 1) : (s->row > t->row) - (s->row < t->row);
}

// columns reads k triples (i, j, v) as a matrix in compressed columns.
static OSQPCscMatrix columns(FILE *f, OSQPInt m, OSQPInt n, OSQPInt k) {
    Triple *t = room(k, sizeof *t);
    for (OSQPInt e = 0; e < k; e++) t[e].row = count(f, m), t[e].col = count(f, n), t[e].value = number(f);
    qsort(t, k, sizeof *t, byColumn);
    OSQPCscMatrix c = {.m = m, .n = n, .nzmax = k, .nz = -1};
    c.p = room(n, sizeof *c.p), c.i = room(k, sizeof *c.i), c.x = room(k, sizeof *c.x);
    for (OSQPInt e = 0; e < k; e++) c.i[e] = t[e].row, c.x[e] = t[e].value, c.p[t[e].col + 1]++;
    for (OSQPInt j = 0; j < n; j++) c.p[j + 1] += c.p[j];
    free(t);
    return c;
}

static double *numbers(FILE *f, OSQPInt k) {
    double *v = room(k, sizeof *v);
    for (OSQPInt i = 0; i < k; i++) v[i] = fmax(-OSQP_INFTY, fmin(OSQP_INFTY, number(f)));
    return v;
}

static int ascending(const void *a, const void *b) { return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b); }

enum { mostSizes = 1 << 24, mostReps = 64 };

int main(int argc, char **argv) {
    FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
    int reps = argc > 2 ? atoi(argv[2]) : 3;
    char name[256];
    if (!f || fscanf(f, "%255s", name) != 1) refuse("no file, or an empty one");
    if (reps < 1 || reps > mostReps) refuse("REPS is not 1 to 64");
    OSQPInt n = count(f, mostSizes), m = count(f, mostSizes), p = count(f, mostSizes), a = count(f, mostSizes);
    number(f);
    OSQPCscMatrix h = columns(f, n, n, p);
    double *g = numbers(f, n);
    OSQPCscMatrix rows = columns(f, m, n, a);
    double *lower = numbers(f, m), *upper = numbers(f, m), seconds[mostReps];
    OSQPSettings s;
    osqp_set_default_settings(&s);
    s.verbose = 0, s.eps_abs = s.eps_rel = 1e-9, s.polishing = 1, s.max_iter = 1000000000, s.time_limit = 1;
    OSQPSolver *solver = NULL;
    for (int r = 0; r < reps; r++) {
        if (solver) osqp_cleanup(solver);
        clock_t start = clock();
        if (osqp_setup(&solver, &h, g, &rows, lower, upper, m, n, &s) || osqp_solve(solver)) refuse("OSQP refuses the problem");
        seconds[r] = (double)(clock() - start) / CLOCKS_PER_SEC;
        if (seconds[r] > 0.3) reps = r + 1; // once is enough
    }
    qsort(seconds, reps, sizeof *seconds, ascending);
    printf("result %.9g %s\n", seconds[reps / 2], solver->info->status_val == OSQP_SOLVED ? "optimal" : "stopped");
    return 0;
}
