"""One training step of a masked-language-model encoder in JAX, as a practised user writes it; prints JSON.

    pip install jax optax
    python jax_step.py --preset mini

The same work as `roformer bench step`: forward, backward, clipping at norm 1, AdamW; scores of the vocabulary at masked
positions alone. One compiled function is the step, and weights and moments are given to it to be overwritten. Attention
is written out: on a CPU that was faster than `jax.nn.dot_product_attention`.
"""

import os

import step_timing

THREADS_HELP = (
    "threads; XLA takes one for every processor it may run on, so the process is bound to as many "
    "processors as threads are wanted")


def given_options():
    """The command line; binds the process to as many processors as it says."""
    parser = step_timing.options(__doc__.splitlines()[0], THREADS_HELP)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        if given.threads > len(processors):
            parser.error(f"--threads {given.threads}: this process may run on {len(processors)} processors")
        os.sched_setaffinity(0, processors[: given.threads])
    elif given.threads != os.cpu_count():
        parser.error(f"--threads {given.threads}: this system cannot bind a process; expected all {os.cpu_count()}")
    return given


# JAX counts processors when it starts its threads, so it comes after they are settled.
GIVEN = given_options()

import jax
import jax.numpy as jnp
import optax

# On the same cores as all others, whatever else the machine has.
jax.config.update("jax_platforms", "cpu")


def initial_weights(key, vocabulary, layers, width):
    """Weights as nested dictionaries; matrices lie as [in, out]."""
    keys = iter(jax.random.split(key, 4 * layers + 2))

    def matrix(rows, columns):
        return 0.02 * jax.random.truncated_normal(next(keys), -2, 2, (rows, columns))

    def dense(inputs, outputs):
        return {"weight": matrix(inputs, outputs), "bias": jnp.zeros(outputs)}

    def norm():
        return {"gain": jnp.ones(width), "bias": jnp.zeros(width)}

    def block():
        return {
            "projections": dense(width, 3 * width), "mix": dense(width, width), "first_norm": norm(),
            "inner": dense(width, 4 * width), "outer": dense(4 * width, width), "second_norm": norm(),
        }

    return {
        "tokens": matrix(vocabulary, width), "norm": norm(), "blocks": [block() for _ in range(layers)],
        "transform": dense(width, width), "transform_norm": norm(), "bias": jnp.zeros(vocabulary),
    }


def make_loss(length, width, heads):
    """The loss as a function of weights, tokens [batch, time], masked positions and their labels."""
    dims = width // heads
    angles = jnp.outer(jnp.arange(length), 10000.0 ** (-jnp.arange(0, dims, 2) / dims))
    # [time, dims / 2], for [batch, heads, time, dims].
    cosines, sines = jnp.cos(angles), jnp.sin(angles)

    def dense(layer, x):
        return x @ layer["weight"] + layer["bias"]

    def normalized(layer, x):
        return layer["gain"] * jax.nn.standardize(x, axis=-1, epsilon=1e-12) + layer["bias"]

    def gelu(x):
        return jax.nn.gelu(x, approximate=False)

    def rotated(x):
        """Half-split rotary positions."""
        first, second = jnp.split(x, 2, axis=-1)
        return jnp.concatenate((first * cosines - second * sines, first * sines + second * cosines), axis=-1)

    def block(layer, x):
        """A post-LN transformer block with rotary queries and keys."""
        parts = dense(layer["projections"], x).reshape(*x.shape[:2], 3, heads, dims)
        query, key, value = parts.transpose(2, 0, 3, 1, 4)
        scores = jnp.einsum("bhqd,bhkd->bhqk", rotated(query), rotated(key)) / dims**0.5
        mixed = jnp.einsum("bhqk,bhkd->bhqd", jax.nn.softmax(scores), value)
        mixed = mixed.transpose(0, 2, 1, 3).reshape(x.shape)
        x = normalized(layer["first_norm"], x + dense(layer["mix"], mixed))
        return normalized(layer["second_norm"], x + dense(layer["outer"], gelu(dense(layer["inner"], x))))

    def loss(weights, tokens, positions, labels):
        x = normalized(weights["norm"], weights["tokens"][tokens])
        for layer in weights["blocks"]:
            x = block(layer, x)
        x = x.reshape(-1, width)[positions]
        x = normalized(weights["transform_norm"], gelu(dense(weights["transform"], x)))
        logits = x @ weights["tokens"].T + weights["bias"]
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

    return loss


def main():
    layers, width, heads = step_timing.SIZES[GIVEN.preset]
    loss = make_loss(GIVEN.length, width, heads)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(1e-4, weight_decay=0.01))
    keys = jax.random.split(jax.random.key(0), 4)
    weights = initial_weights(keys[0], GIVEN.vocabulary, layers, width)
    moments = optimizer.init(weights)
    tokens = jax.random.randint(keys[1], (GIVEN.batch, GIVEN.length), 0, GIVEN.vocabulary)
    positions = jax.random.permutation(keys[2], tokens.size)[: step_timing.masked_count(GIVEN)]
    labels = jax.random.randint(keys[3], positions.shape, 0, GIVEN.vocabulary)

    def update(weights, moments, *batch):
        gradients = jax.grad(loss)(weights, *batch)
        changes, moments = optimizer.update(gradients, moments, weights)
        return optax.apply_updates(weights, changes), moments

    compiled = jax.jit(update, donate_argnums=(0, 1))

    def step():
        nonlocal weights, moments
        weights, moments = compiled(weights, moments, tokens, positions, labels)

    step_timing.report(GIVEN, jax.__version__, step, finish=lambda: jax.block_until_ready((weights, moments)))


if __name__ == "__main__":
    main()
