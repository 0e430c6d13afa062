// Package cli is the program train: its commands, their flags, and the exit codes.
//
// Each command has a file. A flag's value is checked by itself when it is parsed (values.go), and against the other
// flags when all of them are known. Before the work starts, the places where results will be written are tried out
// (output.go), so that errors come in the first second or not at all.
//
// A mistake on the command line is a usageError; all other errors are about data, files and machines. Only Main turns
// errors into messages and exit codes.
package cli
