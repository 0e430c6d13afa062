// Package files reads and writes files the way a program must that can be killed at any
// moment and that trusts no file.
//
//   - [Write] leaves a complete file or the one that was there, and nothing beside it: the
//     temporary files of processes that were killed are removed by the next one.
//   - [Read] reads a regular file that is not larger than expected, so that no device and no
//     pipe is read without an end.
//   - [Open], [Create], [Reader] and [Writer] are for pipes and devices: they wait for the
//     other side, but not longer than a context allows.
//   - [TryLock] and [Acquire] keep two processes from the same work, and say who is at it.
package files
