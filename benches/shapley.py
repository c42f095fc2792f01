"""Shapley values by the shap library beside our explanation, on the same function and point.

    python3 -m venv .venv && .venv/bin/pip install shap
    cargo build --release
    .venv/bin/python benches/shapley.py target/release/glasklar

The function is the score of the sixteen channels that `glasklar bench explain` uses. shap's exact
explainer divides it over channels by Shapley's rule, which needs the score of all 65,536 sets of
channels; ours divides it by Aumann-Shapley's, over channels and signals, with one integral. So the
two are different answers to the same question, and the ratio compares what each costs. It is of
this run and this machine; numpy computes all sets at once, as fast as Python can.
"""

import json
import statistics
import subprocess
import sys
import time

import numpy
import shap


def main() -> None:
    binary = sys.argv[1] if len(sys.argv) > 1 else "target/release/glasklar"
    ours = json.loads(subprocess.check_output([binary, "bench", "explain", "--json"]))
    evidence = numpy.array(ours["channels"])
    weights = numpy.array(ours["model"]["weights"])
    a, b = ours["model"]["a"], ours["model"]["b"]

    def score(present: numpy.ndarray) -> numpy.ndarray:
        """The score of each row's channels: 1 for a channel that is there, 0 for one that is not."""
        z = numpy.log1p(present @ evidence) @ weights
        return 100.0 / (1.0 + numpy.exp(-(a + b * z)))

    nobody = numpy.zeros((1, len(evidence)))
    everybody = numpy.ones((1, len(evidence)))
    explainer = shap.explainers.Exact(score, nobody)
    explainer(everybody)  # compiles what it needs
    times = []
    for _ in range(5):
        began = time.perf_counter()
        values = explainer(everybody)
        times.append(time.perf_counter() - began)
    micros = statistics.median(times) * 1e6

    total = float(values.values.sum() + values.base_values[0])
    expected = float(score(everybody)[0])
    assert abs(total - expected) < 1e-6, f"shap explained {total}, the score is {expected}"
    print(f"shap, exact, {len(evidence)} channels   {micros:>12.1f} us")
    for name, key in [
        ("ours, channels and signals", "divide_us"),
        ("ours, document with 10,000 items", "explain_10000_us"),
    ]:
        print(f"{name:<33}{ours[key]:>10.1f} us   shap takes {micros / ours[key]:,.0f} times as long")


if __name__ == "__main__":
    main()
