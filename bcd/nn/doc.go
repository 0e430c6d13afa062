// Package nn defines networks: directed acyclic graphs of ReLU layers with a linear output. It does not train them.
//
// A [Network] is made by [New], with the shape of a [Spec] and the first weights of an [Init], or
// read from a file by [Load]. [Network.Scores] runs samples through it, [Network.ErrorRate] says what fraction of them
// it misclassifies, and [Network.Save] writes it.
//
// Samples are rows. X = U₀ is the N×d₀ input, from which [Network].Mean is subtracted. Layer n reads
// the layers in M_n (n−1, and skips): A_n is these activations side by side, with a column of ones for the bias,
// Z_n = A_n·W_nᵀ are the pre-activations, U_n = max(0, Z_n) the activations, O = [U_L, 1]·Vᵀ the outputs. The
// largest output of a sample is its class.
//
// A [Loss] says what the outputs should be. It is part of the network because trainers need one, but it does not affect
// what the network predicts.
//
// # Files
//
// A model file is a safetensors file, which most machine learning tools read; format.md has the
// details. Files are not trusted: everything is checked before memory is allocated, and a *[FormatError] says what is
// wrong.
package nn
