"""What rivals.py tries: the settings of the two rounds of a search, and the flags that they are."""
import json, math, random

import rivals_data

OLD = ['sgd', 'nesterov', 'adagrad', 'rmsprop', 'adadelta', 'adam']
METHODS = ['bcd', 'bcd-default', 'muon', 'soap', 'adamw', 'schedulefree', 'foof', 'kfac'] + OLD
FIRST, SECOND = 12, 8  # settings of the rounds
NEAR_FIRST, NEAR_SECOND = 8, 4  # of those of rows near another one

BCD = {'lambda': [.25, .5, 1, 2, 4], 'gamma': [.4, .7, 1, 1.5], 'damping': [.4, .75, 1.5], 'input-step': [.25, .5, 1, 1.5], 'step': [.5, .7, 1],
       'batch': [50, 50, 100]}
# where there are weights between hidden layers
BCD_HIDDEN = {'metric': ['spectral', 'spectral', 'spectral-all'], 'spectral-step': [.5, 1, 2], 'spectral-decay': [.5, 1, 2, 4]}
TABLES = {'pieces': ['no', 'yes']}  # of every method; bcd without a flag chooses
EVERYONE = {'loss': ['hinge', 'softmax'], 'batch': [100, 100, 50], 'input-step': [1, 1, 2, 4]}
SCALED = [.05, .2, .5, 1]  # decays of methods whose steps have a length of their own
RATES = {'sgd': [.02, .05, .1, .2, .4], 'nesterov': [.02, .05, .1, .2, .4], 'adagrad': [5e-3, .01, .02, .05, .1], 'rmsprop': [2e-4, 5e-4, 1e-3, 2e-3, 4e-3],
         'adadelta': [.5, 1, 2, 5, 10], 'adam': [5e-4, 1e-3, 2e-3, 4e-3, 8e-3], 'adamw': [5e-4, 1e-3, 2e-3, 4e-3, 8e-3],
         'schedulefree': [1e-3, 2e-3, 4e-3, 8e-3, .016], 'muon': [5e-3, .01, .02, .04], 'soap': [5e-4, 1e-3, 2e-3, 4e-3], 'kfac': [.1, .2, .5, 1],
         'foof': [.05, .1, .2, .5, 1]}
DECAYS = {'adamw': SCALED, 'adam': SCALED, 'rmsprop': SCALED, 'soap': SCALED, 'schedulefree': [.02, .05, .2, .5], 'muon': [.05, .1, .2, .5],
          'kfac': [3e-3, .01, .03, .1], 'foof': [3e-3, .01, .03, .1], 'sgd': [1e-3, 3e-3, .01, .03], 'nesterov': [1e-3, 3e-3, .01, .03],
          'adagrad': [3e-3, .01, .03, .1], 'adadelta': [3e-5, 1e-4, 3e-4, 1e-3]}
DAMPING = {'kfac': [.1, .3, 1], 'foof': [.2, .75, 2]}
USUAL = {'sgd': (.1, 3e-3), 'nesterov': (.1, 3e-3), 'adagrad': (.05, .01), 'rmsprop': (.002, .2), 'adadelta': (3, 1e-4), 'adam': (.002, .2), 'adamw': (.004, .2),
         'schedulefree': (.004, .05), 'muon': (.02, .2), 'soap': (.003, .2), 'kfac': (.5, .01), 'foof': (.2, .01)}  # rate, decay


def layers(row): return row.net.count(',') + 1


def deep(row): return layers(row) >= 10  # whose default metric is spectral-all


def is_table(row): return row.data in rivals_data.TABLES


def grid(method, row):
    """Axes and their values, of the first round."""
    tables = TABLES if is_table(row) else {}
    if method == 'bcd': return BCD | (BCD_HIDDEN if layers(row) > 1 else {}) | tables
    g = EVERYONE | {'rate': RATES[method], 'decay': DECAYS[method]}
    return g | ({'damping': DAMPING[method]} if method in DAMPING else {}) | tables


def usual(method, row):
    """The setting that all others are compared with."""
    tables = {'pieces': 'no'} if is_table(row) else {}
    if method == 'bcd':
        s = {'lambda': 1, 'gamma': 1, 'damping': .75, 'input-step': 1, 'step': 1, 'batch': 50}
        hidden = {'metric': 'spectral-all' if deep(row) else 'spectral', 'spectral-step': 1, 'spectral-decay': 1}
        return s | (hidden if layers(row) > 1 else {}) | tables
    rate, decay = USUAL[method]
    s = {'loss': 'hinge', 'batch': 100, 'input-step': 1, 'rate': rate, 'decay': decay}
    return s | ({'damping': DAMPING[method][1]} if method in DAMPING else {}) | tables


def first_round(method, row):
    """The usual setting, and those of a Latin hypercube over the grid."""
    rng, columns, count = random.Random('1 %s %s' % (method, row.name)), {}, FIRST - 1
    for axis, values in grid(method, row).items():
        columns[axis] = [values[i * len(values) // count] for i in range(count)]
        rng.shuffle(columns[axis])
    return [usual(method, row)] + [{axis: c[i] for axis, c in columns.items()} for i in range(count)]


OTHERS = {'loss': ('hinge', 'softmax'), 'metric': ('spectral', 'spectral-all'), 'pieces': ('no', 'yes')}  # axes that are no numbers


def neighbour(method, s, rng):
    """s with one or two numbers changed, and perhaps one of the other axes."""
    s = dict(s)
    numbers = [a for a in s if a not in OTHERS]
    weights = [{'rate': 4, 'decay': 3, 'batch': 1}.get(a, 2) for a in numbers]
    axes = set(rng.choices(numbers, weights, k=2))
    for a, (one, other) in OTHERS.items():
        if a in s and rng.random() < .2: s[a] = other if s[a] == one else one
    for a in sorted(axes):
        up = rng.random() < .5
        if a == 'batch': s[a] = 150 - s[a]
        elif a == 'step': s[a] = digits(min(1, s[a] * (1.4 if up else .7)))
        elif a in ('gamma', 'damping', 'input-step'): s[a] = digits(s[a] * (1.6 if up else 1 / 1.6))
        else: s[a] = digits(s[a] * (2 if up else .5) if rng.random() < .5 else s[a] * (1.4 if up else .7))
    return s


def around(method, row, choice):
    """The choice of the row that this one is near to, the usual setting, and neighbours of the two."""
    both = [choice] + [usual(method, row)] * (usual(method, row) != choice)
    return both + neighbours('1 %s %s' % (method, row.name), method, both, both, NEAR_FIRST - len(both))


def second_round(method, row, ranked):
    """Neighbours of the best two so far."""
    return neighbours('2 %s %s' % (method, row.name), method, ranked[:2], ranked, NEAR_SECOND if row.near else SECOND)


def neighbours(name, method, best, known, count):
    """As many neighbours, five of eight of the first of the best settings, which are not known."""
    rng, seen, new = random.Random(name), {json.dumps(s, sort_keys=True) for s in known}, []
    while len(new) < count:
        s = neighbour(method, best[0] if 8 * len(new) < 5 * count else best[-1], rng)
        text = json.dumps(s, sort_keys=True)
        if text not in seen:
            seen.add(text)
            new.append(s)
    return new


def digits(x, count=3): return float('%.*g' % (count, x))


def multiple(axis, v, row, metric, samples):
    """A number of bcd, if it is given as a multiple of the default that its metric has."""
    everywhere = metric == 'spectral-all'
    if axis == 'input-step': return v * (1 if everywhere else 4)
    if axis == 'spectral-step': return v * (.01 if everywhere else digits(.012 * math.sqrt(2 / max(layers(row), 2)), 2))
    if axis == 'spectral-decay':
        hidden = digits(max(.1, 1200 / max(samples, 60 * max(layers(row), 2))), 2)
        return v * (max(hidden, digits(1e4 / max(samples, 1e4), 2)) if everywhere else hidden)
    return v


def arguments(method, row, settings, samples):
    """The flags of a training on so many samples. Some numbers of bcd are multiples of its defaults."""
    if method == 'bcd-default': return ['--solver', 'bcd']
    a = ['--solver', method]
    for k, v in settings.items():
        if method == 'bcd' and k == 'lambda':
            default = .05 * max(1, 500 / samples)
            a += ['--lambda', repr(digits(digits(default, 2) * v, 2)), '--lambda-out', repr(digits(digits(default / 2, 2) * v, 2))]
            continue
        if method == 'bcd': v = multiple(k, v, row, settings.get('metric'), samples)
        a += ['--' + k, v if isinstance(v, str) else '%g' % v]
    return a + (['--warmup', '0.02'] if method in OLD else [])
