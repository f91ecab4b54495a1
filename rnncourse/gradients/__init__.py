"""Why gradients vanish and explode, and what helps: what the chapter ``book/gradients`` is about, a file a subject.

Recording the gradients of torch's modules is :mod:`rnncourse.nn.flow`.
"""

from rnncourse.gradients.cliff import Cliff, cliff, descend
from rnncourse.gradients.clipping import clip_by_norm, clip_by_value, global_norm, rescale
from rnncourse.gradients.jacobians import (
    gradient_flow,
    growth_bound,
    jacobian_norms,
    jacobian_products,
    scalar_gradient,
    state_gradients,
)
from rnncourse.gradients.maps import iterate, iterate_derivative, logistic, logistic_derivative, lyapunov
from rnncourse.gradients.omega import (
    carry_ratio,
    omega,
    omega_gradient,
    omega_without_square,
    omega_without_square_gradient,
)
from rnncourse.gradients.starts import (
    identity_init,
    linear_backward,
    linear_forward,
    orthogonal_init,
    relu_backward,
    relu_cell,
    relu_forward,
)

__all__ = [
    "Cliff",
    "carry_ratio",
    "cliff",
    "clip_by_norm",
    "clip_by_value",
    "descend",
    "global_norm",
    "gradient_flow",
    "growth_bound",
    "identity_init",
    "iterate",
    "iterate_derivative",
    "jacobian_norms",
    "jacobian_products",
    "linear_backward",
    "linear_forward",
    "logistic",
    "logistic_derivative",
    "lyapunov",
    "omega",
    "omega_gradient",
    "omega_without_square",
    "omega_without_square_gradient",
    "orthogonal_init",
    "relu_backward",
    "relu_cell",
    "relu_forward",
    "rescale",
    "scalar_gradient",
    "state_gradients",
]
