//go:build !amd64 || noasm || gccgo || safe

package gonumblas

// gemvIsAssembly says whether gonum's Dgemv is written in assembly.
const gemvIsAssembly = false
