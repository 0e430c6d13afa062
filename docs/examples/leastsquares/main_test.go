package main

func Example() {
	main()
	// Output:
	// coefficients  [1.0 -2.0 0.5 3.0]
	// residual      0.04
	// 1/condition   0.1
}
