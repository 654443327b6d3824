// In the place of the kernels with relaxed SIMD: the page never asks for them, since its runs have the same bits everywhere.
export default "";
