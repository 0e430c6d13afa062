package main

import (
	"fmt"
	"slices"

	. "github.com/mmcloughlin/avo/build"
)

// emitters write the assembly of the kernels, by their names in asm.
var emitters = map[string]func(machine){}

// register names the function that writes a kernel. It returns something so that a file can
// register its kernels by var _ = register(…).
func register(name string, emit func(machine)) bool {
	emitters[name] = emit
	return true
}

// complete reports whether kernels and emitters are the same ones.
func complete(tables []table) error {
	var names []string
	for _, t := range tables {
		for _, k := range t.kernels {
			names = append(names, k.name)
			if emitters[k.name] == nil {
				return fmt.Errorf("nobody writes asm.%s.%s: register a function under its name", t.name, k.name)
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

// ret ends a kernel. The compiler uses legacy SSE instructions right after the
// call, which are slow while upper halves are dirty.
func ret() {
	VZEROUPPER()
	RET()
}
