#!/usr/bin/python3
"""Tables: train with its defaults beside scikit-learn, test errors over five seeds.

  tables.py split TABLES DIR        writes DIR/SET.SEED.train.csv and .test.csv
  tables.py run DIR METHOD [SET..]  METHOD: a name of PEERS, or the path of the program train
  tables.py page DIR                the tables of docs/tables.md, on standard output; ranks and means are those of the
                                    sets on which all methods have run
  tables.py seeds DIR TRAIN COUNT TIMES [SET..]
                                    trains with the seeds 1 to COUNT and TIMES the usual epochs, on the split of seed 1
  tables.py spread DIR              the table of that
  tables.py longer DIR TRAIN TIMES [SET..]
                                    trains for TIMES the usual epochs on all splits, after run DIR TRAIN
  tables.py lengths DIR             the table of that

What has run is in DIR/results.tsv, DIR/seeds.tsv and DIR/longer.tsv, and is not run again; SEED=3 in the environment runs that seed alone,
and BUDGET=300 ends the search of mlp-tuned on a set after so many seconds of CPU. A test part is read once, by the final
network of a method and seed. One thread each.
"""
import csv, gzip, json, os, re, subprocess, sys, time, warnings
for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'GOMAXPROCS'): os.environ.setdefault(name, '1')
import numpy as np

SEEDS = range(1, 6)
ONLY = os.environ.get('SEED')
MISSING = {'', '?', 'NA', 'NaN', 'nan'}
# file, column of the target, and what it is: classes, or numbers to predict
FILES = {
    'letter': ('letter.csv.gz', 0, 'classes'), 'vowel': ('vowel.csv', -1, 'classes'),
    'vehicle': ('vehicle.csv', -1, 'classes'), 'segment': ('segment.csv.gz', -1, 'classes'),
    'phoneme': ('phoneme.csv.gz', -1, 'classes'), 'mammography': ('mammography.csv.gz', -1, 'classes'),
    'german': ('german.csv', -1, 'classes'), 'horse-colic': ('horse-colic.csv', 23, 'classes'),
    'wine': ('wine.csv', -1, 'classes'), 'banknote': ('banknote.csv', -1, 'classes'),
    'penguins': ('penguins.csv', 0, 'classes'), 'heart': ('heart_scale.libsvm', -1, 'classes'),
    'winequality': ('winequality-white.csv', -1, 'classes'), 'adult': ('adult-train.csv.gz', -1, 'classes'),
    'abalone': ('abalone.csv', -1, 'regression'), 'winequality-r': ('winequality-white.csv', -1, 'regression'),
}
MADE = ('xor', 'checkerboard', 'spirals', 'moons', 'rings', 'onecolumn', 'friedman', 'sine')
HEADERS = {'letter', 'vowel', 'vehicle', 'segment', 'penguins'}
SETS = list(FILES) + list(MADE)


def task(name): return FILES[name][2] if name in FILES else 'regression' if name in ('friedman', 'sine') else 'classes'


def read(path):
    with (gzip.open if path.endswith('.gz') else open)(path, 'rt', encoding='utf-8-sig') as f:
        if 'libsvm' not in path:
            return [[c.strip().strip("'") for c in r] for r in csv.reader(f, skipinitialspace=True) if r]
        rows = []
        for line in f:
            label, *values = line.split()
            row = ['0'] * 13 + [label]
            for v in values:
                i, x = v.split(':')
                row[int(i) - 1] = x
            rows.append(row)
        return rows


def make(name, n=2000):
    r = np.random.default_rng(1)
    u = r.uniform(-1, 1, (n, 10))
    t = np.pi * np.sqrt(r.random(n)) * 3
    half = np.arange(n) % 2
    if name == 'xor': x, y = u[:, :2], (u[:, 0] > 0) ^ (u[:, 1] > 0)
    if name == 'checkerboard': x, y = u[:, :2], np.floor(2 * u[:, :2] + 2).sum(1) % 2
    if name == 'spirals': x, y = (1 - 2 * half)[:, None] * np.c_[t * np.cos(t), t * np.sin(t)] + .3 * r.standard_normal((n, 2)), half
    if name == 'moons':
        a = np.pi * r.random(n)
        x, y = np.c_[np.where(half, 1 - np.cos(a), np.cos(a)), np.where(half, .5 - np.sin(a), np.sin(a))] + .15 * r.standard_normal((n, 2)), half
    if name == 'rings': x, y = np.where(half, .6, 1)[:, None] * np.c_[np.cos(t * 9), np.sin(t * 9)] + .08 * r.standard_normal((n, 2)), half
    if name == 'onecolumn': x, y = u[:, :1], np.sin(6 * u[:, 0]) > 0
    if name == 'friedman':
        v = (u + 1) / 2
        x, y = v, 10 * np.sin(np.pi * v[:, 0] * v[:, 1]) + 20 * (v[:, 2] - .5)**2 + 10 * v[:, 3] + 5 * v[:, 4] + r.standard_normal(n)
    if name == 'sine': x, y = u[:, :1], np.sin(6 * u[:, 0]) + .1 * r.standard_normal(n)
    label = (lambda v: '%.5f' % v) if task(name) == 'regression' else (lambda v: 'ab'[int(v)])
    return [['%.6g' % v for v in row] + [label(v)] for row, v in zip(x, y)]


def split(tables, out):
    os.makedirs(out, exist_ok=True)
    for name in SETS:
        head = None
        if name in FILES:
            file, at, _ = FILES[name]
            rows = read(os.path.join(tables, file))
            if name in HEADERS: head, rows = rows[0], rows[1:]
            for r in ([head] if head else []) + rows: r.append(r.pop(at))  # the target comes last
        else:
            rows = make(name)
        for seed in SEEDS:
            if name == 'letter': train, test = rows[:16000], rows[16000:]
            elif name == 'adult': train, test = rows, [r[:-1] + [r[-1].rstrip('.')] for r in read(os.path.join(tables, 'adult-test.csv.gz'))]
            else:
                order = np.random.default_rng(seed).permutation(len(rows))
                if task(name) == 'classes': order = stratified(order, [r[-1] for r in rows])
                cut = len(rows) // 5
                test, train = [rows[i] for i in order[:cut]], [rows[i] for i in order[cut:]]
            for part, content in (('train', train), ('test', test)):
                with open('%s/%s.%d.%s.csv' % (out, name, seed, part), 'w', newline='') as f:
                    csv.writer(f).writerows(([head] if head else []) + content)


def stratified(order, labels):
    """The order with its first fifth in the proportions of the classes."""
    place, count = {}, {}
    for i in order:
        count[labels[i]] = count.get(labels[i], 0) + 1
        place[i] = count[labels[i]]
    return sorted(order, key=lambda i: (place[i] - .5) / count[labels[i]])


class Encoder:
    """Standardized numbers, means and an indicator for gaps, one column for each level of a text."""
    def fit(self, rows):
        self.columns = []
        for j in range(len(rows[0]) - 1):
            values = [r[j] for r in rows if r[j] not in MISSING]
            try: x = np.array([float(v) for v in values])
            except ValueError: self.columns.append(sorted(set(values))); continue
            self.columns.append((x.mean(), x.std() or 1, len(x) < len(rows)))
        return self

    def __call__(self, rows):
        x = []
        for j, c in enumerate(self.columns):
            v = [r[j] for r in rows]
            if isinstance(c, list): x += [[float(a == level) for a in v] for level in c]; continue
            x.append([0. if a in MISSING else (float(a) - c[0]) / c[1] for a in v])
            if c[2]: x.append([float(a in MISSING) for a in v])
        return np.array(x).T


def load(out, name, seed):
    head = 1 if name in HEADERS else 0
    parts = [list(csv.reader(open('%s/%s.%d.%s.csv' % (out, name, seed, p))))[head:] for p in ('train', 'test')]
    encode = Encoder().fit(parts[0])
    kind = float if task(name) == 'regression' else str
    return [(encode(p), np.array([kind(r[-1]) for r in p])) for p in parts]


def mlp(regression, seed, **o):
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    model = (MLPRegressor if regression else MLPClassifier)(random_state=seed, **o)
    return Scaled(model) if regression else model


class Scaled:
    """A regression of standardized targets."""
    def __init__(self, model): self.model = model
    def fit(self, x, y):
        self.mean, self.std = y.mean(), y.std()
        self.model.fit(x, (y - self.mean) / self.std)
        return self
    def predict(self, x): return self.mean + self.std * self.model.predict(x)


def linear(regression, seed):
    from sklearn.linear_model import LogisticRegression, Ridge
    return Ridge() if regression else LogisticRegression(max_iter=2000)


def boosting(regression, seed):
    from sklearn.ensemble import HistGradientBoostingClassifier as C, HistGradientBoostingRegressor as R
    return (R if regression else C)(random_state=seed)


TRIALS, FOLDS, BUDGET = 20, 3, float(os.environ.get('BUDGET', 900))  # seconds of CPU for the search of a set


def settings(r):
    """A random setting of the MLP; all of them are drawn, whatever they are used for, so that the trials are the same."""
    pick = lambda *of: of[r.integers(len(of))]
    return dict(hidden_layer_sizes=pick((50,), (100,), (300,), (100, 100), (300, 100)), activation=pick('relu', 'tanh'), alpha=10**r.uniform(-6, 0),
                learning_rate_init=10**r.uniform(-3.5, -1.5), batch_size=pick(32, 64, 200), max_iter=pick(100, 200, 400))


def tuned(out, name, regression, seed):
    """The best of random settings by cross-validation on the training part of the first split; finished trials are kept in a file."""
    path = '%s/%s.tuned.jsonl' % (out, name)
    done = [json.loads(line) for line in open(path)] if os.path.exists(path) else []
    r, spent = np.random.default_rng(0), sum(t['seconds'] for t in done)
    drawn = [settings(r) for _ in range(TRIALS)]
    if len(done) < TRIALS and spent < BUDGET: (x, y), _ = load(out, name, 1)
    while len(done) < TRIALS and spent < BUDGET:
        begin = time.process_time()
        e = validated(x, y, regression, drawn[len(done)])
        done.append(dict(trial=len(done), error=e, seconds=time.process_time() - begin, settings=drawn[len(done)]))
        spent += done[-1]['seconds']
        with open(path, 'a') as f: f.write(json.dumps(done[-1]) + '\n')
        print(name, 'trial', len(done), '%.4f' % e, '%.1f s' % done[-1]['seconds'], flush=True)
    return mlp(regression, seed, **drawn[min(done, key=lambda t: t['error'])['trial']])


def searches(out, name):
    """How many trials there were, and the seconds of CPU that they took."""
    path = '%s/%s.tuned.jsonl' % (out, name)
    done = [json.loads(line) for line in open(path)] if os.path.exists(path) else []
    return len(done), sum(t['seconds'] for t in done)


def validated(x, y, regression, o):
    """The mean error of a setting over the folds; infinite if a training diverged."""
    from sklearn.model_selection import KFold, StratifiedKFold
    errors = []
    for train, held in (KFold if regression else StratifiedKFold)(FOLDS, shuffle=True, random_state=1).split(x, y):
        try: errors.append(error(mlp(regression, 1, **o).fit(x[train], y[train]).predict(x[held]), y[held]))
        except ValueError: return float('inf')  # the weights are no longer finite
    return float(np.mean(errors))


def error(answers, truth):
    if truth.dtype.kind == 'f': return float(np.sqrt(np.mean((answers - truth)**2) / np.var(truth)))
    return float(np.mean(answers != truth))


PEERS = {'mlp': mlp, 'mlp-tuned': tuned, 'linear': linear, 'boosting': boosting}


def ours(program, out, name, seed, split, epochs=0):
    """The program with its defaults; what the target is was found out, except where a set is there twice."""
    prefix = '%s/%s.%d.' % (out, name, split)
    result = prefix + 'run.json'
    args = [program, '--data', prefix + 'train.csv', '--test', prefix + 'test.csv', '--seed', str(seed), '--json', result]
    if name == 'winequality-r': args += ['--task', 'regression']
    if epochs: args += ['--epochs', str(epochs)]
    done = subprocess.run(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode: sys.stderr.write(done.stderr)
    done.check_returncode()
    run = json.load(open(result))
    e = run['test_error']
    seconds = run['seconds'] + ((run.get('lambda_choice') or {}).get('seconds') or 0)
    return e**.5 * scale(out, name, split) if task(name) == 'regression' else e, seconds, run['epochs']


def scale(out, name, seed):
    """From the deviation of the training targets, the unit of the program, to that of the test targets."""
    std = [np.std([float(r[-1]) for r in csv.reader(open('%s/%s.%d.%s.csv' % (out, name, seed, p)))]) for p in ('train', 'test')]
    return float(std[0] / std[1])


def results(out):
    path = out + '/results.tsv'
    if not os.path.exists(path): return {}
    return {(r[0], int(r[1]), r[2]): [float(v) for v in r[3:]] for r in csv.reader(open(path), delimiter='\t')}


def run(out, method, names):
    warnings.filterwarnings('ignore')
    label = method if method in PEERS else 'ridge'
    for name in names or SETS:
        for seed in SEEDS:
            if (name, seed, label) in results(out) or ONLY and seed != int(ONLY): continue
            regression, epochs = task(name) == 'regression', 0
            if label == 'ridge':
                e, seconds, epochs = ours(method, out, name, seed, seed)
            else:
                (x, y), (xt, yt) = load(out, name, seed)
                model = tuned(out, name, regression, seed) if method == 'mlp-tuned' else PEERS[method](regression, seed)
                begin = time.process_time()
                model.fit(x, y)
                seconds = time.process_time() - begin
                e = error(model.predict(xt), yt)
            with open(out + '/results.tsv', 'a') as f: f.write('%s\t%d\t%s\t%.6g\t%.4g\t%d\n' % (name, seed, label, e, seconds, epochs))
            print(name, seed, label, '%.4f' % e, '%.2f s' % seconds, flush=True)


def trials(out):
    """What has run: (set, times the epochs) to {seed: (error, epochs)}; a training that failed has an infinite error."""
    have, path = {}, out + '/seeds.tsv'
    for r in csv.reader(open(path), delimiter='\t') if os.path.exists(path) else []:
        have.setdefault((r[0], int(r[1])), {})[int(r[2])] = float(r[3]), int(r[4])
    return have


FAILED = 1  # the exit code of a training that diverges, which also says where


def seeds(out, program, count, times, names):
    """The epochs of longer trainings are multiples of those of the usual ones, which have to be there."""
    for name in names or SETS:
        for seed in range(1, count + 1):
            have = trials(out)
            if seed in have.get((name, times), {}): continue
            epochs = times * usual_epochs(have, name) if times > 1 else 0
            try: e, seconds, epochs = ours(program, out, name, seed, 1, epochs)
            except subprocess.CalledProcessError as failure:
                if failure.returncode != FAILED or not re.search(r'of (iteration|epoch) \d+', failure.stderr): sys.exit('%s, seed %d: exit code %d' % (name, seed, failure.returncode))
                e, seconds = np.inf, 0
            with open(out + '/seeds.tsv', 'a') as f: f.write('%s\t%d\t%d\t%.6g\t%d\t%.4g\n' % (name, times, seed, e, epochs, seconds))
            print(name, times, seed, '%.4f' % e, '%.2f s' % seconds, flush=True)


def longer(out, program, times, names):
    """The seed of a training is that of its split, as in run, which has to be there for its epochs."""
    path = out + '/longer.tsv'
    for name in names or SETS:
        for seed in SEEDS:
            usual = results(out).get((name, seed, 'ridge'))
            if usual is None: sys.exit('%s, seed %d: no usual training has run' % (name, seed))
            if len(usual) < 3: sys.exit('%s, seed %d: results.tsv has no epochs, as it was written before it had that column: take its lines with "ridge" out, and repeat run' % (name, seed))
            if (name, seed) in lengths_run(out) or ONLY and seed != int(ONLY): continue
            e, seconds, epochs = ours(program, out, name, seed, seed, times * int(usual[2]))
            with open(path, 'a') as f: f.write('%s\t%d\t%.6g\t%d\t%.4g\n' % (name, seed, e, epochs, seconds))
            print(name, times, seed, '%.4f' % e, '%.2f s' % seconds, flush=True)


def lengths_run(out):
    path = out + '/longer.tsv'
    if not os.path.exists(path): return {}
    return {(r[0], int(r[1])): float(r[2]) for r in csv.reader(open(path), delimiter='\t')}


def lengths(out):
    """Errors of longer trainings beside the usual ones, split by split, and whether a tenth is exceeded beyond noise."""
    have, long = results(out), lengths_run(out)
    print('| set | usual | longer | difference | ratio | more than a tenth, in standard errors |\n|---|' + '---:|' * 5)
    for n in SETS:
        at = [s for s in SEEDS if (n, s) in long]
        if len(at) < 2: continue
        a, b = np.array([[have[n, s, 'ridge'][0], long[n, s]] for s in at]).T
        se = lambda v: v.std(ddof=1) / len(v)**.5
        excess = b - 1.1 * a
        print('| %s | %.2f | %.2f | %+.2f ± %.2f | %s | %s |' % (
            n, 100 * a.mean(), 100 * b.mean(), 100 * (b - a).mean(), 100 * se(b - a),
            '%.2f' % (b.mean() / a.mean()) if a.mean() else '1.00' if not b.mean() else '–',
            '%.1f' % (excess.mean() / se(excess)) if excess.mean() > 0 and se(excess) > 0 else '–'))


def usual_epochs(have, name):
    """The length of the usual trainings of a set, of the first that did not fail."""
    for seed in sorted(have.get((name, 1), {})):
        e, epochs = have[name, 1][seed]
        if np.isfinite(e) and epochs > 0: return epochs
    sys.exit('%s: no usual training has run: begin with TIMES = 1' % name)


def spread(out):
    """Errors of the usual trainings, and those of the longest beside those of the same seeds."""
    have = trials(out)
    longest = max(times for _, times in have)
    print('| set | seeds | median | smallest | largest | largest / median | usual | %d times the epochs | ratio |\n|---|' % longest + '---:|' * 8)
    cell = lambda v: '%.2f' % (100 * v)
    for name in SETS:
        usual, long = ({s: e for s, (e, _) in have.get((name, times), {}).items()} for times in (1, longest))
        if not usual: continue
        e = sorted(usual.values())
        a, b = (np.mean([of[s] for s in long] or [np.nan]) for of in (usual, long))
        ratio = lambda x, y: '%.2f' % (x / y if y else 1 if x == y else np.inf)
        print('| %s | %d | %s | %s | %s | %s | %s | %s | %s |' % (
            name, len(e), cell(np.median(e)), cell(e[0]), cell(e[-1]), ratio(e[-1], np.median(e)), cell(a), cell(b), ratio(b, a)))


def page(out):
    have = results(out)
    methods = [m for m in ['ridge'] + list(PEERS) if any(m == other for _, _, other in have)]
    common = [n for n in SETS if all((n, s, m) in have for s in SEEDS for m in methods)]
    mean = lambda n, m, i=0: np.mean([have[n, s, m][i] for s in SEEDS if (n, s, m) in have] or [np.nan])
    dev = lambda n, m: np.std([have[n, s, m][0] for s in SEEDS if (n, s, m) in have] or [np.nan], ddof=1)
    cell = lambda v: '–' if np.isnan(v) else '%.2f' % (100 * v)
    print('| set | ' + ' | '.join(methods) + ' |\n|---|' + '---:|' * len(methods))
    for n in SETS:
        best = min((mean(n, m) for m in methods if mean(n, m) == mean(n, m)), default=None)
        print('| %s | %s |' % (n, ' | '.join(('**%s**' if mean(n, m) == best else '%s') % cell(mean(n, m)) + (' ± ' + cell(dev(n, m)) if mean(n, m) == mean(n, m) else '') for m in methods)))
    ranks = {m: [1 + sum(mean(n, o) < mean(n, m) for o in methods) + .5 * sum(mean(n, o) == mean(n, m) for o in methods if o != m) for n in common] for m in methods}
    row = lambda title, f: print('| %s | %s |' % (title, ' | '.join(f(m) for m in methods)))
    row('mean rank, %d sets' % len(common), lambda m: '%.2f' % np.mean(ranks[m]))
    row('mean error, %d sets' % len(common), lambda m: cell(np.mean([mean(n, m) for n in common])))
    row('seconds of a training, summed', lambda m: '%.1f' % sum(mean(n, m, 1) for n in common))
    searched = [(n, *searches(out, n)) for n in SETS if searches(out, n)[0]]
    print('\nmlp-tuned, trials and seconds of CPU: %s' % ', '.join('%s %d %.0f' % s for s in searched))
    both = [n for n in SETS if all((n, s, m) in have for s in SEEDS for m in ('ridge', 'mlp'))]
    wins = [n for n in both if mean(n, 'ridge') <= mean(n, 'mlp') + 1e-12]
    over = [(n, mean(n, 'ridge'), mean(n, 'mlp')) for n in both
            if mean(n, 'ridge') > (1.1 * mean(n, 'mlp') if task(n) == 'regression' else mean(n, 'mlp') + .02)]
    print('\nat or below mlp: %d of %d; above it: %s' % (len(wins), len(both), ', '.join(n for n in both if n not in wins)))
    print('beyond 2 points, or a tenth of the RMSE: %s' % (', '.join('%s %s against %s' % (n, cell(a), cell(b)) for n, a, b in over) or 'none'))
    print('\n| set | ' + ' | '.join(methods) + ' |\n|---|' + '---:|' * len(methods))
    for n in SETS: print('| %s | %s |' % (n, ' | '.join('–' if np.isnan(mean(n, m, 1)) else '%.2f' % mean(n, m, 1) for m in methods)))


if __name__ == '__main__':
    what, *args = sys.argv[1:] or ['']
    if what == 'split' and len(args) == 2: split(*args)
    elif what == 'run' and len(args) >= 2: run(args[0], args[1], args[2:])
    elif what == 'page' and len(args) == 1: page(*args)
    elif what == 'seeds' and len(args) >= 4: seeds(args[0], args[1], int(args[2]), int(args[3]), args[4:])
    elif what == 'longer' and len(args) >= 3: longer(args[0], args[1], int(args[2]), args[3:])
    elif what == 'lengths' and len(args) == 1: lengths(*args)
    elif what == 'spread' and len(args) == 1: spread(*args)
    else: sys.exit(__doc__)
