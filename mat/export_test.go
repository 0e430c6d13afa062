package mat

// PotrfPanels is potrfPanels, for tests of small sizes, which Potrf leaves to others.
func PotrfPanels[T Float](uplo Uplo, a Dense[T]) int { return potrfPanels(uplo, a) }
