//go:build !purego

package asm

const haveAssembly = true

// table returns the kernels of an instruction set, which the machine must have.
func table[T Float](isa ISA) Kernels[T] {
	if isa == Generic {
		return generic[T](4, 8, 256, 128, 1024)
	}
	var k Kernels[T]
	switch k := any(&k).(type) {
	case *Kernels[float32]:
		*k = map[ISA]Kernels[float32]{AVX2: avx2F32, AVX512: avx512F32}[isa]
	case *Kernels[float64]:
		*k = map[ISA]Kernels[float64]{AVX2: avx2F64, AVX512: avx512F64}[isa]
	}
	k.ISA = isa
	k.KC, k.MC, k.NC = blocks[T](k.MR, k.NR)
	instrument(&k)
	return k
}

var avx2F32 = Kernels[float32]{
	MR: 6, NR: 16,
	Gemm:             gemmF32AVX2,
	GemmDirect:       gemmDirectF32AVX2,
	Trsm:             trsmF32AVX2,
	Sweep:            sweepF32AVX2,
	Transpose:        transposeF32AVX2,
	Lacpy:            lacpyF32AVX2,
	PackA:            packAF32AVX2,
	PackATrans:       packATransF32AVX2,
	PackB:            packBF32AVX2,
	PackBTrans:       packBTransF32AVX2,
	Dot:              dotF32AVX2,
	DotStream:        dotStreamF32AVX2,
	Dotxf:            dotxfF32AVX2,
	Asum:             asumF32AVX2,
	AbsMax:           absMaxF32AVX2,
	Axpy:             axpyF32AVX2,
	AxpyStream:       axpyStreamF32AVX2,
	Axpyf:            axpyfF32AVX2,
	Scal:             scalF32AVX2,
	Clamp:            clampF32AVX2,
	Relu:             reluF32AVX2,
	ReluGrad:         reluGradF32AVX2,
	Momentum:         momentumF32AVX2,
	Nesterov:         nesterovF32AVX2,
	RMSStep:          rmsStepF32AVX2,
	AdaDelta:         adaDeltaF32AVX2,
	Adam:             adamF32AVX2,
	Accelerate:       accelerateF32AVX2,
	LiftSlope:        liftSlopeF32AVX2,
	ScaledDifference: scaledDifferenceF32AVX2,
	Blend:            blendF32AVX2,
}

var avx2F64 = Kernels[float64]{
	MR: 6, NR: 8,
	Gemm:             gemmF64AVX2,
	GemmDirect:       gemmDirectF64AVX2,
	Trsm:             trsmF64AVX2,
	Sweep:            sweepF64AVX2,
	Transpose:        transposeF64AVX2,
	Lacpy:            lacpyF64AVX2,
	PackA:            packAF64AVX2,
	PackATrans:       packATransF64AVX2,
	PackB:            packBF64AVX2,
	PackBTrans:       packBTransF64AVX2,
	Dot:              dotF64AVX2,
	DotStream:        dotStreamF64AVX2,
	Dotxf:            dotxfF64AVX2,
	Asum:             asumF64AVX2,
	AbsMax:           absMaxF64AVX2,
	Axpy:             axpyF64AVX2,
	AxpyStream:       axpyStreamF64AVX2,
	Axpyf:            axpyfF64AVX2,
	Scal:             scalF64AVX2,
	Clamp:            clampF64AVX2,
	Relu:             reluF64AVX2,
	ReluGrad:         reluGradF64AVX2,
	Momentum:         momentumF64AVX2,
	Nesterov:         nesterovF64AVX2,
	RMSStep:          rmsStepF64AVX2,
	AdaDelta:         adaDeltaF64AVX2,
	Adam:             adamF64AVX2,
	Accelerate:       accelerateF64AVX2,
	LiftSlope:        liftSlopeF64AVX2,
	ScaledDifference: scaledDifferenceF64AVX2,
	Blend:            blendF64AVX2,
}

var avx512F32 = Kernels[float32]{
	MR: 14, NR: 32,
	Gemm:             gemmF32AVX512,
	GemmDirect:       gemmDirectF32AVX512,
	Trsm:             trsmF32AVX512,
	Sweep:            sweepF32AVX512,
	Transpose:        transposeF32AVX512,
	Lacpy:            lacpyF32AVX512,
	PackA:            packAF32AVX512,
	PackATrans:       packATransF32AVX512,
	PackB:            packBF32AVX512,
	PackBTrans:       packBTransF32AVX512,
	Dot:              dotF32AVX512,
	DotStream:        dotStreamF32AVX512,
	Dotxf:            dotxfF32AVX512,
	Asum:             asumF32AVX512,
	AbsMax:           absMaxF32AVX512,
	Axpy:             axpyF32AVX512,
	AxpyStream:       axpyStreamF32AVX512,
	Axpyf:            axpyfF32AVX512,
	Scal:             scalF32AVX512,
	Clamp:            clampF32AVX512,
	Relu:             reluF32AVX512,
	ReluGrad:         reluGradF32AVX512,
	Momentum:         momentumF32AVX512,
	Nesterov:         nesterovF32AVX512,
	RMSStep:          rmsStepF32AVX512,
	AdaDelta:         adaDeltaF32AVX512,
	Adam:             adamF32AVX512,
	Accelerate:       accelerateF32AVX512,
	LiftSlope:        liftSlopeF32AVX512,
	ScaledDifference: scaledDifferenceF32AVX512,
	Blend:            blendF32AVX512,
}

var avx512F64 = Kernels[float64]{
	MR: 14, NR: 16,
	Gemm:             gemmF64AVX512,
	GemmDirect:       gemmDirectF64AVX512,
	Trsm:             trsmF64AVX512,
	Sweep:            sweepF64AVX512,
	Transpose:        transposeF64AVX512,
	Lacpy:            lacpyF64AVX512,
	PackA:            packAF64AVX512,
	PackATrans:       packATransF64AVX512,
	PackB:            packBF64AVX512,
	PackBTrans:       packBTransF64AVX512,
	Dot:              dotF64AVX512,
	DotStream:        dotStreamF64AVX512,
	Dotxf:            dotxfF64AVX512,
	Asum:             asumF64AVX512,
	AbsMax:           absMaxF64AVX512,
	Axpy:             axpyF64AVX512,
	AxpyStream:       axpyStreamF64AVX512,
	Axpyf:            axpyfF64AVX512,
	Scal:             scalF64AVX512,
	Clamp:            clampF64AVX512,
	Relu:             reluF64AVX512,
	ReluGrad:         reluGradF64AVX512,
	Momentum:         momentumF64AVX512,
	Nesterov:         nesterovF64AVX512,
	RMSStep:          rmsStepF64AVX512,
	AdaDelta:         adaDeltaF64AVX512,
	Adam:             adamF64AVX512,
	Accelerate:       accelerateF64AVX512,
	LiftSlope:        liftSlopeF64AVX512,
	ScaledDifference: scaledDifferenceF64AVX512,
	Blend:            blendF64AVX512,
}
