"""The tables of docs/rivals.md, from the runs of rivals.py."""
import collections, json, math, re

NAMES = {'bcd': '`bcd`, searched', 'bcd-default': '`bcd`, no flag', 'adamw': 'AdamW', 'schedulefree': 'schedule-free', 'muon': 'Muon', 'soap': 'SOAP',
         'kfac': 'K-FAC', 'foof': 'FOOF', 'sgd': 'SGD', 'nesterov': 'Nesterov', 'adagrad': 'AdaGrad', 'rmsprop': 'RMSProp', 'adadelta': 'AdaDelta', 'adam': 'Adam'}
AXES = {'lambda': 'λ ×', 'spectral-step': 'spectral step ×', 'spectral-decay': 'spectral decay ×', 'input-step': 'input ×', 'gamma': 'γ ', 'damping': 'δ ',
        'step': 'η '}
SETS = {'mnist': 'MNIST', 'fashion': 'Fashion-MNIST', 'mnist-all': 'all of MNIST', 'fashion-all': 'all of Fashion-MNIST'}
Result = collections.namedtuple('Result', 'errors equal epochs folds seconds settings')


def mean(v): return sum(v) / len(v)


def deviation(v):
    """The standard error of the mean."""
    return math.sqrt(sum((x - mean(v)) ** 2 for x in v) / (len(v) - 1) / len(v)) if len(v) > 1 else 0


def short(x, form='%.2f'):
    """A percentage as the page has it: with a real minus sign, and without a zero before the point."""
    return re.sub(r'\b0\.', '.', form % (100 * x)).replace('-', '−')


def percent(v): return '%.2f ± %s' % (100 * mean(v), short(deviation(v))) if v else '–'


def words(settings):
    """A setting for people."""
    if settings is None: return '–'
    out = []
    for k, v in settings.items():
        if k == 'loss': out.insert(0, v)
        elif k == 'pieces': out += ['pieces'] * (v == 'yes')
        elif k == 'metric': out.append('metric ' + v)
        else: out.append('%s%s' % (AXES.get(k, k + ' '), '%.1e' % v if k == 'decay' and v < 1e-3 else '%g' % v))
    return ', '.join(out)


def chosen(row, lines):
    """The errors of the choice, by fold, the mean over the seeds."""
    by, (folds, seeds) = collections.defaultdict(lambda: collections.defaultdict(dict)), row.judges
    for l in lines: by[json.dumps(l['settings'], sort_keys=True)][l['fold']][l['seed']] = l['error']
    complete = [(s, {f: mean(list(e.values())) for f, e in of.items()}) for s, of in by.items() if sum(map(len, of.values())) == folds * seeds]
    return min((sum(e.values()), s, e) for s, e in complete)[2] if complete else {}


def seconds(lines):
    """The mean processor time, or, of runs that do not have it, the mean time."""
    times = [l['cpu'] for l in lines if 'cpu' in l] or [l['seconds'] for l in lines if l['seconds']]
    return mean(times) if times else None


def result(row, lines):
    """What a method came to on a row, None if it did not end there."""
    def of(stage): return [l for l in lines if l['stage'] == stage]
    final, equal = of('final'), of('equal')
    if len(final) < row.seeds: return None
    return Result([l['error'] for l in final], [l['error'] for l in equal], equal[0]['epochs'] if equal else 0, chosen(row, of('3')),
                  seconds(final), final[0]['settings'])


def results(rows, methods, lines):
    """By row and method."""
    by = collections.defaultdict(list)
    for l in lines: by[l['row'], l['method']].append(l)
    found = {(row.name, m): result(row, by[row.name, m]) for row in rows for m in methods}
    return {k: r for k, r in found.items() if r}


def title(row):
    network = '%s-10' % row.net.replace(',', '-') if row.data in SETS else row.net.replace(',', '-')
    if row.net.count(',') == 9: network = '[100 × 10]' + '-10' * (row.data in SETS)
    return '%s%s, %s' % ('784-' if row.data in SETS else '', network, SETS.get(row.data, row.data))


def table(row, methods, found):
    mine = {m: found[row.name, m] for m in methods if (row.name, m) in found}
    reference = mine['bcd-default'].folds if 'bcd-default' in mine else {}
    equal, folds = any(r.equal for r in mine.values()), any(r.folds for r in mine.values())
    head = [''] + (['validation', 'to `bcd`, no flag'] if folds else []) + ['test'] + (["in `bcd`'s time (epochs)"] if equal else []) + ['s', 'settings']
    out = ['| %s |' % ' | '.join(head), '|---|' + '---:|' * (len(head) - 2) + '---|']
    for m, r in mine.items():
        cells = [NAMES[m]]
        if folds:
            apart = [r.folds[f] - reference[f] for f in r.folds if f in reference]
            cells += ['%.2f' % (100 * mean(list(r.folds.values()))) if r.folds else '–',
                      '%s ± %s' % (short(mean(apart), '%+.2f'), short(deviation(apart))) if apart and m != 'bcd-default' else '']
        cells.append(percent(r.errors))
        if equal: cells.append('%s (%d)' % (percent(r.equal), r.epochs) if r.equal else '')
        out.append('| %s |' % ' | '.join(cells + ['%.1f' % r.seconds if r.seconds else '–', words(r.settings)]))
    taken = ', settings of 784-%s-10' % row.take.split()[1] if row.take else ''
    return '### %s, %d epochs, %d seeds%s\n\n%s\n' % (title(row), row.epochs, row.seeds, taken, '\n'.join(out))


def distance(ours, theirs):
    apart, error = mean(theirs.errors) - mean(ours.errors), math.hypot(deviation(ours.errors), deviation(theirs.errors))
    return '%s by %.2f ± %s' % ('ahead' if apart > 0 else 'behind', 100 * abs(apart), short(error))


def summary(rows, methods, found):
    """Who wins where."""
    out = ['| network, data | `bcd`, searched | `bcd`, no flag | best rival | second | searched, to the best | no flag, to the best |', '|---|---:|---:|---|---|---:|---:|']
    for row in rows:
        ours = [found.get((row.name, m)) for m in ('bcd', 'bcd-default')]
        rivals = sorted((mean(found[row.name, m].errors), m) for m in methods if not m.startswith('bcd') and (row.name, m) in found)
        if not rivals or not any(ours): continue
        best = [found[row.name, m] for _, m in rivals[:2]]
        cells = [percent(r.errors) if r else '–' for r in ours]
        cells += ['%s %s' % (NAMES[m], percent(r.errors)) for (_, m), r in zip(rivals, best)] + ['–'] * (2 - len(best))
        out.append('| %s |' % ' | '.join([title(row)] + cells + [distance(r, best[0]) if r else '–' for r in ours]))
    return '\n'.join(out) + '\n'


def page(rows, methods, lines):
    found = results(rows, methods, lines)
    return '\n'.join([summary(rows, methods, found)] + [table(row, methods, found) for row in rows if any(k[0] == row.name for k in found)])
