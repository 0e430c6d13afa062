// Package golden holds only tests: recorded traces of many short trainings, with a digest of the weights that each
// ended with. A change to the trainers that is not meant to change what they compute must leave every bit of them as it
// is.
//
// The trainings go through the command line ([ridge/internal/cli.Main]), so that the packages below it may be
// rearranged. Each instruction set has a file of its own in testdata, as kernels add numbers up in different orders.
// The files are rewritten, one at a time, by
//
//	RIDGE_ISA=generic go test ./internal/golden -update
//
// and the same with avx2 and avx512. Where the program is compiled for an arithmetic that was not recorded (fused
// multiply-adds on arm64, say), the traces are compared with those of the generic kernels within a tolerance.
//
// The layouts of saved states, in states.txt, are the same everywhere, and are rewritten by
//
//	go test ./internal/golden -run TestStates -update
package golden
