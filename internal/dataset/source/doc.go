// Package source opens what data sets are read from: files, plain or gzip-compressed,
// folders, and standard input.
//
// A [File] can be read several times, each time from its first byte, and says at any time
// how far a reading has come, from which the readers of formats estimate how much memory
// the rest will take. Whether a file is compressed is read off its content, not its name.
// What can't be read twice (standard input, pipes) is copied to a temporary file first,
// which has no name and is gone with the process.
//
// Errors name the file; those about its content are *[FormatError], with line and column
// where there are lines and columns. [Probe] is what a format is recognized by.
package source
