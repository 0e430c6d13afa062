// Package polar approximates polar factors of matrices by products alone.
//
// The polar factor of G = UΣVᵀ is UVᵀ: of all matrices of spectral norm 1 it is the one that has
// the largest inner product with G. So it is the steepest direction in the spectral norm, by which
// Muon (Jordan et al., Muon: An Optimizer for Hidden Layers in Neural Networks, 2024) and the
// spectral metric of package bcd move weights.
package polar
