package mat

// movedRows says which rows of a matrix the exchanges of one block move. Rows of the block come from anywhere. Rows
// below it come from the block only: step i exchanges row i of the block with a row below i, and no later step touches
// row i.
type movedRows struct {
	into  [getrfBlock]int // row i of the block comes from row into[i]
	below [getrfBlock]move
	count int // moves in below
}

// move is the move of one row to another.
type move struct{ to, from int }

// find follows the exchanges of ipiv, which belong to rows from first on.
func (r *movedRows) find(first int, ipiv []int) {
	k := len(ipiv)
	r.count = 0
	for i := range k {
		r.into[i] = first + i
	}
	for i, p := range ipiv {
		at := r.into[i]
		if p < first+k {
			r.into[i], r.into[p-first] = r.into[p-first], at
			continue
		}
		r.into[i] = r.exchangeBelow(p, at)
	}
}

// exchangeBelow puts row from into row to, below the block, and returns which row was there.
func (r *movedRows) exchangeBelow(to, from int) (old int) {
	for q := range r.below[:r.count] {
		if m := &r.below[q]; m.to == to {
			old, m.from = m.from, from
			return old
		}
	}
	r.below[r.count] = move{to, from}
	r.count++
	return to
}

// loadExchanged copies the rows that the exchanges bring into block b to u, in panels, for columns from … to−1, and
// moves the rows that leave the block. The block itself keeps its old rows, which U will overwrite.
func (e *elimination[T]) loadExchanged(b *eliminated[T], u []T, from, to int) {
	nr, ld := e.kern.NR, e.a.Stride
	k := b.to - b.from
	panels := (to - from) / nr
	last := panels * nr
	if last < to-from {
		clear(u[last*k:]) // the padding is multiplied, to no effect, but subnormal numbers in it may be slow
	}
	for i, source := range b.moved.into[:k] {
		row := e.a.Data[source*ld+from : source*ld+to]
		if panels > 0 { // the row is copied like a matrix of NR columns, whose rows are k rows of a panel apart
			e.kern.Lacpy(panels, nr, row, nr, u[i*nr:], k*nr)
		}
		if last < to-from {
			copy(u[last*k+i*nr:], row[last:])
		}
	}
	for _, m := range b.moved.below[:b.moved.count] {
		copy(e.a.Data[m.to*ld+from:m.to*ld+to], e.a.Data[m.from*ld+from:m.from*ld+to])
	}
}

// getrfBlocksRows is the largest number of rows of a matrix that is eliminated in blocks.
const getrfBlocksRows = getrfBlocksBytes / 4 / getrfBlocksColumns

// rowSources says where each row of a matrix comes from.
type rowSources [getrfBlocksRows]int32

// exchangeByCycles exchanges rows of at most getrfBlock columns, as elements from first on of ipiv say. It reads and
// writes each row once, where exchanges one after the other would do so twice.
func exchangeByCycles[T Float](a Dense[T], ipiv []int, first int) {
	sources := getBody[rowSources]()
	defer putBody(sources)
	from := sources[:a.Rows]
	for i := range from {
		from[i] = int32(i)
	}
	for i := first; i < len(ipiv); i++ {
		p := ipiv[i]
		from[i], from[p] = from[p], from[i]
	}
	var kept [getrfBlock]T
	for i := first; i < len(ipiv); i++ { // each exchange has one of these rows, so each cycle has, too
		if int(from[i]) == i {
			continue
		}
		copy(kept[:], a.Row(i))
		j := i
		for int(from[j]) != i {
			next := int(from[j])
			copy(a.Row(j), a.Row(next))
			from[j], j = int32(j), next
		}
		copy(a.Row(j), kept[:a.Cols])
		from[j] = int32(j)
	}
}
