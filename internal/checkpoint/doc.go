// Package checkpoint keeps the states of a training in a folder, so that another process can go on
// after the first one has died, whatever killed it.
//
// A [Folder] has the last two states. One is written beside the others, reaches the disk, and gets
// its name then: whenever the process or the machine dies, there is a whole one, that is as old as
// the interval at most. Each says which training it is of ([Identity]), and a training of other
// samples, other options or another arithmetic is refused: it could not come to the same bits.
//
// A [Clock] decides when it is time.
package checkpoint
