#!/usr/bin/python3
"""ridge, CVXOPT and, where build.sh has found it, OSQP on a folder of quadratic programs, in turns: the table of docs/qp-maros.md.

maros.py FOLDER [PATTERN]     FOLDER has NAME.qp or NAME.qp.gz, in the format of package internal/qpfile

One thread, CPU time from the matrices in memory to the answer, the median of three rounds. CVXOPT gets sparse matrices and dense
ones, and another solver of its linear systems where it refuses rows that depend on each other; the fastest of those that end
well counts, or else the fastest. Its tolerances are ours, 1e-9. OSQP's are absolute and relative, and it polishes; after a second
it is stopped.
"""
import glob, gzip, math, os, re, statistics, subprocess, sys, tempfile, time
os.environ.update(OPENBLAS_NUM_THREADS='1', OMP_NUM_THREADS='1')
import numpy as np
from cvxopt import matrix, solvers, spmatrix

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 3
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
        return (spmatrix([v for _, _, v in at], [k for k, _, _ in at], [j for _, j, _ in at], (len(rows), self.n), 'd'),
                matrix([b for _, _, b in rows], (len(rows), 1), 'd'))

    def forms(self):
        """The ways to call CVXOPT."""
        dense = lambda pair: (matrix(pair[0]), pair[1])
        return [(self.p, self.less, self.equal, None), (matrix(self.p), dense(self.less), dense(self.equal), None),
                (self.p, self.less, self.equal, 'ldl')]


def cvxopt(p, less, equal, system):
    """(status, seconds)"""
    arguments = [p[0], p[1]] + list(less) + (list(equal) if equal[0].size[0] else [])
    start = time.process_time()
    try:
        status = solvers.qp(*arguments, **({'kktsolver': system} if system else {}))['status']
        status = 'optimal' if status == 'optimal' else 'stopped short'
    except (ArithmeticError, ValueError):
        status = 'failed'
    return status, time.process_time() - start


def ridge(file):
    out = subprocess.run([os.path.join(HERE, 'bin', 'ridge'), 'qp', file, 'f64', '1'], env=dict(os.environ, REPS='3'), text=True,
                         stdout=subprocess.PIPE, check=True).stdout.split()
    return float(out[0]), out[1:]


def osqp(p):
    """(status, seconds), or None without OSQP"""
    driver = os.path.join(HERE, 'bin', 'osqp')
    if not os.path.exists(driver): return None
    with tempfile.NamedTemporaryFile('w', suffix='.qp') as f:
        f.write(p.text)
        f.flush()
        done = subprocess.run([driver, f.name, '3'], text=True, stdout=subprocess.PIPE)
    if done.returncode: return 'failed', math.nan
    said = done.stdout.split('result ')[1].split()
    return said[1], float(said[0])


def measure(p):
    ours, theirs, said = [], {}, None
    forms = p.forms()
    q = matrix(p.q, (p.n, 1), 'd')
    for r in range(ROUNDS):
        seconds, said = ridge(p.file)
        ours.append(seconds)
        for k, (h, less, equal, system) in enumerate(forms):
            if system and not (r == 0 and theirs and all(t[0][0] == 'failed' for t in theirs.values()) or k in theirs): continue
            if r and theirs[k][0][1] > 1: continue      # once is enough
            theirs.setdefault(k, []).append(cvxopt((h, q), less, equal, system))
    status, seconds = min(((t[0][0], statistics.median(s for _, s in t)) for t in theirs.values()), key=lambda t: (FIRST[t[0]], t[1]))
    return statistics.median(ours), said, status, seconds, osqp(p)


def main():
    solvers.options.update(show_progress=False, abstol=1e-9, reltol=1e-9, feastol=1e-9, maxiters=200)
    files = [f for f in sorted(glob.glob(os.path.join(sys.argv[1], '*.qp*'))) if re.search(''.join(sys.argv[2:3]), os.path.basename(f))]
    print('| problem | n | rows | ridge, ms | CVXOPT, ms | ratio | OSQP, ms | primal | dual | gap |\n|---|---|---|---|---|---|---|---|---|---|')
    ratios, sums, ended, split = [], [0, 0], [], []
    for f in files:
        p = Problem(f)
        ours, said, status, theirs, other = measure(p)
        ratios.append(theirs / ours)
        sums[0], sums[1] = sums[0] + ours, sums[1] + theirs
        if status == 'optimal': ended.append(theirs / ours)
        note = '' if status == 'optimal' else ' (%s)' % status
        if said[0] != 'optimal': said[1] += ' (%s)' % said[0]
        column = '' if other is None else '%.3g' % (1e3 * other[1]) if other[0] == 'optimal' else other[0]
        if column and other[0] == 'optimal': split.append(other[1] / ours)
        print('| %s | %d | %d | %.3g | %.4g%s | %.2f | %s | %s | %s | %s |' % (p.name, p.n, p.m, 1e3 * ours, 1e3 * theirs, note, theirs / ours, column, *said[1:4]), flush=True)
    mean = lambda v: math.exp(sum(map(math.log, v)) / len(v))
    print('\nGeometric mean of the ratios %.2f, %.2f where CVXOPT ended well (%d); the smallest there is %.2f. In total %.2f s and %.2f s.' %
          (mean(ratios), mean(ended), len(ended), min(ended), *sums))
    if split: print('OSQP ends well on %d of %d and takes %.2f times as long there, in the geometric mean.' % (len(split), len(ratios), mean(split)))


if __name__ == '__main__':
    main()
