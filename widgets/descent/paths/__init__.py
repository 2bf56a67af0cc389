"""Many paths of one loss at once, with the bits that each has alone.

batching            decides how: all rates at once, mapped, a few at a time, one by one, or eagerly (a Plan)
path_runs           runs a Plan; path_pieces: piece by piece; eager_path: step by step, as the learner would
tracing             f and its gradient as a graph; loop: the compiled loop around an optimizer's step
vectorized          a step mapped over the paths; unmapped_operations, convolutions: what cannot be
path_kernels        which kernels keep the bits then
matrix_products     ways to multiply that do; register_sums: number by number, as a register does
approximated        exp and the like in pieces; part_trials: which decompositions, transforms, convolutions do
graph_rewrites      rewritings that keep every bit; batch_exactness, kernel_trials: which operations do so
spot_check          the test afterwards: places on the paths, computed again eagerly
kept_plans          what was traced is kept; flat_ends: ends of paths that are no minimum
"""
