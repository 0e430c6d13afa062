#!/usr/bin/python3
"""What run.py takes for a check that holds."""
import math
import unittest

import run


class Judge(unittest.TestCase):
    def judged(self, op, unit, runs, reference):
        row = dict(op=op, unit=unit, dtype='f64')
        good = run.judge(row, runs, reference, 1e9, 1e3)
        return good, row.get('check', '-')

    def test_residuals(self):
        for residuals, want in (((1e-7, 2e-7), (True, '2.0e-07')), ((2e-6, 1e-7), (False, '2.0e-06')),
                                ((1e-7, math.nan), (False, 'nan')), ((math.nan, 1e-7), (False, 'nan'))):
            with self.subTest(residuals=residuals):
                self.assertEqual(want, self.judged('nnqp', 'ms', [(1, r, 0) for r in residuals], ['NA']))

    def test_checksums(self):
        mine = (1, 5.0, 1.0)
        for name, runs, reference, want in (
                ('itself', [mine], [mine], (True, 'ok')),
                ('no reference', [mine], ['NA'], (False, '-')),
                ('a reference that failed', [mine], ['FAIL'], (False, '-')),
                ('another sum', [mine], [(1, 6.0, 1.0)], (False, 'DIFFERS 1.0e+00')),
                ('a reference of zeros', [mine], [(1, 0.0, 0.0)], (False, 'DIFFERS inf')),
                ('NaN', [(1, math.nan, math.nan)], [mine], (False, 'DIFFERS nan'))):
            with self.subTest(name):
                self.assertEqual(want, self.judged('gemmNN', 'GFLOP/s', runs, reference))


if __name__ == '__main__':
    unittest.main()
