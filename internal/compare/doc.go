// Package compare trains networks by several solvers and tells which does best: every
// solver gets the same networks, the same samples, the same number of epochs and the
// same number of trials to find its settings with.
//
// # The course
//
//  1. [Study.Tune] finds the settings of each solver on some of the networks, of each
//     initialization the shallowest and the deepest unless the plan names others
//     ([Plan.Tuned]), with one seed. It trains on the first five sixths of the training
//     samples and judges by the rest. It gets no test samples: what is not there can't be
//     looked at.
//  2. A network that was tuned on gets the settings that were best there. To the others
//     they are carried over ([Plan.Sources]).
//  3. [Study.Finish] trains every network by every solver on all training samples, once
//     for each seed, and measures the test error. What counts is that of the last epoch,
//     be it the lowest or not.
//
// The settings to try are in one table, [Space]. There are more than anyone has time to
// train to the end: successive halving (Jamieson and Talwalkar, Non-stochastic Best Arm
// Identification and Hyperparameter Optimization, AISTATS 2016) trains all of them for
// an eighth of the epochs, the better half for a quarter, the better half of those for a
// half, and the rest to the end. Step lengths and learning rates follow their course
// in a short run as in a long one: it is shorter, not cut off.
//
// # The files
//
// Every finished run is a file of a folder, a [Result] in JSON, under a name that says
// what was run: tune_adam_softmax_rate0.002_decay0_net-10x100_seed0_epochs3.json. A file
// appears complete or not at all, and a run that has one is not repeated; so an
// interrupted comparison goes on where it ended, and [Collect] makes the whole report
// from the files alone. plan.json is the [Plan] that they belong to, the last one that ran
// in the folder; the one before stays as plan.before.json. No name depends on which solvers there are besides, nor on the plan's
// networks, seeds and trials: a plan that grows goes on with the runs of the smaller one.
// [Summary.WriteArchive] keeps all of them in one small file.
//
// Every file names the samples by a hash of their content, so that no result of other samples
// is taken for one of these, and ends with a checksum. What is read is checked: a file that is
// not what it should be is named and left out ([Study.Problems]), and its run counts as not
// finished. Two processes may work in one folder at a time: each run is locked by the one that
// trains it, and trained once.
//
// The results do not depend on how many runs there are at a time, nor on the workers of
// one; the seconds do.
package compare
