// Package checkpoint keeps the states of a training in a folder, so that another process can continue after the first
// one has died, whatever killed it.
//
// A [Folder] has the last two states. A state is written to a temporary file, synced to disk, and only then renamed:
// whenever the process or the machine dies, there is a complete one, at most as old as the interval. Each says which
// training it is of ([Identity]), and a training of other samples, other options or another arithmetic is refused: it
// could not reach the same bits.
//
// Before the training there may be a choice, which takes longer than the training does. What is known of it is kept in
// the same way, in a file of its own.
//
// A [Clock] decides when it is time.
package checkpoint
