#!/usr/bin/env python3
"""Driver of the BLAS and LAPACK inside PyTorch: in its wheels for x86 that is MKL. argv and output as in blas.c.

It calls the Fortran symbols of PyTorch's library, which are those of MKL where it is linked in. Our matrices are stored
by rows: Fortran sees their transposes, hence the swapped sides and triangles. A call takes Python about a microsecond,
which counts: below an order of about 100 the library is faster than this says.
"""
import ctypes
import os
import re
import statistics
import sys
import time

import numpy as np
import torch


def fillv(i, seed):
    """fillv of bench.h, for an array of indices."""
    h = (i.astype(np.uint64) * 2654435761 + seed * 0x9E3779B9).astype(np.uint32)
    h ^= h >> 15
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> 13
    return (h >> 8) * (1 / 16777216) - 0.5


def filled(rows, cols, seed):
    return fillv(np.arange(rows * cols), seed).reshape(rows, cols)


def lower(n):
    """The triangle of trsm and trmm in blas_body.h."""
    return np.tril(filled(n, n, 2) * 4 / n, -1) + np.diag(1.5 + fillv(np.arange(n), 1))


def definite(n):
    upper = np.triu(filled(n, n, 1))
    return upper + np.triu(upper, 1).T + n * np.eye(n)


class Blas:
    """The routines for one element type. Integers and scalars go by reference."""

    def __init__(self, dtype):
        self.prefix, self.real = {'f32': ('s', ctypes.c_float), 'f64': ('d', ctypes.c_double)}[dtype]
        folder = os.path.join(os.path.dirname(torch.__file__), 'lib')
        name = os.path.join(folder, 'libtorch_cpu.so')
        self.library = ctypes.CDLL(name if os.path.exists(name) else None)

    def routine(self, name, *args):
        """A call of the routine with these arguments, to be made many times; None if the library has no such routine."""
        function = getattr(self.library, self.prefix + name + '_', None)
        if function is None: return None
        function.restype = None
        refs = [self.reference(a) for a in args]
        return lambda: function(*refs)

    def reference(self, arg):
        if isinstance(arg, str): return ctypes.c_char_p(arg.encode())
        if isinstance(arg, np.ndarray): return arg.ctypes.data_as(ctypes.c_void_p)  # which keeps the array alive
        return ctypes.byref((ctypes.c_int if isinstance(arg, int) else self.real)(arg))


def case(op, shape, dtype):
    """(call, output, what the output is before a call or None), or None for what the library is not asked for."""
    blas, real = Blas(dtype), {'f32': np.float32, 'f64': np.float64}[dtype]
    d = [int(x) for x in shape.split('x')]

    def new(a):
        return np.ascontiguousarray(a, real)

    if re.fullmatch('gemm[NT][NT]', op) and len(d) == 3:
        m, n, k = d
        a, b, c = new(filled(1, m * k, 1)), new(filled(1, k * n, 2)), np.zeros((m, n), real)
        return blas.routine('gemm', op[5], op[4], n, m, k, 1.0, b, k if op[5] == 'T' else n,
                            a, m if op[4] == 'T' else k, 0.0, c, n), c, None
    if re.fullmatch('syrk[NT]', op) and len(d) == 2:
        n, k = d
        a, c = new(filled(1, n * k, 1)), np.zeros((n, n), real)
        trans = 'T' if op[4] == 'N' else 'N'
        return blas.routine('syrk', 'U', trans, n, k, 1.0, a, k if op[4] == 'N' else n, 0.0, c, n), c, None
    if re.fullmatch('tr[sm]m[LR]', op) and len(d) == 2:
        n, r = d
        left = op[4] == 'L'
        a, before = new(lower(n)), new(filled(n, r, 3) if left else filled(r, n, 3))
        c = before.copy()
        side, trans, rows, cols = ('R', 'N', r, n) if left else ('L', 'T', n, r)
        return blas.routine(op[:4], side, 'U', trans, 'N', rows, cols, 1.0, a, n, c, rows), c, before
    if op in ('potrf', 'potrfU') and len(d) == 1:
        before = new(definite(d[0]))
        c = before.copy()
        return blas.routine('potrf', 'L' if op == 'potrfU' else 'U', d[0], c, d[0], 0), c, before
    return None


def median_time(run, reset, threads):
    """As in bench.h: CPU time of one thread, wall time of several."""
    clock = time.process_time if threads == 1 and 'WALL' not in os.environ else time.perf_counter

    def once(calls):
        reset()
        begin = clock()
        for _ in range(calls):
            run()
        return (clock() - begin) / calls

    warm = min(once(1) for _ in range(3))
    calls = max(1, int(2e-3 / max(warm, 1e-7))) if reset is nothing else 1
    few = int(os.environ.get('REPS', 7))
    if warm > 1: few = min(few, 4)
    return statistics.median(once(calls) for _ in range(max(few, min(2000, int(0.03 / (warm * calls))))))


def nothing():
    pass


def main():
    op, shape, dtype, threads = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    torch.set_num_threads(threads)
    got = case(op, shape, dtype)
    if got is None or got[0] is None:
        print('NA 0 0')
        return
    run, out, before = got

    def restore():
        out[:] = before

    reset = nothing if before is None else restore
    seconds = median_time(run, reset, threads)
    reset()
    run()
    terms = out.astype(np.float64) * filled(*out.shape, 99)
    if op.startswith(('syrk', 'potrf')): terms = np.triu(terms) if op == 'potrfU' else np.tril(terms)
    print('%.9g %.12g %.6g' % (seconds, terms.sum(), np.sqrt((terms**2).sum())))


if __name__ == '__main__':
    main()
