// Package cli is the program train: its commands, their flags, and the exit codes.
//
// Each command has a file. Whatever a flag's value can be wrong in by itself is
// found when it is parsed (values.go), what flags can be wrong in together when all
// of them are known, and where results will be written is tried out before the
// work starts (output.go): an error comes in the first second or not at all.
//
// An error that the command line is to blame for is a usageError; the rest is data,
// files and machines. Main turns errors into messages and exit codes, and is the
// only place that does.
package cli
