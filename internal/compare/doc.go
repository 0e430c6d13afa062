// Package compare trains networks by several solvers and shows which does best: every
// solver gets the same networks, the same samples, the same number of epochs and the same
// number of trials to find its settings with.
//
// # Stages
//
//  1. The tuning finds the settings of each solver on some of the networks, of each
//     initialization the shallowest and the deepest unless the plan names others
//     ([Plan.TunedNetworks]), with one seed, and three for those settings that are left at the end. It trains on the
//     first five sixths of the training samples and judges by the rest. It does not have the test samples, so it can't
//     look at them.
//  2. A network that was tuned on gets the settings that were best there. To the others
//     they are carried over.
//  3. The final runs train every network by every solver on all training samples, once
//     for each seed, and measure the test error. What counts is that of the last epoch,
//     whether or not it is the lowest.
//
// The settings to try are in one table, from which they are drawn. There are too many to train all of them to the
// end: successive halving (Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter
// Optimization, AISTATS 2016) trains all of them for an eighth of the epochs, the better half for a quarter, the better
// half of those for a half, and the rest to the end. Step lengths and learning rates follow their course in a short run
// as in a long one: it is shorter, not cut off.
//
// # The files
//
// Every finished run is a file of a folder, a [Result] in JSON, under a name that says
// what was run: tune_adam_softmax_rate0.002_decay0_net-10x100_seed0_epochs3.json. A file
// appears complete or not at all, and a run that has one is not repeated; so an
// interrupted comparison goes on where it ended, and [Collect] makes the whole report
// from the files alone. plan.json is the [Plan] that they belong to, the last one that ran
// in the folder; those before stay as plan.before.json, plan.before.2.json and so on. No name depends on which other
// solvers there are, or on the plan's networks, seeds and trials: a plan that grows uses the runs of the smaller one.
// [Summary.WriteArchive] keeps all of them in one small file.
//
// Every file names the samples by a hash of their content, so that results of other samples are not mistaken for these,
// and ends with a checksum. Everything that is read is checked: a bad file is named and left out ([Study.Problems]),
// and its run counts as not finished. Two processes may work in one folder at a time: each run is locked by the one
// that trains it, and trained once.
//
// The results do not depend on how many runs there are at a time, or on the number of workers of a run; the seconds do.
package compare
