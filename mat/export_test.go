package mat

// PotrfPanels is potrfPanels, for tests of small sizes, which Potrf leaves to others.
func PotrfPanels[T Float](uplo Uplo, a Dense[T]) int { return potrfPanels(uplo, a, 1) }

// PotrfBlocks is potrfBlocks, for tests of sizes that Potrf factors in panels.
func PotrfBlocks[T Float](uplo Uplo, a Dense[T], w Workers) int { return potrfBlocks(uplo, a, w) }
