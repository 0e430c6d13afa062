#!/usr/bin/python3
"""Interleaved peer benchmark (A B C A B C ...): one TSV row per measurement.

op shape dtype threads impl value pct_peak unit ratio spread check ratio_best peak_now
  value       GFLOP/s (blas, fma), GB/s (bandwidth) or ms (qp; of the whole batch): the unit
  pct_peak    of threads times the one-core FMA peak
  ratio       median over the rounds of time(reference)/time(impl); above 1 is faster than the reference
  spread      (max - min)/median of the rounds
  check       blas: the checksum agrees with the reference's (ok, as the reference with itself), or there is no
              reference to compare with (-); qp: the KKT residual of the x that was written, in the units of
              qpdata.kkt, which must be at most 1e-6. BUSY: another process held one of the CPUs of a case of
              several threads
  ratio_best  the same as ratio against the best other impl whose check holds
  peak_now    one-core FMA GFLOP/s (f64) just before the case: low means a slow phase of the machine
NA: the impl does not do this. FAIL, DNF: it failed, or did not finish within the limit.
"""
import argparse
import math
import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

import qpdata

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = 'op shape dtype threads impl value pct_peak unit ratio spread check ratio_best peak_now'.split()
QP_TOLERANCE = 1e-6
CHECKSUM_TOLERANCE = {'f32': 1e-3, 'f64': 1e-10}   # in norms of the checksum's terms


def table(name, columns):
    """The rows of a text file, split into so many columns; the last takes what is left."""
    with open(os.path.join(HERE, name)) as f:
        return [s.split(None, columns - 1) for s in map(str.strip, f) if s and s[0] != '#']


def is_qp(op):
    return op.endswith('qp')


def work(op, shape):
    """(amount, unit) of one call."""
    if is_qp(op): return None, 'ms'
    d = [float(x) for x in re.findall(r'[\d.e]+', shape)]
    flops = {'gemm': lambda: 2 * d[0] * d[1] * d[2],
             'syrk': lambda: d[0] * (d[0] + 1) * d[1],
             'syr2k': lambda: 2 * d[0] * (d[0] + 1) * d[1],
             'symm': lambda: 2 * d[0] ** 2 * d[1],
             'trmm': lambda: d[0] ** 2 * d[1],
             'getrf': lambda: 2 * d[0] ** 3 / 3,
             'geqrf': lambda: 2 * d[1] ** 2 * (d[0] - d[1] / 3),
             'potrf': lambda: d[0] ** 3 / 3,
             'trsm': lambda: d[0] ** 2 * d[1],
             'gemv': lambda: 2 * d[0] * d[1],
             'dot': lambda: 2 * d[0],
             'axpy': lambda: 2 * d[0],
             'fma': lambda: d[0]}
    for kind, f in flops.items():
        if op.startswith(kind): return f(), 'GFLOP/s'
    return d[0], 'GB/s'


class Runner:
    """Starts drivers, pinned to the first CPUs from `first` on."""

    def __init__(self, first, limit):
        self.first, self.limit = first, limit

    def cpus(self, threads):
        return range(self.first, self.first + threads)

    def once(self, command, op, shape, dtype, threads):
        """One process: (seconds, checksum or KKT residual, norm), or a word saying why not."""
        argv, env = shlex.split(command.format(t=threads)), dict(os.environ, OMP_NUM_THREADS=str(threads))
        while re.match(r'\w+=', argv[0]):
            key, value = argv.pop(0).split('=', 1)
            env[key] = value
        argv = ['taskset', '-c', ','.join(map(str, self.cpus(threads)))] + argv + [op, shape, dtype, str(threads)]
        with tempfile.NamedTemporaryFile() as out:
            if is_qp(op): env['QP_OUT'] = out.name
            try:
                p = subprocess.run(argv, cwd=HERE, env=env, timeout=self.limit, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                words = p.stdout.split()
                if p.returncode or not words: return 'FAIL'
                if words[0] == 'NA': return 'NA'
                if is_qp(op): return float(words[0]), qpdata.kkt_file(op, shape, out.name), 0
                return float(words[0]), float(words[1]), float(words[2])
            except (ValueError, IndexError):
                return 'FAIL'
            except subprocess.TimeoutExpired:
                return 'DNF'

    def peak(self, dtype, flops='1e10', rounds=5):
        """FMA GFLOP/s of one core."""
        got = [self.once('bin/peak', op, flops, dtype, 1) for op in ('fma256', 'fma512') for _ in range(rounds)]
        return max((float(flops) / 1e9 / g[0] for g in got if not isinstance(g, str)), default=math.nan)

    def busy(self, threads):
        """Whether any of the CPUs of a case is in use by others now."""
        def read():
            with open('/proc/stat') as f:
                rows = {w[0]: list(map(int, w[1:9])) for w in map(str.split, f) if w[0].startswith('cpu')}
            return [(sum(rows[k]), rows[k][3] + rows[k][4]) for k in ('cpu%d' % c for c in self.cpus(threads))]
        before = read()
        time.sleep(0.3)
        return any(idle1 - idle0 < 0.9 * (all1 - all0) for (all0, idle0), (all1, idle1) in zip(before, read()))

    def rounds(self, impls, op, shape, dtype, threads, n):
        """What each impl's processes of one case said, in turns. Slow ones get fewer rounds."""
        got, wall = {name: [] for name, _, _ in impls}, {}
        for r in range(n):
            for name, _, command in impls:
                failed = got[name] and isinstance(got[name][-1], str)
                if failed or r and wall[name] > (20 if r == 1 else 8): continue
                start = time.time()
                got[name].append(self.once(command, op, shape, dtype, threads))
                wall[name] = time.time() - start
        return got


def print_case(runner, impls, op, shape, dtype, threads, peak, options):
    """Measures one case and prints a row for each impl."""
    if is_qp(op): qpdata.path(op, shape)   # writes the problem, if it is new
    busy = threads > 1 and runner.busy(threads)
    now = runner.peak('f64', '1e9', 1)
    got = runner.rounds(impls, op, shape, dtype, threads, options.rounds)
    amount, unit = work(op, shape)
    reference = got.get(options.ref or impls[0][0], ['NA'])
    rows, values = [], {}
    for name, _, _ in impls:
        row = dict(op=op, shape=shape, dtype=dtype, threads=threads, impl=name, unit=unit)
        good = judge(row, got[name], reference, amount, threads * peak[dtype])
        if good: values[name] = float(row['value'])
        if busy and good is not None: row['check'] = 'BUSY'
        if good is not None: row['peak_now'] = '%.1f' % now
        rows.append(row)
    for row in rows:
        others = [v for n, v in values.items() if n != row['impl']]
        if others and row['impl'] in values:
            v = values[row['impl']]
            row['ratio_best'] = '%.3f' % (min(others) / v if unit == 'ms' else v / max(others))
        print('\t'.join(str(row.get(c, '-')) for c in COLUMNS), flush=True)


def judge(row, runs, reference, amount, peak):
    """Fills in what the runs say. Returns whether the check holds, None without a value."""
    if isinstance(runs[-1], str):
        row['value'] = runs[-1]
        return None
    seconds = [x[0] for x in runs]
    if min(seconds) <= 0 or row['unit'] == 'GFLOP/s' and amount / min(seconds) / 1e9 > 1.08 * peak:
        row['value'] = 'BAD'   # faster than the peak: the clock is wrong
        return None
    middle = statistics.median(seconds)
    value = 1e3 * middle if row['unit'] == 'ms' else amount / middle / 1e9
    row['value'] = '%.4g' % value
    row['spread'] = '%.2f' % ((max(seconds) - min(seconds)) / middle)
    if row['unit'] == 'GFLOP/s': row['pct_peak'] = '%.1f' % (100 * value / peak)
    ratios = [q[0] / p[0] for p, q in zip(runs, reference) if not isinstance(q, str)]
    if ratios: row['ratio'] = '%.3f' % statistics.median(ratios)
    if is_qp(row['op']):
        residual = max((x[1] for x in runs), key=lambda r: math.inf if math.isnan(r) else r)
        row['check'] = '%.1e' % residual
        return residual <= QP_TOLERANCE
    if isinstance(reference[0], str): return False   # nothing is compared
    error = checksum_error(runs[0], reference[0])
    good = error < CHECKSUM_TOLERANCE[row['dtype']]
    row['check'] = 'ok' if good else 'DIFFERS %.1e' % error
    return good


def checksum_error(run, reference):
    """The difference of the checksums in norms of the reference's terms."""
    difference = abs(run[1] - reference[1])
    if reference[2]: return difference / reference[2]
    return 0 if difference == 0 else math.inf


def cpu_name():
    with open('/proc/cpuinfo') as f:
        return next((s.split(':', 1)[1].strip() for s in f if s.startswith('model name')), 'unknown')


def parse():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('-c', dest='cases', default='cases.txt', help='the cases')
    a.add_argument('-g', dest='groups', default='peak,blas,qp,batch', help='groups of them')
    a.add_argument('-m', dest='match', default='', help='regular expression that "op shape" must match')
    a.add_argument('-t', dest='threads', default='1', help='numbers of threads')
    a.add_argument('-d', dest='dtypes', default='f32,f64')
    a.add_argument('-i', dest='impls', default='', help='impls (default: all of impls.txt and -x)')
    a.add_argument('-x', dest='extra', action='append', default=[], help="one more: 'name group command'")
    a.add_argument('-r', dest='rounds', type=int, default=3, help='rounds; each process repeats within (REPS, 7)')
    a.add_argument('--ref', default='', help='reference impl for ratio (default: the first)')
    a.add_argument('--limit', type=float, default=150, help='seconds for one process')
    a.add_argument('--peaks', default='', help='f32,f64 GFLOP/s of one core (default: measured now)')
    a.add_argument('--cpu', type=int, default=0, help='the first CPU to run on')
    return a.parse_args()


def main():
    o = parse()
    runner = Runner(o.cpu, o.limit)
    impls = table('impls.txt', 3) + [s.split(None, 2) for s in o.extra]
    unknown = {o.ref, *o.impls.split(',')} - {'', *(x[0] for x in impls)}
    if unknown: sys.exit('run.py: no impl is called %s' % ', '.join(sorted(unknown)))
    if o.impls: impls = [x for name in o.impls.split(',') for x in impls if x[0] == name]
    peak = dict(zip(('f32', 'f64'), map(float, o.peaks.split(',')))) if o.peaks else \
        {d: runner.peak(d) for d in ('f32', 'f64')}
    print('# cpu: ' + cpu_name())
    print('# one-core FMA peak, GFLOP/s: ' + ' '.join('%s %.1f' % x for x in peak.items()))
    print('\t'.join(COLUMNS), flush=True)
    for group, ops, shapes, dtypes in table(o.cases, 4):
        if group not in o.groups.split(','): continue
        chosen = [x for x in impls if group in x[1].split(',')]
        for threads in map(int, o.threads.split(',')):
            for op in ops.split(','):
                for shape in shapes.split(','):
                    for dtype in dtypes.split(','):
                        if dtype not in o.dtypes.split(',') or not re.search(o.match, op + ' ' + shape): continue
                        if group == 'peak' and threads > 1 or not chosen: continue
                        print_case(runner, chosen, op, shape, dtype, threads, peak, o)


if __name__ == '__main__':
    main()
