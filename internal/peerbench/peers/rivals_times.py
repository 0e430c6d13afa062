"""Seconds until bcd has the final error of a rival, and those of that rival, on one machine in turns."""
import json, os, subprocess, tempfile

import rivals_data
import rivals_page
from rivals_space import arguments

SEEDS = (1, 2, 3)  # of bcd; a rival's seconds hardly depend on the seed


def trace(train, folder, row, method, settings, epochs, seed, workers):
    """Test errors and seconds of the epochs of a training on all training samples. Evaluations take none."""
    data, samples = rivals_data.flags(folder, row.data, 'final')
    with tempfile.TemporaryDirectory() as out:
        args = [train] + data + ['--net', row.net, '--epochs', str(epochs), '--seed', str(seed), '--workers', str(workers), '--json', out + '/o']
        subprocess.run(args + arguments(method, row, settings, samples), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(out + '/o') as f: return [(s['test_error'], s['seconds']) for s in json.load(f)['trace']]


def reached(epochs, error):
    """The seconds of the first epoch with at most this error, None if there is none."""
    return next((s for e, s in epochs if e is not None and e <= error), None)


def measure(train, folder, rows, methods, workers, rounds, lines):
    """Prints, for each row, rival and number of workers: the rival's mean final error and its seconds, the mean of those of bcd to that
    error, and with how many seeds it came there. Each number is the least of the rounds, in which all take turns."""
    print('row\tworkers\trival\terror\tseconds\tbcd\tseeds', flush=True)
    found = rivals_page.results(rows, ['bcd'] + methods, lines)
    for row in rows:
        ours, theirs = found.get((row.name, 'bcd')), {m: found[row.name, m] for m in methods if (row.name, m) in found}
        if not ours or not theirs or rivals_data.missing(folder, row.data): continue
        for w in workers:
            least, traces = {}, {}
            for _ in range(rounds):
                for m, r in theirs.items():
                    seconds = trace(train, folder, row, m, r.settings, row.epochs, 1, w)[-1][1]
                    least[m] = min(seconds, least.get(m, seconds))
                for seed in SEEDS:
                    t = trace(train, folder, row, 'bcd', ours.settings, row.epochs, seed, w)
                    if seed not in traces or t[-1][1] < traces[seed][-1][1]: traces[seed] = t
            for m, r in theirs.items():
                goal = rivals_page.mean(r.errors)
                times = [s for s in (reached(t, goal) for t in traces.values()) if s is not None]
                mean = '%.3f' % rivals_page.mean(times) if times else '–'
                print('%s\t%d\t%s\t%.2f\t%.3f\t%s\t%d of %d' % (row.name, w, m, 100 * goal, least[m], mean, len(times), len(SEEDS)), flush=True)
