// Package files reads and writes files for a program that can be killed at any moment and trusts no file.
//
//   - [Write] leaves a complete file or the one that was there, and nothing next to it: the temporary files of
//     processes that were killed are removed by the next one.
//   - [Read] reads a regular file that is not larger than expected, so that no device or pipe is read for ever.
//   - [Open], [Create], [Reader] and [Writer] are for pipes and devices: they wait for the other side, but not longer
//     than a context allows.
//   - [TryLock] and [Acquire] keep two processes from doing the same work, and say which one is doing it.
package files
