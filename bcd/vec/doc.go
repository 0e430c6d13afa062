// Package vec holds the elementwise loops that training a network needs besides matrix products: activations, the steps
// of hidden variables, and the updates of gradient methods. They run on the kernels of asm.Training. With a [Loop],
// workers share them, a block of rows each.
//
// The operands are vectors, or matrices without gaps between their rows. None of the
// functions on them allocates; each reads and writes its operands once. They panic if lengths
// differ, or if an operand that is written overlaps another one without being the same
// slice; where not even that is allowed, their documentation says so. NaN passes through.
package vec
