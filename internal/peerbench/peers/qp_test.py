#!/usr/bin/python3
"""That the peers of qp.py are timed at the loosest setting. Needs SciPy and scikit-learn."""
import unittest

import numpy as np

import qp
import qpdata


class Settings(unittest.TestCase):
    def test_sweeps_are_the_least_that_pass(self):
        kernel, qp.descend = qp.descend, lambda q, v, x, sweeps: x + sweeps
        self.addCleanup(setattr, qp, 'descend', kernel)
        for want in range(1, 200):
            self.assertEqual(want, qp.least_sweeps(None, np.zeros(1), lambda x: x[0] >= want))

    def test_one_sweep_less_does_not_pass(self):
        p = qpdata.make('nnqp', 'w60b5')
        sweeps = qp.cd_sweeps(*p)[0]
        self.assertLessEqual(qpdata.kkt(*p, qp.cd(*p, sweeps)), qp.TOL)
        for k in range(5):
            fewer = [n - (i == k) for i, n in enumerate(sweeps)]
            self.assertGreater(qpdata.kkt(*p, qp.cd(*p, fewer)), qp.TOL)

    def test_one_iteration_less_does_not_pass(self):
        p = qpdata.make('boxqp', 'w60b5')
        for method in qp.FISTA, qp.FISTA32:
            stops = method.settings(*p)[0]
            self.assertLessEqual(qpdata.kkt(*p, method.solve(*p, stops)), qp.TOL)
            for k in np.flatnonzero(stops[-1] > 1):
                fewer = [*stops[:-1], stops[-1] - (np.arange(5) == k)]
                self.assertGreater(qpdata.kkt(*p, method.solve(*p, fewer)), qp.TOL)

    def test_all_methods_solve(self):
        for op, names in (('nnqp', 'bpp bpp-guess nnls lbfgsb cd fista fista32'),
                          ('boxqp', 'bpp bpp-guess lbfgsb fista fista32')):
            p = qpdata.make(op, 'w30b3')
            for name in names.split():
                solve, settings = qp.METHODS[name]
                self.assertTrue(any(qpdata.kkt(*p, solve(*p, s)) <= qp.TOL for s in settings(*p)), (op, name))


if __name__ == '__main__':
    unittest.main()
