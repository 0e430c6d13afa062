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


def shortest(lengths, error):
    """The number of epochs and the mean seconds of the shortest trainings whose mean error is at most this one, None if there are none.
    lengths has, by the number of epochs, the final errors and the seconds of the trainings of all seeds."""
    for epochs, ends in sorted(lengths.items()):
        if rivals_page.mean([e for e, _ in ends]) <= error: return epochs, rivals_page.mean([s for _, s in ends])
    return None


def take_turns(train, folder, row, theirs, ours, workers, rounds):
    """The seconds of each rival, and the traces of bcd by its number of epochs and seed. Each is the faster one of the rounds, in which
    all take turns."""
    seconds, traces = {}, {}
    for _ in range(rounds):
        for m, r in theirs.items():
            s = trace(train, folder, row, m, r.settings, row.epochs, 1, workers)[-1][1]
            seconds[m] = min(s, seconds.get(m, s))
        for epochs in range(1, row.epochs + 1):
            for seed in SEEDS:
                t = trace(train, folder, row, 'bcd', ours.settings, epochs, seed, workers)
                if (epochs, seed) not in traces or t[-1][1] < traces[epochs, seed][-1][1]: traces[epochs, seed] = t
    return seconds, traces


def measure(train, folder, rows, methods, workers, rounds, lines):
    """Prints, for each row, rival and number of workers: the rival's mean final error and its seconds; of bcd in the row's number of epochs
    the mean seconds to that error, and with how many seeds it came there; and the shortest trainings of bcd that end with it."""
    print('row\tworkers\trival\terror\tseconds\tbcd\tseeds\tshortest\tepochs', flush=True)
    found = rivals_page.results(rows, ['bcd'] + methods, lines)
    for row in rows:
        ours, theirs = found.get((row.name, 'bcd')), {m: found[row.name, m] for m in methods if (row.name, m) in found}
        if not ours or not theirs or rivals_data.missing(folder, row.data): continue
        for w in workers:
            seconds, traces = take_turns(train, folder, row, theirs, ours, w, rounds)
            lengths = {e: [traces[e, seed][-1] for seed in SEEDS] for e in range(1, row.epochs + 1)}
            for m, r in theirs.items():
                goal = rivals_page.mean(r.errors)
                times = [s for s in (reached(traces[row.epochs, seed], goal) for seed in SEEDS) if s is not None]
                mean = '%.3f' % rivals_page.mean(times) if times else '–'
                end = shortest(lengths, goal)
                less = '%.3f\t%d of %d' % (end[1], end[0], row.epochs) if end else '–\t–'
                print('%s\t%d\t%s\t%.2f\t%.3f\t%s\t%d of %d\t%s' % (
                    row.name, w, m, 100 * goal, seconds[m], mean, len(times), len(SEEDS), less), flush=True)
