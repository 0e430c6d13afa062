// Package golden holds no code but tests: the traces of many short trainings, as they were
// recorded, with a digest of the weights that each ended with. A change of the trainers that is
// not meant to change what they compute has to leave every bit of them as it is.
//
// The trainings go through the command line ([ridge/internal/cli.Main]), so that packages may be
// rearranged below it. Each instruction set has a file of its own in testdata, as kernels add
// numbers up in different orders. The files are rewritten, one at a time, by
//
//	RIDGE_ISA=generic go test ./internal/golden -update
//
// and the same with avx2 and avx512. Where the program is compiled for an arithmetic that was not
// recorded (fused multiply-adds on arm64, say), the traces are compared with those of the generic
// kernels within a tolerance.
package golden
