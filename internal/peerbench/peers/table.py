#!/usr/bin/python3
"""Markdown tables from the TSV files of run.py: one row per (op, shape, dtype, threads), one column per impl."""
import csv
import sys

TITLES = {'ms': 'QP, ms', 'GB/s': 'Bandwidth, GB/s', 'GFLOP/s': 'BLAS, GFLOP/s (% of peak)'}


def cell(row):
    value, unit, check = row['value'], row['unit'], row['check']
    if value[0].isalpha(): return value
    text = '%.3g' % float(value)
    if unit == 'GFLOP/s': text = '%.1f (%.0f)' % (float(value), float(row['pct_peak']))
    if unit == 'ms' and not float(check) <= 1e-6: text += ' (KKT %s: missed)' % check
    if check.startswith('DIFFERS'): text += ' ' + check
    return text


tables, seen = {}, []
for name in sys.argv[1:]:
    with open(name) as f:
        for row in csv.DictReader((s for s in f if s[0] != '#'), delimiter='\t'):
            if row['op'] == 'op' or row['check'] == 'BUSY': continue
            if row['impl'] not in seen: seen.append(row['impl'])
            key = tuple(row[k] for k in ('op', 'shape', 'dtype', 'threads'))
            tables.setdefault(row['unit'], {}).setdefault(key, {})[row['impl']] = cell(row)
for unit, rows in tables.items():
    columns = [i for i in seen if any(i in r for r in rows.values())]
    print('\n### %s\n' % TITLES[unit])
    print('| op | shape | dtype | threads | ' + ' | '.join(columns) + ' |\n|' + '---|' * (4 + len(columns)))
    for key, r in rows.items(): print('| %s | %s |' % (' | '.join(key), ' | '.join(r.get(c, '') for c in columns)))
