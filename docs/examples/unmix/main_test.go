package main

func Example() {
	main()
	// Output:
	// optimal
	// shares [0.70 0.00 0.31]
}
