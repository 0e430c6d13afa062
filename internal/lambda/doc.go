// Package lambda chooses λ and λ_out of a training with mini-batches, and after them its hidden layers, whether columns
// are in pieces, and how far the weights go that read the input. The best λ of tables differs by factors of more than a
// hundred: noisy tables need a large one, and few samples of a clear rule next to none. No count of rows or columns
// shows which it is, nor what is best of the others, but held-out samples do, and trainings with few of them are
// affordable.
package lambda
