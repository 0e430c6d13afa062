#!/usr/bin/env python3
"""What PyTorch takes for the rows of `peerbench scale`, by the number of threads, and on a GPU if there is one.

    torch_scale.py [--workers 1,2,4] [--sizes 784,2048,4096] [--data FOLDER] [--epochs 3] [--batch 100]

The columns are those of `peerbench scale`; the workers of the rows of a GPU are called cuda. The networks are trained
in eager mode by Adam with cross-entropy, on all of the data in memory (of the GPU, if it is one's), in an
order drawn anew each epoch. PyTorch has three implementations of Adam; the fastest of those that the device has counts.
Without --data (or RIDGE_MNIST) the data are random: the time does not depend on them.
"""
import argparse
import gzip
import os
import statistics
import time

import torch

ADAMS = [dict(foreach=False), dict(foreach=True), dict(fused=True)]
NETWORKS = [("300", [300]), ("500-500", [500, 500]), ("784x3", [784] * 3), ("100x10", [100] * 10)]


def read_idx(folder, name):
    with gzip.open(os.path.join(folder, name + ".gz")) as f:
        raw = f.read()
    dims = raw[3]
    shape = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(dims)]
    return torch.frombuffer(bytearray(raw[4 + 4 * dims:]), dtype=torch.uint8).reshape(shape)


def training_set(folder):
    if not folder:
        return torch.rand(12000, 784), torch.randint(10, (12000,))
    x = read_idx(folder, "train-images-idx3-ubyte").flatten(1).float() / 255
    return x, read_idx(folder, "train-labels-idx1-ubyte").long()


def synchronize(device):
    """Waits for what a GPU has been told to do."""
    if device == "cuda":
        torch.cuda.synchronize()


def median_time(run, device, reps=7):
    def once():
        synchronize(device)
        begin = time.perf_counter()
        run()
        synchronize(device)
        return time.perf_counter() - begin

    warm = max(once(), once())
    batch = max(1, int(2e-3 / warm))
    times = [once() if batch == 1 else median_batch(run, device, batch) for _ in range(reps)]
    return statistics.median(times)


def median_batch(run, device, batch):
    begin = time.perf_counter()
    for _ in range(batch):
        run()
    synchronize(device)
    return (time.perf_counter() - begin) / batch


def operations(sizes, dtype, device):
    """Yields name, shape, operations and a function for each row of level 3."""
    rand = lambda *shape: torch.rand(*shape, dtype=dtype, device=device) - 0.5
    for m, n, k in [(50, 300, 784), (500, 784, 784)] + [(n, n, n) for n in sizes]:
        a, b, c = rand(m, k), rand(k, n), rand(m, n)
        yield "gemmNN", f"{m}x{n}x{k}", 2 * m * n * k, lambda: torch.mm(a, b, out=c)
    for n in sizes:
        spd = rand(n, n)
        spd = spd + spd.T + n * torch.eye(n, dtype=dtype, device=device)
        low, b = torch.linalg.cholesky(spd), rand(n, n)
        yield "trsmL", f"{n}x{n}", n ** 3, lambda: torch.linalg.solve_triangular(low, b, upper=False)
        yield "potrf", f"{n}", n ** 3 / 3, lambda: torch.linalg.cholesky(spd)


def network(inputs, hidden):
    torch.manual_seed(1)
    layers, width = [], inputs
    for h in hidden:
        layers += [torch.nn.Linear(width, h), torch.nn.ReLU()]
        width = h
    return torch.nn.Sequential(*layers, torch.nn.Linear(width, 10))


def epoch_time(x, y, hidden, batch, epochs, device):
    """The median of the epochs with the fastest Adam."""
    x, y = x.to(device), y.to(device)
    times = []
    for kind in ADAMS:
        net = network(x.shape[1], hidden).to(device)
        try:
            adam = torch.optim.Adam(net.parameters(), **kind)
        except (RuntimeError, TypeError):
            continue  # this version has none for this device
        times.append(statistics.median(epoch(net, adam, x, y, batch, device) for _ in range(epochs)))
    return min(times)


def epoch(net, adam, x, y, batch, device):
    """The time of one."""
    synchronize(device)
    begin = time.perf_counter()
    order = torch.randperm(len(y), device=device)
    for i in range(0, len(y), batch):
        chosen = order[i:i + batch]
        adam.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(net(x[chosen]), y[chosen]).backward()
        adam.step()
    synchronize(device)
    return time.perf_counter() - begin


def doubling(most):
    counts = []
    n = 1
    while n < most:
        counts.append(n)
        n *= 2
    return counts + [most]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--workers", type=lambda s: [int(v) for v in s.split(",")], default=doubling(len(os.sched_getaffinity(0))))
    p.add_argument("--sizes", type=lambda s: [int(v) for v in s.split(",")], default=[784, 2048, 4096])
    p.add_argument("--data", default=os.environ.get("RIDGE_MNIST"))
    p.add_argument("--epochs", type=int, default=3)
    p.add_argument("--batch", type=int, default=100)
    p.add_argument("--only", default="", help="measure what has this in its name")
    o = p.parse_args()
    places = [("cpu", w) for w in o.workers] + ([("cuda", "cuda")] if torch.cuda.is_available() else [])
    first = {}

    def row(what, shape, dtype, workers, seconds, speed=""):
        base = first.setdefault((what, shape, dtype), seconds)
        speedup = base / seconds
        efficiency = f"{speedup * o.workers[0] / workers:.2f}" if workers != "cuda" else ""
        print(what, shape, dtype, workers, f"{seconds:.4g}", speed, f"{speedup:.2f}", efficiency, sep="\t", flush=True)

    # The columns of ../scale.go and ../plot/scale.go.
    print("what\tshape\tdtype\tworkers\tseconds\tGFLOP/s\tspeedup\tefficiency")
    for device, workers in places:
        torch.set_num_threads(workers if device == "cpu" else 1)
        for name, dtype in [("f32", torch.float32), ("f64", torch.float64)]:
            for what, shape, flops, run in operations(o.sizes, dtype, device):
                if o.only in what:
                    t = median_time(run, device)
                    row(what, shape, name, workers, t, f"{flops / t / 1e9:.1f}")
        if o.only in "train":
            x, y = training_set(o.data)
            for name, hidden in NETWORKS:
                row("train", name, "f32", workers, epoch_time(x, y, hidden, o.batch, o.epochs, device))


if __name__ == "__main__":
    main()
