"""One training step of a masked-language-model encoder in PyTorch, as a practised user writes it; prints JSON.

    pip install torch
    python torch_step.py --preset mini [--compile]

The same work as `roformer bench step`: forward, backward, clipping at norm 1, AdamW; scores of the vocabulary at masked
positions alone; scaled_dot_product_attention and the fused optimizer.
"""

import torch
from torch import nn
from torch.nn import functional

import step_timing


def rotate(x, cosines, sines):
    """Half-split rotary positions of [batch, heads, time, dims]."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cosines - second * sines, first * sines + second * cosines), dim=-1)


class Block(nn.Module):
    """A post-LN transformer block with rotary queries and keys."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.projections = nn.Linear(width, 3 * width)
        self.mix = nn.Linear(width, width)
        self.inner = nn.Linear(width, 4 * width)
        self.outer = nn.Linear(4 * width, width)
        self.first_norm = nn.LayerNorm(width, eps=1e-12)
        self.second_norm = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x, cosines, sines):
        batch, length, width = x.shape
        parts = self.projections(x).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(
            rotate(query, cosines, sines), rotate(key, cosines, sines), value)
        x = self.first_norm(x + self.mix(mixed.transpose(1, 2).reshape(batch, length, width)))
        return self.second_norm(x + self.outer(functional.gelu(self.inner(x))))


class Encoder(nn.Module):
    """Embeddings, blocks, and BERT's head with tied embeddings."""

    def __init__(self, vocabulary, length, layers, width, heads):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.transform = nn.Linear(width, width)
        self.transform_norm = nn.LayerNorm(width, eps=1e-12)
        self.bias = nn.Parameter(torch.zeros(vocabulary))
        dims = width // heads
        angles = torch.outer(torch.arange(length), 10000.0 ** (-torch.arange(0, dims, 2) / dims))
        self.register_buffer("cosines", angles.cos())
        self.register_buffer("sines", angles.sin())
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.trunc_normal_(parameter, std=0.02, a=-0.04, b=0.04)

    def forward(self, tokens, positions, labels):
        x = self.norm(self.tokens(tokens))
        for block in self.blocks:
            x = block(x, self.cosines, self.sines)
        x = self.transform_norm(functional.gelu(self.transform(x.flatten(0, 1)[positions])))
        return functional.cross_entropy(functional.linear(x, self.tokens.weight, self.bias), labels)


def main():
    parser = step_timing.options(__doc__.splitlines()[0], "threads of torch.set_num_threads")
    parser.add_argument("--compile", action="store_true", help="with torch.compile")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    model = Encoder(given.vocabulary, given.length, *step_timing.SIZES[given.preset])
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01, fused=True)
    loss_of = torch.compile(model) if given.compile else model
    tokens = torch.randint(given.vocabulary, (given.batch, given.length))
    positions = torch.randperm(tokens.numel())[: step_timing.masked_count(given)]
    labels = torch.randint(given.vocabulary, (len(positions),))

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss_of(tokens, positions, labels).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    step_timing.report(
        given, torch.__version__, step, instructions=torch.backends.cpu.get_cpu_capability())


if __name__ == "__main__":
    main()
