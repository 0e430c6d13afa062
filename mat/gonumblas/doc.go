// Package gonumblas makes gonum fast.
package gonumblas
