"""As students at two in the morning: differences one entry at a time, tried on a vector of two numbers."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("flat_copies")
def numerical_gradient(f, theta, eps=1e-6):
    g = np.zeros(theta.size)
    for i in range(theta.size):
        up = theta.copy()
        down = theta.copy()
        j = np.unravel_index(i, theta.shape)
        up[j] = up[j] + eps
        down[j] = down[j] - eps
        # g[i] = (f(up) - f(theta)) / eps
        g[i] = (f(up) - f(down)) / 2 / eps
    return g.reshape(theta.shape)


@wrong(
    "only_back_to_where_it_was",
    "After the step up the entry goes down by one eps only, so the second value is f at theta itself, and the difference is still divided by 2 eps.",
    "Your gradient is half of what it should be. Where does theta stand when you take the second value of f?",
)
def numerical_gradient(f, theta, eps=1e-6):
    theta = theta.copy()
    gradient = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        theta[j] += eps
        f_plus = f(theta)
        theta[j] -= eps
        f_minus = f(theta)
        gradient[j] = (f_plus - f_minus) / (2 * eps)
    return gradient


@wrong(
    "step_never_cleared",
    "The step is made once before the loop and never cleared, so from the second entry on several entries move at once.",
    "The first number is right, each later one contains those before. How many entries of your step are not zero in round three?",
)
def numerical_gradient(f, theta, eps=1e-6):
    gradient = np.zeros_like(theta)
    step = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        step[j] = eps
        gradient[j] = (f(theta + step) - f(theta - step)) / (2 * eps)
    return gradient


@wrong(
    "rows_instead_of_numbers",
    "The loop runs over range(len(theta)), which works for a vector, but moves whole rows of a matrix.",
    "In a matrix all numbers of one row come out the same. What does theta[i] stand for when theta has two axes?",
)
def numerical_gradient(f, theta, eps=1e-6):
    gradient = np.zeros_like(theta)
    for i in range(len(theta)):
        plus, minus = theta.copy(), theta.copy()
        plus[i] += eps
        minus[i] -= eps
        gradient[i] = (f(plus) - f(minus)) / (2 * eps)
    return gradient


@wrong(
    "not_put_back",
    "Each entry is moved in theta itself, up by eps and down by two, and never put back, so theta has changed afterwards.",
    "Compare theta before and after the call. You move each entry up and then down: where should it be before the next one has its turn?",
)
def numerical_gradient(f, theta, eps=1e-6):
    gradient = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        theta[j] += eps
        up = f(theta)
        theta[j] -= 2 * eps
        down = f(theta)
        gradient[j] = (up - down) / (2 * eps)
    return gradient
