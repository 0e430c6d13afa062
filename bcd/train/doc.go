// Package train holds what every training has in common, whatever the method: samples and
// their batches, the loop over the epochs, the trace, options and their names.
//
// [Run] trains a network by a [Recipe], which is a method with its options:
//
//	options := bcd.MiniBatches.Defaults(train.ProblemOf(net, data))
//	samples := train.Samples[float32]{Train: data}
//	trace, err := train.Run(ctx, net, samples, bcd.MiniBatches.With(options), train.Control{})
//
// It evaluates the network after each epoch, keeps the last finished one, and stops when the context
// is cancelled.
//
// # Methods
//
// A method is a package: a struct of options, a [Definition], and a generic function that makes a
// [Trainer], which is asked for one epoch after the other. The definition declares each option once,
// over the struct ([Float], [Int], [Choice] …), with its name, its interval and its help, and each
// number that the method alone measures ([Measure]). Flags, checks and their errors, reports, files
// and comparisons are made from that. [Register] lets the program find the method by its name.
//
// Options of which all are zero stand for the defaults, which depend on the [Problem] ([MethodOf.Defaults]). Any others
// are complete, and taken as they are: a number that is zero is then a zero, as no penalty is one.
//
// # Sums
//
// A method hands everything that it adds up over samples to a [Sum]. In a single process this does nothing. If several
// processes share the samples, it adds up over the processes, and all of them continue with the same numbers.
package train
