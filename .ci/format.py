#!/usr/bin/python3
"""Runs the programs of numpy in the description of the model file, and compares them with train predict.

  format.py TRAIN FORMAT.md DIR     TRAIN is the program; DIR an empty folder to work in

Programs are taken from the text as they stand there. What stands in for the package safetensors, which Debian does not
have, is made below from the text, too.
"""
import csv, json, os, re, struct, subprocess, sys, types
import numpy as np

MISSING = {'', *r'''? NA N/A n/a #N/A <NA> NULL null \N NaN nan NAN -nan -NaN nan(ind) -nan(ind) 1.#QNAN -1.#QNAN
    1.#IND -1.#IND #DIV/0! #NUM! #VALUE! #REF! #NAME? #NULL!'''.split()}
TYPES = {'F32': '<f4', 'F64': '<f8', 'I32': '<i4'}


class File:
    """A safetensors file."""
    def __init__(self, path, framework=None):
        with open(path, 'rb') as f: content = f.read()
        size, = struct.unpack('<Q', content[:8])
        self.header, self.data = json.loads(content[8:8 + size]), content[8 + size:]
        self.about = self.header.pop('__metadata__')

    def metadata(self): return self.about
    def keys(self): return self.header.keys()
    def get_tensor(self, name):
        t = self.header[name]
        return np.frombuffer(self.data[slice(*t['data_offsets'])], TYPES[t['dtype']]).reshape(t['shape'])


def provide():
    """Makes the package safetensors."""
    package, numpy = types.ModuleType('safetensors'), types.ModuleType('safetensors.numpy')
    package.safe_open = File
    numpy.load_file = lambda path: {name: File(path).get_tensor(name) for name in File(path).keys()}
    sys.modules.update({'safetensors': package, 'safetensors.numpy': numpy})


def table(task, rows=400):
    """Every kind of column: numbers, gaps, heavy tails, text with a level that is rare, text of which only the gaps are
    an input, a constant, and row numbers."""
    r = np.random.default_rng(1)
    x, tail, town = r.standard_normal(rows), np.exp(2 * r.standard_normal(rows)), r.integers(3, size=rows)
    y = x + np.log(tail) + town
    out = [['id', 'x', 'tail', 'town', 'same', 'y', 'gaps', 'remark']]
    for i in range(rows):
        name = 'Aachen Köln Trier'.split()[town[i]] if i % 50 else 'once %d' % i
        target = 'abc'[int(np.digitize(y[i], [0, 2]))] if task == 'classes' else '%.5f' % (1e3 * y[i])
        out.append([
            str(i + 1),
            ' %.4f' % x[i],
            '?' if i % 9 == 0 else '%.6g' % tail[i],
            '' if i % 11 == 0 else "'%s'" % name,
            '7',
            target,
            'NA' if i % 3 else '%.3f' % x[i],
            'remark %d' % i if i % 7 == 0 else '',
        ])
    return out


def programs(text):
    """The one that runs a network, and the one that makes its inputs."""
    blocks = re.findall(r'```python\n(.*?)```', text, re.S)
    pick = lambda word: next(b for b in blocks if word in b)
    return pick('load_file'), pick('safe_open')


def train_and_predict(train, task, options, rows):
    """Trains a network on the rows, under both names that the text has, and returns what predict says of each row."""
    def do(*args): return subprocess.run([train, *args], check=True, capture_output=True, text=True).stdout
    with open('rows.csv', 'w', newline='') as f: csv.writer(f).writerows(rows)
    do('--data', 'rows.csv', '--target', 'y', '--net', '9', '--epochs', '3', '--choose-lambda', 'no',
       '--save', 'wine.safetensors', *options)
    os.replace('wine.safetensors', 'digits.safetensors')
    os.symlink('digits.safetensors', 'wine.safetensors')
    scores = ['--scores'] if task == 'classes' else []
    answers = do('predict', '--model', 'wine.safetensors', '--data', 'rows.csv', '--json', *scores)
    return [json.loads(line) for line in answers.splitlines()]


def compute(text, description, rows):
    """Runs the programs of the text, and returns their variables: x the inputs, o the outputs of the network."""
    at, clean = description['outputs']['at'], lambda v: re.sub("^'(.*)'$", r'\1', v.strip())
    fields = np.array([[clean(v) for j, v in enumerate(row) if j not in at] for row in rows[1:]])
    space = {'rows': fields, 'missing': np.isin(fields, list(MISSING))}
    network, preparation = programs(text)
    exec(preparation, space)
    exec(network, space)
    return space


def compare(task, options, outputs, o, want):
    """How far the outputs o differ from what predict says, in standard deviations of a number, or in scores."""
    if task == 'classes':
        names = outputs['classes']
        if [names[k] for k in o.argmax(1)] != [row['class'] for row in want]:
            sys.exit('%s %s: other classes' % (task, options))
        return np.abs(o - np.array([[row['scores'][name] for name in names] for row in want])).max()
    target = outputs['targets'][0]
    numbers = np.array([[row['numbers']['y']] for row in want])
    return np.abs(target['mean'] + target['divisor'] * o - numbers).max() / target['divisor']


def require_kinds(description, options):
    """Ends the program unless the table has every kind of column that these options can make."""
    kinds = [c['kind'] + ''.join('+' + more for more in ('curve', 'pieces') if more in c)
             + (' of gaps' if c['kind'] == 'levels' and not c.get('levels') else '')
             for c in description['inputs']['columns']]
    more = 'number+pieces' if '--pieces' in options else 'number+curve'
    if '--scale' not in options and more not in kinds or not {'dropped', 'levels', 'levels of gaps'} <= set(kinds):
        sys.exit('the table lacks a kind of column: %s' % kinds)


def check(train, text, task, options):
    rows = table(task)
    want = train_and_predict(train, task, options, rows)
    description = json.loads(File('wine.safetensors').metadata()['columns'])
    require_kinds(description, options)
    space = compute(text, description, rows)
    worst = compare(task, options, description['outputs'], space['o'], want)
    print('%s %s: %d inputs, %d rows, differ by %.1e'
          % (task, ' '.join(options), space['x'].shape[1], len(want), worst))
    if not worst <= (1e-12 if '64' in options else 1e-5): sys.exit('too much')
    os.remove('wine.safetensors')


if __name__ == '__main__':
    train, path, folder = (os.path.abspath(a) for a in sys.argv[1:])
    with open(path, encoding='utf-8') as f: text = f.read()
    os.chdir(folder)
    provide()
    for task in ('classes', 'regression'):
        for options in ([], ['--precision', '64'], ['--pieces', 'yes'], ['--scale', 'none'], ['--scale', 'center']):
            check(train, text, task, options)
