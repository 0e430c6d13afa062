#!/usr/bin/python3
"""Bounded-QP peers. argv = method op shape dtype threads; prints "median_seconds kkt 0".

The time is the whole solve from (Q, l, u, b) in memory, factorizations included, at the loosest setting of the method
that reaches a KKT residual (qpdata.kkt) of 1e-6. It is found untimed: the least number of sweeps or iterations for
each b where a method can be told that (cd, fista), or else the first of a list of tolerances. Writes x to $QP_OUT.
"""
import functools, os, sys, time
import numpy as np, scipy.linalg as sl
import qpdata

TOL = 1e-6
# Tolerances where they mean about the residual that is asked for, and where they mean another thing.
NEAR = [TOL * s for s in (2, 1.4, 1, 0.7, 0.5, 0.3, 0.1, 1e-2, 1e-4, 1e-6, 1e-8)]
ANY = [10.0 ** -k for k in range(2, 15)]


def not_available():
    """Says that the method does not solve such a problem, and ends the program."""
    print('NA 0 0')
    sys.exit(0)


def bpp(q, l, u, b, _, guess=False):
    """Block principal pivoting (Judice-Pires), dense Cholesky of the free block per iteration. It starts from l, or
    from a guess: the solution for the diagonal of Q."""
    n, xs = len(q), []
    for r in b:
        state = np.where(np.isfinite(l), -1, 0)      # -1 at l, 0 free, 1 at u
        if guess:
            x = r / np.diag(q)
            state = np.where(x <= l, -1, np.where(x >= u, 1, 0))
        best, spare = n + 1, 10
        for _ in range(3 * n):
            free = np.flatnonzero(state == 0)
            x = np.where(state < 0, l, np.where(state > 0, u, 0.0))
            if len(free):
                rhs = (r - q @ x if np.any(x) else r)[free]
                block = q[np.ix_(free, free)].T         # by columns, as LAPACK wants it: overwritten, not copied
                factor = sl.cho_factor(block, lower=True, overwrite_a=True, check_finite=False)
                x[free] = sl.cho_solve(factor, rhs, overwrite_b=True, check_finite=False)
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


def descend(q, v, x, sweeps):
    """So many sweeps of scikit-learn's Lasso kernel on the Gram matrix, from x on, which changes. Its own test never
    holds."""
    from sklearn.linear_model._cd_fast import enet_coordinate_descent_gram as kernel
    return kernel(x, 0.0, 0.0, q, v, np.array([1.0]), sweeps, -1.0, np.random.RandomState(0), False, True)[0]


def cd(q, l, u, b, sweeps):
    """Coordinate descent, one b at a time."""
    return np.array([descend(q, v, np.zeros(len(v)), k) for v, k in zip(b, sweeps)])


def cd_sweeps(q, l, u, b):
    """The least numbers of sweeps, and one more of each for the roundings of sweeps that are not made in one call."""
    if np.any(l) or np.any(np.isfinite(u)): not_available()
    d = np.sqrt(np.diag(q))
    limit = TOL * np.abs(b / d).max()
    least = [least_sweeps(q, v, lambda x: np.abs(np.minimum(x * d, (q @ x - v) / d)).max() <= limit) for v in b]
    return [least, [k + 1 for k in least]]


def least_sweeps(q, v, passes):
    x, done, step = np.zeros(len(v)), 0, 8
    while not passes(new := descend(q, v, x.copy(), step)):
        x, done, step = new, done + step, max(4, (done + step) // 2)
    while step > 1:     # x does not pass, and step sweeps later it does
        half = step // 2
        new = descend(q, v, x.copy(), half)
        if passes(new): step = half
        else: x, done, step = new, done + half, step - half
    return done + step


class Fista:
    """Batched accelerated projected gradient, restart per row, in one precision after the other. A setting has for
    each of them how many iterations each row takes."""

    def __init__(self, precisions, torch=False):
        self.precisions, self.torch = precisions, torch

    def start(self, q, l, u, b):
        """The step, and the problem in arrays of the library."""
        self.xp = np
        v = np.random.default_rng(0).standard_normal(len(q))
        for _ in range(30): v = q @ (v / np.linalg.norm(v))
        step = 1 / (1.02 * float(np.linalg.norm(v)))
        if not self.torch: return step, (q, l, u, b)
        import torch
        torch.set_num_threads(int(sys.argv[5]))
        self.xp = torch
        return step, tuple(map(torch.from_numpy, (q, l, u, b)))

    def to(self, a, precision):
        precision = getattr(self.xp, precision)
        return a.to(precision) if self.torch else a.astype(precision, copy=False)

    def solve(self, q, l, u, b, stops):
        step, p = self.start(q, l, u, b)
        x = self.xp.zeros_like(p[3])
        for precision, stop in zip(self.precisions, stops):
            x = self.phase(precision, step, p, x, stop)
        return x.numpy() if self.torch else x

    def settings(self, q, l, u, b):
        """The least iterations that reach the tolerance, or in a lower precision twice that."""
        step, p = self.start(q, l, u, b)
        x, stops = self.xp.zeros_like(p[3]), []
        for k, precision in enumerate(self.precisions):
            last = k + 1 == len(self.precisions)
            stops.append(np.zeros(len(b), int))
            x = self.phase(precision, step, p, x, stops[k], TOL if last else 2 * TOL, 10**9 if last else 3000)
        return [stops]

    def phase(self, precision, step, p, start, stop, goal=None, most=0):
        """The rows in one precision, until stop; with a goal, until they reach it, which stop gets."""
        xp, out, rows = self.xp, start * 1, np.arange(len(stop))
        q, l, u, b, x = (self.to(a, precision) for a in (*p, start))
        d = self.to((xp.diagonal(p[0]) ** 0.5), precision)
        limit = goal and goal * float(xp.abs(p[3] / xp.diagonal(p[0]) ** 0.5).max())
        y, t, it = x, xp.ones_like(x[:, 0]), 0
        ends = set(stop.tolist())
        while len(rows):
            xn = xp.clip(y - step * (y @ q - b), l, u)
            back = ((y - xn) * (xn - x)).sum(1) > 0            # restart where the step turns back
            t = xp.where(back, xp.ones_like(t), t)
            tn = (1 + (1 + 4 * t * t) ** 0.5) / 2
            y = xn + (xp.where(back, xp.zeros_like(t), (t - 1) / tn))[:, None] * (xn - x)
            x, t, it = xn, tn, it + 1
            if goal:
                left = xp.abs(d * (x - xp.clip(x - (x @ q - b) / d**2, l, u)))
                gone = np.asarray((left <= limit).all(1)) | (it >= most)
                stop[rows[gone]] = it
            elif it in ends: gone = stop[rows] <= it
            else: continue
            if not gone.any(): continue
            out[rows[gone]] = self.to(x[gone], 'float64')
            rows, x, y, t, b = (a[~gone] for a in (rows, x, y, t, b))
        return out


def tolerances(them):
    """The same settings for every problem."""
    return lambda *_: them


FISTA, FISTA32 = Fista(['float64']), Fista(['float32', 'float64'])
TORCH = Fista(['float32', 'float64'], torch=True)
# What solves, and the settings for a problem, the loosest first.
METHODS = {'bpp': (bpp, tolerances([None])),
           'bpp-guess': (functools.partial(bpp, guess=True), tolerances([None])),
           'nnls': (nnls, tolerances([None])),
           'lbfgsb': (lbfgsb, tolerances(NEAR)),
           'cvxopt': (cvx, tolerances(ANY)),
           'cd': (cd, cd_sweeps),
           'fista': (FISTA.solve, FISTA.settings),
           'fista32': (FISTA32.solve, FISTA32.settings),
           'fista-torch': (TORCH.solve, TORCH.settings)}


def median_time(once, first):
    """The median of REPS calls of once, which returns seconds, after 20 ms as in bench.h. first is of one call."""
    if first > 8: return first
    spent = first
    while spent < 0.02: spent += once()
    reps = int(os.environ.get('REPS', 7))
    return np.median([once() for _ in range(reps if first < 0.5 else min(reps, 3))])


def main():
    method, op, shape, _, threads = sys.argv[1:6]
    cpu = threads == '1' and 'WALL' not in os.environ   # as in bench.h
    now = time.process_time if cpu else time.perf_counter
    solve, settings = METHODS[method]
    p, small = qpdata.load(op, shape), qpdata.make(op, 'w10')
    solve(*small, settings(*small)[0])           # imports and thread pools
    x = None

    def once():
        nonlocal x
        begin = now()
        x = solve(*p, setting)
        return now() - begin

    for setting in settings(*p):
        first = once()
        r = qpdata.kkt(*p, x)
        if r <= TOL: break
    seconds = median_time(once, first)
    if os.environ.get('QP_OUT'): x.tofile(os.environ['QP_OUT'])
    at = ((x <= p[1]) | (x >= p[2])).mean()
    shown = 0 if setting is None else np.atleast_2d(setting).sum(0).mean()   # a tolerance, or iterations of a b
    print('%.9g %.3g 0 setting=%g bound=%.2f' % (seconds, r, shown, at))


if __name__ == '__main__':
    main()
