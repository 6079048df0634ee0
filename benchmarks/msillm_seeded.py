"""Make MS-ILLM checkpoints with seeded weights, for use where the released ones are missing.

    python benchmarks/msillm_seeded.py FOLDER [--quality 3 4] [--seed 0]

Ordinary untrained weights give latents close to zero, and so almost no rate. These weights are
shaped: every channel of latents and hyper-latents has a spread of its own, means and scales vary
with the hyper-latents and are roughly right, and the spreads rise with the quality. The rates are
of the same order as the released models'. The pictures are meaningless.

The architecture and the file names are those of the released checkpoints. So are the names of the
entropy bottleneck's parameters, which date from before CompressAI 1.2.5.

Needs `pip install -e '.[msillm]'`.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.extras import needing
from gcx_format.visual.codec import Variant
from gcx_format.visual.msillm import MsIllm

with needing("msillm"), warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import torch
    from neuralcompression.models import HiFiCAutoencoder

_SPREADS = (0.004, 0.007, 0.025, 0.035, 0.055, 0.1, 0.15, 0.35)
"""The spread of the median channel of latents, for each quality."""


def write(folder: Path, variant: Variant, seed: int = 0) -> Path:
    """Write the checkpoint of a variant and return its path."""
    assert variant.checkpoint is not None
    path = folder / variant.checkpoint.file
    torch.save(state_dict(variant, seed), path)
    return path


def state_dict(variant: Variant, seed: int = 0) -> dict[str, torch.Tensor]:
    """The weights of a variant, always the same for the same seed."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(1000 * seed + variant.index)
        model = HiFiCAutoencoder()
        _shape(model, _SPREADS[variant.index])
        old = {"matrices.": "_matrix", "biases.": "_bias", "factors.": "_factor"}
        state = {}
        for name, value in model.state_dict().items():
            for new_name, old_name in old.items():
                name = name.replace(f"hyper_bottleneck.{new_name}", f"hyper_bottleneck.{old_name}")
            state[name] = value
        return state


def _shape(model: Any, spread: float) -> None:
    picture = torch.cat([_clouds(128) for _ in range(8)])
    latents = model.encoder(picture)
    spreads = spread * torch.exp(1.2 * torch.randn(220))
    means = 0.5 * torch.randn(220)
    _set_statistics(model.encoder.blocks[-1], latents, spreads, means)
    latents = model.encoder(picture)

    _normalise_hidden(model.hyper_analysis, latents)
    hyper_latents = model.hyper_analysis(latents)
    hyper_spreads = spread * torch.exp(1.2 * torch.randn(320))
    hyper_means = 0.3 * torch.randn(320)
    _set_statistics(model.hyper_analysis[-1], hyper_latents, hyper_spreads, hyper_means)
    hyper_latents = torch.round(model.hyper_analysis(latents))
    # If all hyper-latents were zero, there would be nothing to normalise by.
    hyper_latents += 0.3 * torch.randn_like(hyper_latents)
    for network, middle, variation in (
        (model.hyper_synthesis_mean, means, 0.3),
        (model.hyper_synthesis_scale, spreads, 0.2),
    ):
        _normalise_hidden(network, hyper_latents)
        _set_statistics(network[-1], network(hyper_latents), variation * spreads, middle)

    bottleneck = model.hyper_bottleneck
    width = (hyper_spreads.clamp(min=0.05) / 1.8) ** 0.2  # of five layers
    filters = (1, 3, 3, 3, 3, 1)
    for layer, matrix in enumerate(bottleneck.matrices):
        value = torch.log(torch.expm1(1 / width / filters[layer + 1]))
        matrix.copy_(value[:, None, None] + 0.1 * torch.randn_like(matrix))
    slopes = torch.nn.functional.softplus(bottleneck.matrices[0])
    bottleneck.biases[0].copy_(-slopes * hyper_means[:, None, None])
    for factor in bottleneck.factors:
        factor.copy_(0.3 * torch.randn_like(factor))
    bottleneck._update_quantiles()

    last = model.decoder.blocks[-1]
    reconstruction = model.decoder(latents)
    _set_statistics(last, reconstruction, torch.full((3,), 0.2), torch.full((3,), 0.5))


def _normalise_hidden(network: Any, values: torch.Tensor) -> None:
    """Give the outputs of all layers but the last a standard deviation of 1."""
    for layer in list(network)[:-1]:
        output = layer(values)
        if hasattr(layer, "weight"):
            layer.weight.div_(output.std())
            layer.bias.div_(output.std())
            output = layer(values)
        values = output.clone()


def _set_statistics(
    layer: Any, output: torch.Tensor, spreads: torch.Tensor, means: torch.Tensor
) -> None:
    """Give each output channel of a layer a new standard deviation and mean."""
    factor = spreads / output.std(dim=(0, 2, 3)).clamp(min=1e-9)
    layer.weight.mul_(factor[:, None, None, None])
    layer.bias.sub_(output.mean(dim=(0, 2, 3))).mul_(factor).add_(means)


def _clouds(side: int) -> torch.Tensor:
    """A picture of random brightness and contrast with detail at every scale, as in photographs."""
    amount = 0.7 + 0.6 * float(torch.rand(()))
    picture = torch.zeros(1, 3, side, side)
    size = 2
    while size <= side:
        noise = torch.randn(1, 3, size, size)
        grown = torch.nn.functional.interpolate(noise, (side, side), mode="bilinear")
        picture += grown * (2 / size) ** (1 - amount)
        size *= 2
    low, high = np.quantile(picture.numpy(), [0.01, 0.99])
    dark, light = torch.rand(2).tolist()
    shaded: torch.Tensor = dark + (light - dark) * (picture - low) / (high - low)
    return shaded.clamp(0, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where to write the checkpoints")
    parser.add_argument(
        "--quality",
        nargs="+",
        default=["4"],
        metavar="Q",
        help="vlo1, vlo2 or 1 to 6; several are allowed (default: 4)",
    )
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.quality:
        print(write(arguments.folder, MsIllm().find(name), arguments.seed))


if __name__ == "__main__":
    main()
