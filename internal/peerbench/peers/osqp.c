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

static double number(FILE *f) {
    char word[64];
    if (fscanf(f, "%63s", word) != 1) exit(1);
    return strtod(word, NULL);
}

static OSQPInt count(FILE *f) { return (OSQPInt)number(f); }

typedef struct { OSQPInt row, col; double value; } Triple;

static int byColumn(const void *a, const void *b) {
    const Triple *s = a, *t = b;
    return s->col != t->col ? (s->col < t->col ? -1 : 1) : (s->row > t->row) - (s->row < t->row);
}

// columns reads k triples (i, j, v) as a matrix in compressed columns.
static OSQPCscMatrix columns(FILE *f, OSQPInt m, OSQPInt n, OSQPInt k) {
    Triple *t = malloc((k + 1) * sizeof *t);
    for (OSQPInt e = 0; e < k; e++) t[e].row = count(f), t[e].col = count(f), t[e].value = number(f);
    qsort(t, k, sizeof *t, byColumn);
    OSQPCscMatrix c = {.m = m, .n = n, .nzmax = k, .nz = -1};
    c.p = calloc(n + 1, sizeof *c.p), c.i = malloc((k + 1) * sizeof *c.i), c.x = malloc((k + 1) * sizeof *c.x);
    for (OSQPInt e = 0; e < k; e++) c.i[e] = t[e].row, c.x[e] = t[e].value, c.p[t[e].col + 1]++;
    for (OSQPInt j = 0; j < n; j++) c.p[j + 1] += c.p[j];
    free(t);
    return c;
}

static double *numbers(FILE *f, OSQPInt k) {
    double *v = malloc((k + 1) * sizeof *v);
    for (OSQPInt i = 0; i < k; i++) v[i] = fmax(-OSQP_INFTY, fmin(OSQP_INFTY, number(f)));
    return v;
}

static int ascending(const void *a, const void *b) { return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b); }

int main(int argc, char **argv) {
    FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
    int reps = argc > 2 ? atoi(argv[2]) : 3;
    char name[256];
    if (!f || fscanf(f, "%255s", name) != 1) return 1;
    OSQPInt n = count(f), m = count(f), p = count(f), a = count(f);
    number(f);
    OSQPCscMatrix h = columns(f, n, n, p);
    double *g = numbers(f, n);
    OSQPCscMatrix rows = columns(f, m, n, a);
    double *lower = numbers(f, m), *upper = numbers(f, m), seconds[64];
    OSQPSettings s;
    osqp_set_default_settings(&s);
    s.verbose = 0, s.eps_abs = s.eps_rel = 1e-9, s.polishing = 1, s.max_iter = 1000000000, s.time_limit = 1;
    OSQPSolver *solver = NULL;
    for (int r = 0; r < reps && r < 64; r++) {
        if (solver) osqp_cleanup(solver);
        clock_t start = clock();
        if (osqp_setup(&solver, &h, g, &rows, lower, upper, m, n, &s) || osqp_solve(solver)) return 1;
        seconds[r] = (double)(clock() - start) / CLOCKS_PER_SEC;
        if (seconds[r] > 0.3) reps = r + 1; // once is enough
    }
    qsort(seconds, reps, sizeof *seconds, ascending);
    printf("result %.9g %s\n", seconds[reps / 2], solver->info->status_val == OSQP_SOLVED ? "optimal" : "stopped");
    return 0;
}
