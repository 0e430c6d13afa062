#!/usr/bin/python3
"""Bounded-QP peers. argv = method op shape dtype threads; prints "median_seconds kkt 0".

The time is the whole solve from (Q, l, u, b) in memory, factorizations included, at the loosest
setting of the method that reaches a KKT residual (qpdata.kkt) of 1e-6. Writes x to $QP_OUT.
"""
import os, sys, time
import numpy as np, scipy.linalg as sl
import qpdata

TOL = 1e-6


def not_available():
    """Says that the method does not solve such a problem, and ends the program."""
    print('NA 0 0')
    sys.exit(0)


def bpp(q, l, u, b, _):
    """Block principal pivoting (Judice-Pires), dense Cholesky of the free block per iteration."""
    n, xs = len(q), []
    for r in b:
        state = np.where(np.isfinite(l), -1, 0)      # -1 at l, 0 free, 1 at u
        best, spare = n + 1, 10
        for _ in range(3 * n):
            free = np.flatnonzero(state == 0)
            x = np.where(state < 0, l, np.where(state > 0, u, 0.0))
            if len(free):
                rhs = r[free] - (q[free] @ x if np.any(x) else 0)
                x[free] = sl.cho_solve(sl.cho_factor(q[np.ix_(free, free)], lower=True, overwrite_a=True,
                                                        check_finite=False), rhs, check_finite=False)
            g = q @ x - r
            eps = 1e-12 * np.abs(r).max()
            new = np.where(state == 0, np.where(x < l - eps, -1, np.where(x > u + eps, 1, 0)),
                           np.where(state * g > eps, 0, state))
            bad = np.flatnonzero(new != state)
            if not len(bad): break
            if len(bad) < best: best, spare = len(bad), 10
            elif spare > 0: spare -= 1
            else: new[bad[:-1]] = state[bad[:-1]]    # Murty: the last index only
            state = new
        xs.append(np.clip(x, l, u))
    return np.array(xs)


def nnls(q, l, u, b, _):
    from scipy.optimize import nnls as solve
    if np.any(l) or np.any(np.isfinite(u)): not_available()
    r = sl.cholesky(q)
    return np.array([solve(r, sl.solve_triangular(r, v, trans='T'), maxiter=30 * len(q))[0] for v in b])


def lbfgsb(q, l, u, b, tol):
    from scipy.optimize import fmin_l_bfgs_b as minimize
    xs, bounds, limit = [], list(zip(l, u)), tol * np.abs(b).max()
    for v in b:
        def value_and_gradient(x):
            y = q @ x
            return 0.5 * x @ y - v @ x, y - v
        xs.append(minimize(value_and_gradient, np.zeros(len(v)), bounds=bounds, m=20, factr=0, pgtol=limit,
                           maxiter=10**6, maxfun=10**6)[0])
    return np.array(xs)


def cvx(q, l, u, b, tol):
    import cvxopt
    from cvxopt import matrix, spdiag, sparse, solvers
    solvers.options.update(show_progress=False, abstol=tol, reltol=tol, feastol=tol, maxiters=200)
    n, p = len(q), matrix(q)
    eye = spdiag([1.0] * n)
    box = np.isfinite(u[0])
    g = sparse([-eye, eye]) if box else -eye
    h = matrix(np.concatenate([-l, u]) if box else -l)
    return np.array([np.clip(np.array(solvers.qp(p, matrix(-v), g, h)['x']).ravel(), l, u) for v in b])


def cd(q, l, u, b, tol):
    """Coordinate descent on the Gram matrix (scikit-learn's Lasso kernel, one b at a time)."""
    if np.any(l) or np.any(np.isfinite(u)): not_available()
    from sklearn.linear_model._cd_fast import enet_coordinate_descent_gram as descend
    xs, rng, limit = [], np.random.RandomState(0), tol * np.abs(b).max()
    for v in b:
        x, y, k = np.zeros(len(v)), np.array([1.0]), 10
        while True:
            x = descend(x, 0.0, 0.0, q, v, y, k, -1.0, rng, False, True)[0]
            if np.abs(np.minimum(x, q @ x - v)).max() <= limit: break
            k = max(10, k + k // 2)
        xs.append(x)
    return np.array(xs)


def fista(q, l, u, b, tol, xp=np, lo=None):
    """Batched accelerated projected gradient, restart per row; converged rows leave the batch.
    lo: a lower precision to start in."""
    n = len(q)
    v = np.random.default_rng(0).standard_normal(n)
    for _ in range(30): v = q @ (v / np.linalg.norm(v))
    step, limit = 1 / (1.02 * np.linalg.norm(v)), tol * float(np.abs(b).max())
    if xp is not np: q, l, u, b = (xp.from_numpy(a) for a in (q, l, u, b))
    mx = (lambda a: a.abs().amax(1)) if xp is not np else (lambda a: np.abs(a).max(1))
    to = (lambda a, t: a.to(t)) if xp is not np else (lambda a, t: a.astype(t, copy=False))
    out = xp.zeros_like(b)
    start = out
    for prec, goal in ((lo, 2 * limit), (q.dtype, limit)) if lo else ((q.dtype, limit),):
        Q, lp, up, B, x = (to(a, prec) for a in (q, l, u, b, start))
        rows = xp.arange(len(b))
        x = x * 1
        y, t, it, stop = x, xp.ones(len(b), dtype=prec), 0, 3000 if lo and prec == lo else 10**9
        while len(rows):
            xn = xp.clip(y - step * (y @ Q - B), lp, up)
            back = ((y - xn) * (xn - x)).sum(1) > 0            # restart where the step turns back
            t = xp.where(back, xp.ones_like(t), t)
            tn = (1 + (1 + 4 * t * t) ** 0.5) / 2
            y = xn + (xp.where(back, xp.zeros_like(t), (t - 1) / tn))[:, None] * (xn - x)
            x, t, it = xn, tn, it + 1
            if it % 10 == 0:
                ok = mx(x - xp.clip(x - (x @ Q - B), lp, up)) <= goal
                if it >= stop: ok = ok | True
                if ok.any():
                    out[rows[ok]] = to(x[ok], q.dtype)
                    k = ~ok
                    rows, x, y, t, B = rows[k], x[k], y[k], t[k], B[k]
        start = out
    return out if xp is np else out.numpy()


def fista_torch(q, l, u, b, tol):
    import torch
    torch.set_num_threads(int(sys.argv[5]))
    return fista(q, l, u, b, tol, torch, torch.float32)


METHODS = {'bpp': bpp, 'nnls': nnls, 'lbfgsb': lbfgsb, 'cvxopt': cvx, 'cd': cd, 'fista': fista,
           'fista-torch': fista_torch}


def main():
    now = time.process_time if sys.argv[5] == '1' and not os.environ.get('WALL') else time.perf_counter   # as in bench.h
    solve, p = METHODS[sys.argv[1]], qpdata.load(sys.argv[2], sys.argv[3])
    solve(*qpdata.make(sys.argv[2], 'w10'), 1e-3)           # imports and thread pools, untimed
    for tol in (TOL, 1e-7, 1e-8, 1e-10, 1e-12, 1e-14):      # loosest that reaches TOL
        t = now()
        x = solve(*p, tol)
        t = now() - t
        r = qpdata.kkt(*p, x)
        if r <= TOL: break
    want, s = int(os.environ.get('REPS', 7)), []
    while t < 8 and len(s) < (want if t < 0.5 else 3):
        a = now()
        solve(*p, tol)
        s.append(now() - a)
    if os.environ.get('QP_OUT'): x.tofile(os.environ['QP_OUT'])
    at = ((x <= p[1]) | (x >= p[2])).mean()
    print('%.9g %.3g 0 tol=%g bound=%.2f' % (np.median(s) if s else t, r, tol, at))


if __name__ == '__main__':
    main()
