package main

import (
	"fmt"
	"slices"

	. "github.com/mmcloughlin/avo/build"
)

// emitters are the functions that write the assembly of the kernels, by the kernels' names in asm.
var emitters = map[string]func(machine){}

// register names the function that writes a kernel. It returns a value so that a file can register
// its kernels with var _ = register(…).
func register(name string, emit func(machine)) bool {
	emitters[name] = emit
	return true
}

// complete returns an error unless kernels and emitters correspond one to one.
func complete(tables []table) error {
	var names []string
	for _, t := range tables {
		for _, k := range t.kernels {
			names = append(names, k.name)
			if emitters[k.name] == nil {
				return fmt.Errorf("no function writes asm.%s.%s: register a function under its name", t.name, k.name)
			}
		}
	}
	for name := range emitters {
		if !slices.Contains(names, name) {
			return fmt.Errorf("asm has no kernel %s", name)
		}
	}
	return nil
}

// begin starts the function of the kernel.
func (m machine) begin() { TEXT(m.kernel.symbol(m.elem, m.target), NOSPLIT, m.kernel.of(m.goType)) }

// ret ends a kernel. The compiler uses legacy SSE instructions right after the call, which are slow
// while the upper halves of vector registers are dirty.
func ret() {
	VZEROUPPER()
	RET()
}
