package memory_test

import (
	"fmt"

	"ridge/internal/memory"
)

// What does not fit is refused with both numbers.
func ExampleCheck() {
	rows, columns := int64(10_000_000), int64(1000)
	err := memory.Check(8e9, memory.Product(rows, columns, 4), "10,000,000 rows of 1,000 columns")
	fmt.Println(err)
	// Output: 10,000,000 rows of 1,000 columns take 40.0 GB of memory, the limit is 8.0 GB
}
