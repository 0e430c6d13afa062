// Package nn is what a network is: a directed acyclic graph of ReLU layers with a linear output.
// It has no training in it.
//
// A [Network] is made by [New], with the shape of a [Spec] and the first weights of an [Init], or
// read from a file by [Load]. [Network.Scores] runs samples through it, [Network.ErrorRate] tells
// how many of them it takes for something else, and [Network.Save] writes it.
//
// Samples are rows. X = U₀ is the N×d₀ input, from which [Network].Mean is subtracted. Layer n reads
// the layers in M_n (n−1, and skips): A_n is those side by side with a column of ones for the bias,
// Z_n = A_n·W_nᵀ are the pre-activations, U_n = max(0, Z_n) the activations, O = [U_L, 1]·Vᵀ the
// outputs. The largest output of a sample is its class.
//
// A [Loss] says what the outputs are to be. It is part of the network, as trainers need one, but
// what a network predicts does not depend on it.
//
// # Files
//
// A model file is a safetensors file, which most machine learning tools read; format.md has the
// details. Files are not believed: everything is checked before memory is taken, and what is wrong
// with a file is a *[FormatError].
package nn
