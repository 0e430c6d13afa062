package gradient

// blockElements is how many elements of an elementwise loop one worker takes at a
// time: enough that waking another goroutine is worth it.
const blockElements = 1 << 14

// blockRows is the number of rows in a block, given the number of columns, at least 1.
func blockRows(cols int) int { return max(1, blockElements/cols) }

func ceilDiv(a, b int) int { return (a + b - 1) / b }
