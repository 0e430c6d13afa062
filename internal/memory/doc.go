// Package memory estimates how much memory the process can still take, so that work that does not fit is refused before
// it is tried: a program that the kernel kills leaves no message and loses what it has learnt.
//
// [Available] is the estimate, [Check] compares a need with a limit and returns a *[LimitError] that names both, and
// [CheckFree] compares it with what is available, without garbage.
package memory
