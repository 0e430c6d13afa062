// oneDNN peer driver: its one dense product, in float32. argv and output as in blas.c.
#include <oneapi/dnnl/dnnl.h>
#include "bench.h"

static char ta, tb;
static dnnl_dim_t m, n, k;
static float *a, *b, *c;

static float *filled(size_t len, uint32_t seed) {
    float *p = mem(len * sizeof *p);
    for (size_t i = 0; i < len; i++) p[i] = fillv(i, seed);
    return p;
}

static void gemm(void) {
    dnnl_status_t s = dnnl_sgemm(ta, tb, m, n, k, 1, a, ta == 'T' ? m : k, b, tb == 'T' ? k : n, 0, c, n);
    if (s != dnnl_success) fprintf(stderr, "dnnl_sgemm: status %d\n", s), exit(1);
}

int main(int argc, char **v) {
    if (argc < 5) return fprintf(stderr, "usage: %s op shape dtype threads\n", v[0]), 2;
    long d[3];
    int gemm_op = strlen(v[1]) == 6 && !strncmp(v[1], "gemm", 4);
    if (!gemm_op || strcmp(v[3], "f32") || sscanf(v[2], "%ldx%ldx%ld", d, d + 1, d + 2) != 3)
        return printf("NA 0 0\n"), 0;
    SET_TIMER(v[4]);
    ta = v[1][4]; tb = v[1][5];
    m = d[0]; n = d[1]; k = d[2];
    a = filled(m * k, 1); b = filled(k * n, 2); c = filled(m * n, 3);
    double t = median_time(gemm, 0), sum = 0, nrm = 0;
    for (dnnl_dim_t i = 0; i < m * n; i++) {
        double x = c[i] * fillv(i, 99);
        sum += x; nrm += x * x;
    }
    printf("%.9g %.12g %.6g\n", t, sum, sqrt(nrm));
    return 0;
}
