"""The samples of rivals.py: for each set the training and the test samples, and folds of the training samples, or, of images, of others."""
import gzip, lzma, os, random, struct, sys

IMAGES = {'mnist': 'RIDGE_MNIST', 'fashion': 'RIDGE_FASHION', 'mnist-all': 'RIDGE_MNIST', 'fashion-all': 'RIDGE_FASHION'}
TABLES = {  # file, whether it has a header, target, training rows, test rows (0: a file of its own)
    'letter': ('letter.csv.gz', True, 'lettre', 6000, 4000), 'phoneme': ('phoneme.csv.gz', False, None, 3600, 1804),
    'adult': ('adult-train.csv.gz', False, None, 6000, 0), 'segment': ('segment.csv.gz', True, 'class', 1540, 770)}
SPLITS = 10  # of a table
SIZE = 28 * 28


def opened(path):
    """The lines of a text file."""
    return (gzip.open if path.endswith('.gz') else open)(path, 'rt')


def missing(folder, name): return not os.path.isdir(os.path.join(folder, name))


def count(path): return int.from_bytes(open(path, 'rb').read(8)[4:], 'big')


def flags(folder, name, fold):
    """What the program is told, and the number of training samples."""
    base = os.path.join(folder, name, fold)
    if name in IMAGES: return ['--data', base], count(base + '/train-labels-idx1-ubyte')
    header, target = TABLES[name][1:3]
    with opened(base + '-train.csv') as f: samples = sum(1 for _ in f) - header
    a = ['--data', base + '-train.csv', '--test', base + '-held.csv', '--task', 'classes', '--header', 'yes' if header else 'no']
    return a + (['--target', target] if target else []), samples


def write(folder):
    """Writes the samples of all sets whose files are there."""
    for name, variable in IMAGES.items():
        if variable in os.environ and missing(folder, name):
            (write_all_images if name.endswith('-all') else write_images)(os.path.join(folder, name), os.environ[variable])
    for name in TABLES:
        if 'RIDGE_TABLES' in os.environ and missing(folder, name): write_table(os.path.join(folder, name), os.environ['RIDGE_TABLES'], *TABLES[name])


def splits(name):
    """How many splits write_split has: of images, as many as there are blocks of 10,000 among all of them."""
    return 7 if name in IMAGES else SPLITS


def source(name, variable):
    """Where the files of a set are."""
    return os.environ.get(variable) or sys.exit('%s: set %s to the folder that has its files' % (name, variable))


def write_split(folder, name, k):
    """Writes the k-th split, from 1 on: of images, the k-th block of 10,000 to train on and all 60,000 others to test; of tables, as many rows
    to train on as usual, after another shuffle, and all others."""
    base = os.path.join(folder, name)
    if name in TABLES:
        file, header, _, n, tests = TABLES[name]
        write_table_split(base, source(name, 'RIDGE_TABLES'), file, header, n, tests, k)
    elif not os.path.isdir('%s/split%d' % (base, k)): write_images_split(base, source(name, IMAGES[name]), k)


def bytes_of(folder, name, header):
    """What an IDX file has behind its header."""
    for suffix, open_ in (('', open), ('.gz', gzip.open), ('.xz', lzma.open)):
        if os.path.exists(os.path.join(folder, name + suffix)):
            with open_(os.path.join(folder, name + suffix), 'rb') as f: return f.read()[header:]
    raise FileNotFoundError(os.path.join(folder, name))


def images(source, which):
    """Pixels and labels of the training or the test images."""
    return bytes_of(source, which + '-images-idx3-ubyte', 16), bytes_of(source, which + '-labels-idx1-ubyte', 8)


def write_part(folder, which, samples, ranges):
    """The images of these ranges, as two IDX files."""
    os.makedirs(folder, exist_ok=True)
    n = sum(last - first for first, last in ranges)
    for kind, size, shape, bytes_ in (('images-idx3', SIZE, (n, 28, 28), samples[0]), ('labels-idx1', 1, (n,), samples[1])):
        with open('%s/%s-%s-ubyte' % (folder, which, kind), 'wb') as f:
            f.write(bytes([0, 0, 8, len(shape)]) + struct.pack('>%dI' % len(shape), *shape))
            for first, last in ranges: f.write(bytes_[first * size:last * size])


def write_images(base, source):
    """The first 10,000 training images, and the test images. Fold k has the 10,000 from 10,000·k on, and 5,000 beyond them all; fold k + 3 the
    10,000 from 10,000·k + 5,000 on, and the 5,000 of the next fold."""
    train, test, n = images(source, 'train'), images(source, 't10k'), 10000
    write_part(base + '/final', 'train', train, [(0, n)])
    write_part(base + '/final', 't10k', test, [(0, len(test[1]))])
    for k in (1, 2, 3):
        write_part(base + '/fold%d' % k, 'train', train, [(n * k, n * (k + 1))])
        write_part(base + '/fold%d' % k, 't10k', train, [(4 * n + n // 2 * k, 4 * n + n // 2 * (k + 1))])
        held = 4 * n + n // 2 * (k % 3 + 1)
        write_part(base + '/fold%d' % (k + 3), 'train', train, [(n * k + n // 2, n * (k + 1) + n // 2)])
        write_part(base + '/fold%d' % (k + 3), 't10k', train, [(held, held + n // 2)])


def write_all_images(base, source):
    """All training images, and the test images. Fold k holds out the k-th block of 10,000 from the end."""
    train, test, n = images(source, 'train'), images(source, 't10k'), 10000
    count = len(train[1])
    write_part(base + '/final', 'train', train, [(0, count)])
    write_part(base + '/final', 't10k', test, [(0, len(test[1]))])
    for k in (1, 2, 3):
        first = count - n * k
        write_part(base + '/fold%d' % k, 'train', train, [(0, first), (first + n, count)])
        write_part(base + '/fold%d' % k, 't10k', train, [(first, first + n)])


def write_images_split(base, source, k):
    train, test, n = images(source, 'train'), images(source, 't10k'), 10000
    everything = train[0] + test[0], train[1] + test[1]
    first, count = n * (k - 1), len(everything[1])
    write_part('%s/split%d' % (base, k), 't10k', everything, [(0, first), (first + n, count)])
    write_part('%s/split%d' % (base, k), 'train', everything, [(first, first + n)])


def rows_of(path):
    with opened(path) as f: lines = [l.strip() for l in f]
    return [l.rstrip('.') for l in lines if l and not l.startswith('|')]


def write_table(base, source, file, header, target, n, tests):
    """The first n rows after a shuffle, and other ones to test. The folds are those of two cross-validations of the n in thirds, the second
    after one more shuffle."""
    lines = rows_of(os.path.join(source, file))
    head = [lines.pop(0)] if header else []
    shuffled = random.Random(1)
    if tests == 0:
        test = rows_of(os.path.join(source, file.replace('train', 'test')))
    elif target == 'lettre':  # the last ones are its test rows by custom
        lines, test = lines[:-tests], lines[-tests:]
        shuffled.shuffle(lines)
    else:
        shuffled.shuffle(lines)
        test = lines[n:n + tests]
    train = lines[:n]
    write_rows(base, 'final', head, train, test)
    again = random.Random(2).sample(train, n)
    for k in (1, 2, 3):
        for first, rows in ((0, train), (3, again)):
            write_rows(base, 'fold%d' % (first + k), head, [l for i, l in enumerate(rows) if i % 3 != k - 1], rows[k - 1::3])


def write_table_split(base, source, file, header, n, tests, k):
    lines = rows_of(os.path.join(source, file))
    head = [lines.pop(0)] if header else []
    if tests == 0: lines += rows_of(os.path.join(source, file.replace('train', 'test')))
    random.Random(100 + k).shuffle(lines)
    write_rows(base, 'split%d' % k, head, lines[:n], lines[n:])


def write_rows(base, fold, head, train, held):
    os.makedirs(base, exist_ok=True)
    for which, rows in (('train', train), ('held', held)):
        with open('%s/%s-%s.csv' % (base, fold, which), 'w') as f: f.write('\n'.join(head + rows) + '\n')
