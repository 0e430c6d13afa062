// Package tune finds settings of a training by cross-validation: each of a number of trials is trained on
// all folds but one, and judged by the one left, for each fold and for each of some seeds.
//
// What is tried is a [Grid] of options. Of all its combinations some are drawn (Bergstra and Bengio, Random Search for
// Hyper-Parameter Optimization, JMLR 13, 2012), always the same for the same seed; the first trial is what would be
// trained without a search, so that a search never chooses anything that did worse.
//
// Every finished run is a file with a checksum, in the form of those of package compare, under a name that is
// a hash of all that its bits depend on. So a search that was interrupted goes on where it was, one with more trials or
// seeds begins with the runs of the smaller one, and processes may share a folder: each run is locked by the one
// that trains it.
package tune
