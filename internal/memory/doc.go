// Package memory says how much memory the process can still take, so that what does not
// fit is refused before it is tried: a program that is killed by the kernel leaves no
// message and loses what it had learnt.
//
// [Available] is the estimate, [Check] compares a need with a limit and returns a
// *[LimitError] that names both.
package memory
