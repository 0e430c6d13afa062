#!/usr/bin/python3
"""Rivals: bcd and the gradient methods, searched alike. docs/rivals.md has what came of it.

  rivals.py data DIR                writes the samples below DIR: RIDGE_MNIST, RIDGE_FASHION (four IDX files, plain, .gz or .xz)
                                    and RIDGE_TABLES name the folders that they come from; what is not there is left out
  rivals.py run DIR TRAIN [ROW..]   searches, with the program TRAIN. -m: methods, -j: processes, -u HH:MM: begins nothing later
  rivals.py page RUNS..             the tables of docs/rivals.md, of such files
  rivals.py times DIR TRAIN RUNS [ROW..]
                                    seconds until bcd has the final errors that the rivals have in RUNS, in its usual training and in shorter ones, and
                                    those of the rivals. -m: rivals, -w: numbers of workers, -r: rounds. Nothing else should run
  rivals.py splits DIR TRAIN RUNS [ROW..]
                                    trains with the choices in RUNS on other samples: images on each block of 10,000 of all 70,000, tables after
                                    ten other shuffles. All samples that are left judge. Its lines are for page. -m, -j and -u as above

On each row, a network and a data set, every method goes the same way:
  1  12 settings, the defaults and 11 of a Latin hypercube, for half of the epochs, on one fold (small tables: on three)
  2  8 more: the best two of these with one or two numbers changed, beyond the ends of the grid, too
  3  the best of these 20 in full on six folds with three seeds each, with all images on three folds. The lowest mean error is the choice
  4  the choice on all training samples, with some seeds. Here alone the test error is read, that of the last epoch
  5  the same with as many epochs as take the processor time of bcd
"bcd-default" is bcd without a flag; it has steps 3 and 4 alone. A row with settings of another one has step 4 alone, after steps 1 to 3 of
that one, as far as they have not run. A row near another one, with all images, begins with the choice of that one, the defaults and 6
neighbours of these, has 4 more in step 2, and no step 5.
What has run is a line of DIR/runs.jsonl, and is not run again: the same command continues. The same settings come up whenever it runs.
One thread a training.
"""
import argparse, collections, json, os, subprocess, sys, threading, time

import rivals_data
import rivals_page
import rivals_splits
import rivals_times
from rivals_space import METHODS, around, arguments, first_round, second_round

Row = collections.namedtuple('Row', 'name net data epochs seeds folds keep take near judges', defaults=(None, None, (6, 3)))
TEN = ','.join(['100'] * 10)
ROWS = [  # judges: how many folds and seeds the third step has
    Row('mnist 300-300', '300,300', 'mnist', 10, 3, 1, 2),
    Row('mnist 500-500', '500,500', 'mnist', 10, 3, 1, 2, 'mnist 300-300'),
    Row('mnist 10x100', TEN, 'mnist', 12, 5, 1, 2),
    Row('fashion 100-100', '100,100', 'fashion', 12, 5, 1, 3),
    Row('letter 100-100', '100,100', 'letter', 20, 5, 1, 3),
    Row('phoneme 100-100', '100,100', 'phoneme', 30, 5, 3, 3),
    Row('segment 100-100', '100,100', 'segment', 40, 5, 3, 3),
    Row('adult 100-100', '100,100', 'adult', 12, 5, 1, 3),
    Row('mnist 300', '300', 'mnist', 10, 5, 1, 3),
    Row('mnist-all 300', '300', 'mnist-all', 16, 3, 1, 2, near='mnist 300', judges=(3, 1)),
    Row('mnist-all 500-500', '500,500', 'mnist-all', 16, 3, 1, 2, near='mnist 300-300', judges=(3, 1)),
    Row('mnist-all 10x100', TEN, 'mnist-all', 16, 3, 1, 2, near='mnist 10x100', judges=(3, 1)),
    Row('fashion-all 100-100', '100,100', 'fashion-all', 16, 3, 1, 2, near='fashion 100-100', judges=(3, 1)),
]
FOLDS = ['fold%d' % k for k in range(1, 7)]
Job = collections.namedtuple('Job', 'row method stage settings fold seed epochs')
KEYS = ('row', 'method', 'stage', 'settings', 'fold', 'seed', 'epochs')


def key(line): return json.dumps([line[k] for k in KEYS], sort_keys=True)


def text(settings): return json.dumps(settings, sort_keys=True)


class Runner:
    """Trains, and keeps what came of it in runs.jsonl."""

    def __init__(self, folder, train, processes, until):
        self.folder, self.train, self.until = folder, train, until
        self.path = os.path.join(folder, 'runs.jsonl')
        self.gate, self.lock = threading.Semaphore(processes), threading.Lock()
        self.lines = {key(l): l for l in read([self.path])} if os.path.exists(self.path) else {}

    def late(self): return self.until is not None and time.time() >= self.until

    def all(self, jobs):
        """The lines of the jobs, or None if there was no time for some of them."""
        results = [None] * len(jobs)

        def one(i):
            with self.gate:
                results[i] = self.one(jobs[i])
        threads = [threading.Thread(target=one, args=(i,)) for i in range(len(jobs))]
        for t in threads: t.start()
        for t in threads: t.join()
        return None if None in results else results

    def one(self, job):
        line = job._asdict() | {'row': job.row.name}
        if key(line) in self.lines: return self.lines[key(line)]
        if self.late(): return None
        data, samples = rivals_data.flags(self.folder, job.row.data, job.fold)
        out = os.path.join(self.folder, 'out-%d.json' % threading.get_ident())
        args = [self.train] + data + ['--net', job.row.net, '--epochs', str(job.epochs), '--seed', str(job.seed), '--workers', '1', '--json', out]
        args += arguments(job.method, job.row, job.settings, samples)
        status, said, cpu = timed(args)
        if status == 0:
            with open(out) as f: o = json.load(f)
            line |= {'error': o['test_error'], 'seconds': round(o['trace'][-1]['seconds'], 4), 'cpu': round(cpu, 3), 'train_error': o['train_error'],
                     'loss': o['trace'][-1]['forward_loss'], 'held': o['test_samples'], 'samples': o['train_samples']}
            os.remove(out)
        elif 'learning rate' in said or 'objective is' in said:  # the advice where a training diverges
            line |= {'error': 1.0, 'seconds': None, 'failed': said.strip()[-300:]}
        else:
            print(' '.join(args), said.strip()[-300:], sep='\n', file=sys.stderr)
            return None
        with self.lock:
            self.lines[key(line)] = line
            with open(self.path, 'a') as f: f.write(json.dumps(line) + '\n')
        return line


def timed(args):
    """Status, standard error and processor seconds, which other load hardly stretches, of a program."""
    p = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=dict(os.environ, GOMAXPROCS='1'))
    said = p.stderr.read()
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    return p.returncode, said, usage.ru_utime + usage.ru_stime


def ranked(lines):
    """The settings, that of the lowest mean error first, and then of the lowest loss."""
    by = collections.defaultdict(list)
    for l in lines: by[text(l['settings'])].append(l)
    def mean(ls, k): return round(sum(l.get(k, 9e9) for l in ls) / len(ls), 9)
    return [json.loads(s) for s in sorted(by, key=lambda s: (mean(by[s], 'error'), mean(by[s], 'loss'), s))]


def search(runner, row, method, choices):
    """Steps 1 to 3: the choice, or None if time was up."""
    def jobs(stage, settings, folds, epochs, seeds=1):
        return [Job(row, method, stage, s, f, seed + 1, epochs) for seed in range(seeds) for s in settings for f in folds]
    best = [None]
    if method != 'bcd-default':
        half, folds = max(1, row.epochs // 2), FOLDS[:row.folds]
        first = beginning(runner, row, method, choices)
        lines = first and runner.all(jobs('1', first, folds, half))
        if not lines: return None
        more = runner.all(jobs('2', second_round(method, row, ranked(lines)), folds, half))
        if more is None: return None
        best = ranked(lines + more)[:row.keep]
    folds, seeds = row.judges
    lines = runner.all(jobs('3', best, FOLDS[:folds], row.epochs, seeds))
    return lines and {'settings': ranked(lines)[0]}


def beginning(runner, row, method, choices):
    """The settings of step 1, or None if there was no time for those that they are near to."""
    if not row.near: return first_round(method, row)
    had = [l for l in runner.lines.values() if (l['row'], l['method'], l['stage']) == (row.near, method, 'final')]
    choice = had[0] if had else chosen(runner, named(row.near), method, choices)
    return choice and around(method, row, choice['settings'])


def named(name): return next(r for r in ROWS if r.name == name)


def final(runner, row, method, stage, settings, epochs):
    return runner.all([Job(row, method, stage, settings, 'final', seed, epochs) for seed in range(1, row.seeds + 1)])


def chosen(runner, row, method, choices):
    """Steps 1 to 3 of a method on the row, or on the one whose settings it takes, once: the choice, or None if time was up."""
    if row.take: row = named(row.take)
    if (row.name, method) not in choices: choices[row.name, method] = search(runner, row, method, choices)
    return choices[row.name, method]


def course(runner, row, method, choices):
    """Steps 1 to 4 of a method; its mean seconds."""
    choice = chosen(runner, row, method, choices)
    if choice is None: return None
    lines = final(runner, row, method, 'final', choice['settings'], row.epochs)
    if lines is None: return None
    return rivals_page.seconds(lines)


def end(clock):
    """The next time the clock shows HH:MM, None if there is no end."""
    if not clock: return None
    now = time.localtime()
    today = time.mktime(now[:3] + tuple(int(x) for x in clock.split(':')) + (0,) + now[6:])
    return today if today > time.time() else today + 24 * 3600


def run(a):
    runner, choices = Runner(a.dir, a.train, a.j, end(a.u)), {}
    methods = a.m.split(',') if a.m else METHODS
    for row in ROWS:
        if a.rows and row.name not in a.rows or rivals_data.missing(a.dir, row.data): continue
        seconds = {m: course(runner, row, m, choices) for m in methods}
        if row.take or row.near or not seconds.get('bcd'): continue
        for m in methods:
            if not m.startswith('bcd') and seconds[m]:
                epochs = max(1, min(40 * row.epochs, round(row.epochs * seconds['bcd'] / seconds[m])))
                final(runner, row, m, 'equal', choices[row.name, m]['settings'], epochs)
    if runner.late(): print('time is up; the same command continues', file=sys.stderr)


def splits(a):
    rows = [r for r in ROWS if r.name in a.rows or not a.rows and not r.near]
    rivals_splits.run(Runner(a.dir, a.train, a.j, end(a.u)), rows, a.m.split(',') if a.m else METHODS, read([a.runs]), Job)


def times(a):
    rivals = a.m.split(',') if a.m else [m for m in METHODS if not m.startswith('bcd')]
    rows = [r for r in ROWS if not a.rows or r.name in a.rows]
    rivals_times.measure(a.train, a.dir, rows, rivals, [int(w) for w in a.w.split(',')], a.r, read([a.runs]))


def read(paths):
    lines = []
    for p in paths:
        with rivals_data.opened(p) as f: lines += [json.loads(l) for l in f]
    return lines


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = p.add_subparsers(required=True, dest='command')
    c = commands.add_parser('data'); c.add_argument('dir')
    c = commands.add_parser('run'); c.add_argument('dir'); c.add_argument('train'); c.add_argument('rows', nargs='*')
    c.add_argument('-m'); c.add_argument('-j', type=int, default=1); c.add_argument('-u')
    c = commands.add_parser('page'); c.add_argument('runs', nargs='+')
    c = commands.add_parser('times'); c.add_argument('dir'); c.add_argument('train'); c.add_argument('runs'); c.add_argument('rows', nargs='*')
    c.add_argument('-m'); c.add_argument('-w', default='1'); c.add_argument('-r', type=int, default=1)
    c = commands.add_parser('splits'); c.add_argument('dir'); c.add_argument('train'); c.add_argument('runs'); c.add_argument('rows', nargs='*')
    c.add_argument('-m'); c.add_argument('-j', type=int, default=1); c.add_argument('-u')
    a = p.parse_args()
    if a.command == 'data': rivals_data.write(a.dir)
    elif a.command == 'run': run(a)
    elif a.command == 'times': times(a)
    elif a.command == 'splits': splits(a)
    else:
        lines = read(a.runs)
        print(rivals_page.page(ROWS, METHODS, lines), rivals_splits.page(ROWS, METHODS, lines), sep='\n')


if __name__ == '__main__': main()
