"""The choices of rivals.py on other samples: many training sets of the same size, judged by all samples that are not in them."""
import collections

import rivals_data
import rivals_page

STAGE = 'split'


def run(runner, rows, methods, lines, job):
    """Trains with the settings that the methods have in lines on all splits of the rows."""
    found = rivals_page.results(rows, methods, lines)
    for row in rows:
        for k in range(1, rivals_data.splits(row.data) + 1):
            rivals_data.write_split(runner.folder, row.data, k)
            mine = [(m, found[row.name, m]) for m in methods if (row.name, m) in found]
            runner.all([job(row, m, STAGE, r.settings, 'split%d' % k, k, row.epochs) for m, r in mine])


def by_split(lines):
    """The error on each split, by row and method."""
    out = collections.defaultdict(dict)
    for l in lines:
        if l['stage'] == STAGE: out[l['row'], l['method']][l['fold']] = l['error']
    return out


def apart(errors, others):
    """The differences, split by split."""
    return [errors[k] - others[k] for k in errors if k in others]


def page(rows, methods, lines):
    """Who wins where on these splits, and the difference of every method to bcd without a flag."""
    found = by_split(lines)
    rows = [r for r in rows if (r.name, 'bcd-default') in found]
    return summary(rows, methods, found) + '\n' + differences(rows, methods, found) if rows else ''


def summary(rows, methods, found):
    out = ['| network, data | splits | `bcd`, searched | `bcd`, no flag | best rival | second | searched, to the best | no flag, to the best |',
           '|---|---:|---:|---:|---|---|---:|---:|']
    for row in rows:
        mine = {m: found[row.name, m] for m in methods if (row.name, m) in found}
        rivals = sorted((m for m in mine if not m.startswith('bcd')), key=lambda m: mean(mine[m]))
        cells = ['%d' % len(mine['bcd-default'])] + ['%.2f' % (100 * mean(mine[m])) if m in mine else '–' for m in ('bcd', 'bcd-default')]
        cells += ['%s %.2f' % (rivals_page.NAMES[m], 100 * mean(mine[m])) for m in rivals[:2]] + ['–'] * (2 - len(rivals))
        cells += [distance(mine[m], mine[rivals[0]]) if m in mine else '–' for m in ('bcd', 'bcd-default')]
        out.append('| %s |' % ' | '.join([rivals_page.title(row)] + cells))
    return '\n'.join(out) + '\n'


def differences(rows, methods, found):
    out = ['| | %s |' % ' | '.join(rivals_page.title(r) for r in rows), '|---|' + '---:|' * len(rows)]
    for m in methods:
        cells = []
        for row in rows:
            v = apart(found[row.name, m], found[row.name, 'bcd-default']) if (row.name, m) in found else []
            cells.append(difference(v) if v and m != 'bcd-default' else '')
        if any(cells): out.append('| %s |' % ' | '.join([rivals_page.NAMES[m]] + cells))
    return '\n'.join(out) + '\n'


def difference(v): return '%s ± %s' % (rivals_page.short(rivals_page.mean(v), '%+.2f'), rivals_page.short(rivals_page.deviation(v)))


def mean(errors): return rivals_page.mean(list(errors.values()))


def distance(ours, theirs):
    v = apart(theirs, ours)
    ahead, error = rivals_page.mean(v), rivals_page.short(rivals_page.deviation(v))
    return '%s by %.2f ± %s' % ('ahead' if ahead > 0 else 'behind', 100 * abs(ahead), error)
