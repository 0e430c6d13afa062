#!/usr/bin/python3
"""ridge, CVXOPT and, where build.sh has found it, OSQP on quadratic programs: the table of docs/qp-maros.md.

maros.py FOLDER [PATTERN]     FOLDER has NAME.qp or NAME.qp.gz, in the format of package internal/qpfile

One thread, CPU time from the matrices in memory to the answer. The solvers take turns, three rounds, of which the
median counts; in each they warm up, and repeat. CVXOPT gets sparse matrices and dense ones, and another solver of its
linear systems where it refuses rows that depend on each other; the fastest of those that end well counts, or else the
fastest. Its tolerances are ours, 1e-9. OSQP's are absolute and relative, and it polishes; after a second it is stopped.
"""
import glob, gzip, math, os, re, statistics, subprocess, sys, tempfile, time
os.environ.update(OPENBLAS_NUM_THREADS='1', OMP_NUM_THREADS='1')
import numpy as np
from cvxopt import matrix, solvers, spmatrix

HERE = os.path.dirname(os.path.abspath(__file__))
OSQP = os.path.join(HERE, 'bin', 'osqp')
ROUNDS = 3
REPS = 3   # within a round
FIRST = {'optimal': 0, 'stopped short': 1, 'failed': 2}


class Problem:
    def __init__(self, name):
        with (gzip.open if name.endswith('.gz') else open)(name, 'rt') as f: self.text = f.read()
        words = iter(self.text.split())
        self.file, self.name = name, next(words)
        n, m, p, a = (int(next(words)) for _ in range(4))
        next(words)
        triples = lambda k: [(int(next(words)), int(next(words)), float(next(words))) for _ in range(k)]
        numbers = lambda k: [float(next(words)) for _ in range(k)]
        upper, self.q, rows, lower, above = triples(p), numbers(n), triples(a), numbers(m), numbers(m)
        self.n, self.m = n, m
        self.p = spmatrix([v for _, _, v in upper], [j for _, j, _ in upper], [i for i, _, _ in upper], (n, n), 'd')
        by = [[] for _ in range(m)]
        for i, j, v in rows: by[i].append((j, v))
        equal, less = [], []
        for i in range(m):
            if lower[i] == above[i]: equal.append((by[i], 1, above[i]))
            else:
                if math.isfinite(above[i]): less.append((by[i], 1, above[i]))
                if math.isfinite(lower[i]): less.append((by[i], -1, -lower[i]))
        self.equal, self.less = self.stack(equal), self.stack(less)

    def stack(self, rows):
        at = [(k, j, s * v) for k, (row, s, _) in enumerate(rows) for j, v in row]
        return (spmatrix([v for _, _, v in at], [k for k, _, _ in at], [j for _, j, _ in at], (len(rows), self.n),
                         'd'),
                matrix([b for _, _, b in rows], (len(rows), 1), 'd'))

    def forms(self):
        """The ways to call CVXOPT."""
        dense = lambda pair: (matrix(pair[0]), pair[1])
        return [(self.p, self.less, self.equal, None), (matrix(self.p), dense(self.less), dense(self.equal), None),
                (self.p, self.less, self.equal, 'ldl')]


def cvxopt(p, less, equal, system):
    """(status, seconds), the median after a warm-up as that of ../timing.go"""
    status, seconds = once(p, less, equal, system)
    spent = seconds
    while spent < 0.02 and seconds < 0.3:
        spent += once(p, less, equal, system)[1]
    if seconds < 0.3: seconds = statistics.median(once(p, less, equal, system)[1] for _ in range(REPS))
    return status, seconds


def once(p, less, equal, system):
    """(status, seconds) of one call of CVXOPT"""
    arguments = [p[0], p[1]] + list(less) + (list(equal) if equal[0].size[0] else [])
    start = time.process_time()
    try:
        status = solvers.qp(*arguments, **({'kktsolver': system} if system else {}))['status']
        status = 'optimal' if status == 'optimal' else 'stopped short'
    except (ArithmeticError, ValueError):
        status = 'failed'
    return status, time.process_time() - start


def ridge(file):
    done = subprocess.run([os.path.join(HERE, 'bin', 'ridge'), 'qp', file, 'f64', '1'], text=True, check=True,
                          env=dict(os.environ, REPS=str(REPS)), stdout=subprocess.PIPE)
    out = done.stdout.split()
    return float(out[0]), out[1:]


def osqp(file):
    """(status, seconds)"""
    done = subprocess.run([OSQP, file, str(REPS)], text=True, stdout=subprocess.PIPE)
    if done.returncode: return 'failed', math.nan
    said = done.stdout.split('result ')[1].split()
    return said[1], float(said[0])


def measure(p):
    """Seconds of ridge and what it says, (status, seconds) of CVXOPT, and of OSQP, or None where that is missing."""
    ours, theirs, others, said = [], {}, [], None
    with tempfile.NamedTemporaryFile('w', suffix='.qp') as unpacked:
        unpacked.write(p.text)
        unpacked.flush()
        for _ in range(ROUNDS):
            seconds, said = ridge(p.file)
            ours.append(seconds)
            turn_of_cvxopt(p, theirs)
            if os.path.exists(OSQP): others.append(osqp(unpacked.name))
    best = min((middle(t) for t in theirs.values()), key=lambda t: (FIRST[t[0]], t[1]))
    return statistics.median(ours), said, best, middle(others) if others else None


def turn_of_cvxopt(p, theirs):
    """Adds a (status, seconds) to those of each form of the problem that needs another."""
    q = matrix(p.q, (p.n, 1), 'd')
    for k, (h, less, equal, system) in enumerate(p.forms()):
        if k not in theirs and system and any(t[0][0] != 'failed' for t in theirs.values()): continue
        if k in theirs and theirs[k][0][1] > 1: continue      # once is enough
        theirs.setdefault(k, []).append(cvxopt((h, q), less, equal, system))


def middle(runs):
    """(status, median seconds) of runs"""
    return runs[0][0], statistics.median(seconds for _, seconds in runs)


def row(p, ours, said, peer, other):
    """A line of the table."""
    columns = [p.name, p.n, p.m, '%.3g' % (1e3 * ours), '%.4g' % (1e3 * peer[1]), '%.2f' % (peer[1] / ours)]
    if peer[0] != 'optimal': columns[4] += ' (%s)' % peer[0]
    if other: columns.append('%.3g' % (1e3 * other[1]) if other[0] == 'optimal' else other[0])
    primal = said[1] if said[0] == 'optimal' else '%s (%s)' % (said[1], said[0])
    return '| %s |' % ' | '.join(map(str, columns + [primal] + said[2:4]))


def geometric_mean(v):
    return math.exp(sum(map(math.log, v)) / len(v)) if v else math.nan


def main():
    solvers.options.update(show_progress=False, abstol=1e-9, reltol=1e-9, feastol=1e-9, maxiters=200)
    files = [f for f in sorted(glob.glob(os.path.join(sys.argv[1], '*.qp*')))
             if re.search(''.join(sys.argv[2:3]), os.path.basename(f))]
    if not files: sys.exit('maros.py: no such problem in %s' % sys.argv[1])
    column = ' OSQP, ms |' if os.path.exists(OSQP) else ''
    print('| problem | n | rows | ridge, ms | CVXOPT, ms | ratio |%s primal | dual | gap |' % column)
    print('|' + '---|' * (10 if column else 9))
    ratios, sums, ended, split = [], [0, 0], [], []
    for f in files:
        p = Problem(f)
        ours, said, peer, other = measure(p)
        print(row(p, ours, said, peer, other), flush=True)
        ratios.append(peer[1] / ours)
        sums[0], sums[1] = sums[0] + ours, sums[1] + peer[1]
        if peer[0] == 'optimal': ended.append(peer[1] / ours)
        if other and other[0] == 'optimal': split.append(other[1] / ours)
    print('\nGeometric mean of the ratios %.2f, %.2f where CVXOPT ended well (%d); the smallest there is %.2f. '
          'In total %.2f s and %.2f s.' %
          (geometric_mean(ratios), geometric_mean(ended), len(ended), min(ended, default=math.nan), *sums))
    if split:
        print('OSQP ends well on %d of %d and takes %.2f times as long there, in the geometric mean.' %
              (len(split), len(ratios), geometric_mean(split)))


if __name__ == '__main__':
    main()
