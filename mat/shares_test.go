package mat

// share is what is handed to goroutines at a time.
type share struct{ workers, indices int }

// sharesOf returns what a call hands to goroutines. It does all of that itself.
func sharesOf(call func()) (shares []share) {
	before := dispatch
	defer func() { dispatch = before }()
	dispatch = func(workers, n int, b body) {
		shares = append(shares, share{workers, n})
		for i := range n {
			b.do(i)
		}
	}
	call()
	return shares
}
