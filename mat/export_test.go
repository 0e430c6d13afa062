package mat

// PotrfPanels is potrfPanels, for tests with sizes that Potrf factors in another way.
func PotrfPanels[T Float](uplo Uplo, a Dense[T]) int { return potrfPanels(uplo, a, 1, nil) }

// PotrfBlocks is potrfBlocks, for tests with sizes that Potrf factors in panels.
func PotrfBlocks[T Float](uplo Uplo, a Dense[T], w Workers) int { return potrfBlocks(uplo, a, w, nil) }

// InBlocks is inBlocks, for tests.
func InBlocks[T Float](m, n, k int) bool { return inBlocks[T](m, n, k) }

// GetrfBlocks is getrfBlocks of all columns, for tests with sizes that Getrf does not factor in
// blocks.
func GetrfBlocks[T Float](a Dense[T], ipiv []int, w Workers) int {
	return getrfBlocks(a, len(ipiv), ipiv, w)
}
