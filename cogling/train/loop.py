"""The one training loop: every stage, every recipe, from the first step or from any checkpoint."""

from __future__ import annotations

import contextlib
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from cogling.config import Recipe
from cogling.data.loader import Loader
from cogling.errors import CoglingError
from cogling.evaluate import validate
from cogling.generate.engine import Engine
from cogling.model.decoder import Decoder
from cogling.optim import Schedule
from cogling.saved import BEST, checkpoints
from cogling.seeds import seed_of
from cogling.text.tokenizer import Tokenizer
from cogling.train.checkpoint import (
    folder_of,
    load_training,
    mark_best,
    newest_good,
    prune,
    save_checkpoint,
)
from cogling.train.compute import Compute
from cogling.train.display import Display, Speed
from cogling.train.records import Records
from cogling.train.signals import Interrupted, SignalGuard
from cogling.train.start import begin_with, reached_by
from cogling.train.state import TrainState, new_state

MOST_ROLLBACKS = 5
HARDER = 0.5
"""Share of the mix that moves up at once from which on the loss may leap: longer problems were never seen."""


class Loop:
    """Grows one model in one run folder, which holds at least its recipe and tokenizer.

    Raises from `run`: Interrupted, once the state is saved; CoglingError for a full disk, a worker that
    died, or training that keeps failing.
    """

    def __init__(self, recipe: Recipe, tokenizer: Tokenizer, run: Path, display: Display) -> None:
        self.recipe, self.tokenizer, self.folder, self.display = recipe, tokenizer, run, display
        config = recipe.decoder_config(
            tokenizer.vocab_size, tokenizer.digits, tokenizer.widths, tokenizer.breaks
        )
        decoder = Decoder(config)
        generator = torch.Generator().manual_seed(seed_of("weights", recipe.train.seed))
        decoder.init_weights(generator, recipe.model.look_back)
        start = None if checkpoints(run) else recipe.train.start
        if start is not None and (grown := begin_with(decoder, start)):
            display.say(f"{start} grows before it goes on: {grown}")
        self.compute = Compute(recipe, decoder)
        self.state: TrainState = new_state(recipe, decoder)
        if start is not None and (moved := self.state.curriculum.begin_at(reached_by(start))):
            display.say(f"{moved} of the tasks go on at the difficulty that {start} had reached")
        s = recipe.schedule
        self.schedule = Schedule(s.name, s.warmup, s.decay, s.final)
        self._stages = stage_ends(recipe)
        self._signal = 0

    def run(self) -> None:
        """Trains to the end of the recipe, from the newest good checkpoint where there is one."""
        folder, damages = newest_good(self.folder)
        if damages and folder is None:
            raise CoglingError(
                f"{self.folder} has no good checkpoint: {'; '.join(damages)}; start over with --fresh"
            )
        for damage in damages:
            self.display.say(f"checkpoint passed over: {damage}")
        saved = load_training(folder) if folder else None
        if saved and saved[0]["counters"]["step"] >= self.recipe.train.steps:
            self._restore(saved)
            return
        with Loader(self.recipe, self.tokenizer) as self.loader:
            self.records = Records(
                self.folder,
                saved[0]["records"] if saved else {},
                saved[0]["counters"]["step"] if saved else 0,
            )
            try:
                with self._signals():
                    if saved:
                        self._restore(saved)
                        self.loader.restore(saved[0]["loader"])
                        self._event(f"resumed from step {self.state.counters.step}")
                    else:
                        for step in range(self.recipe.data.prefetch):
                            self._request(step)
                    self._steps()
            finally:
                self.compute.close()
                self.records.close()

    def _steps(self) -> None:
        settings, counters = self.recipe.train, self.state.counters
        self._started = time.perf_counter()
        self._seconds_before, self._waited_before = counters.seconds, counters.waited
        self._speed = Speed(counters.tokens)
        last_saved = counters.step
        finished = self._finished()
        while not finished:
            self._step()
            while self.compute.notes:
                self._event(self.compute.notes.pop(0))
            counters = self.state.counters  # a rollback puts others in their place
            finished = self._finished()  # asked once a step: the last one is looked at and saved
            look = finished or counters.step % self.recipe.evaluate.every == 0
            if look:
                self._validate()
            due = look or counters.step % self.recipe.checkpoint.every == 0
            if (due or self._signal) and counters.step != last_saved:
                self._save()
                last_saved = counters.step
            if self._signal:
                raise Interrupted(self._signal)
            self._clock()
        if settings.minutes and counters.step < settings.steps:
            self._event(f"stopped after train.minutes={settings.minutes:g} at step {counters.step}")

    def _step(self) -> None:
        """One optimiser step: batch, gradients, guard, update, records."""
        state, counters = self.state, self.state.counters
        step = counters.step
        if step and self._stage(step) != self._stage(step - 1):
            state.guard.new_problems()
        batch = self.loader.next()
        loss, wrong_BT = self.compute.gradients(self._stage(step), batch)
        norm = torch.nn.utils.clip_grad_norm_(state.decoder.parameters(), self.recipe.train.clip)
        reason = state.guard.reason_to_skip(loss, float(norm))
        factor = self.schedule.factor(self._progress(step + 1)) * 0.5**counters.rollbacks
        if reason is None:
            state.optimizers.scale(factor)
            state.optimizers.step()
            state.update_average(self.recipe.train.ema)
            state.curriculum.observe(batch, wrong_BT.numpy())
        state.optimizers.zero_grad()
        counters.step, counters.tokens = step + 1, counters.tokens + batch.tokens.size
        if counters.step % self.recipe.curriculum.every == 0:
            moved = state.curriculum.look(self._progress(counters.step))
            if moved > HARDER:
                state.guard.new_problems()
        self._request(step + self.recipe.data.prefetch)
        self._clock()
        if reason is not None:
            self._event(f"step skipped: {reason}")
            if state.guard.bad >= self.recipe.train.bad_steps:
                self._roll_back()
                return
        speed = self._speed.update(counters.tokens)
        self.display.step(counters.step, state.guard.average, state.curriculum.accuracy(), speed)
        if counters.step % self.recipe.train.log_every == 0 or counters.step == 1:
            self.records.train(
                counters.step,
                {
                    "loss": loss if reason is None else None,
                    "lr": factor * (self.recipe.optimizer.learning_rate or 0),
                    "lr_scale": factor,
                    "grad_norm": float(norm) if reason is None else None,
                    "tokens": counters.tokens,
                    "tokens_per_second": round(speed, 1),
                    "wait_share": round(counters.waited / max(counters.seconds, 1e-9), 4),
                    "seconds": round(counters.seconds, 2),
                    "curriculum": state.curriculum.heights(),
                },
            )

    def _validate(self) -> None:
        settings, counters = self.recipe.evaluate, self.state.counters
        names = self.recipe.data.task_names()
        if not any(stage.stage == "reason" for stage in self.recipe.stages):
            return
        engine = Engine(snapshot(self.state.shown), self.tokenizer)
        scores, samples = validate(engine, names, settings.n, seed_of("validation", self.recipe.train.seed))
        mean = sum(score["pass1"] for score in scores.values()) / len(scores)
        self.records.evaluation(counters.step, round(counters.seconds, 2), scores, mean)
        self.records.samples(counters.step, samples)
        self.display.say(f"step {counters.step}: validation pass@1 {mean:.3f}")
        if mean >= counters.best_score:
            counters.best_score, counters.best_step = mean, counters.step

    def _save(self) -> None:
        counters = self.state.counters
        self._clock()
        values = {
            **self.state.values(),
            "loader": self.loader.state(),
            "records": self.records.sizes(),
        }
        folder = save_checkpoint(
            self.folder,
            counters.step,
            self.state.shown,
            self.tokenizer,
            self.state.tensors(),
            values,
            self.recipe,
        )
        if counters.best_step == counters.step:
            mark_best(self.folder, folder, counters.step, counters.best_score)
        prune(self.folder, self.recipe.checkpoint.keep, counters.step, counters.best_step)

    def _roll_back(self) -> None:
        """Back to the last good checkpoint, with fresh data and half the learning rate."""
        failed, rollbacks = self.state.counters.step, self.state.counters.rollbacks + 1
        folder, _ = newest_good(self.folder)
        if folder is None or rollbacks > MOST_ROLLBACKS:
            tried = "no checkpoint to go back to" if folder is None else f"{rollbacks - 1} rollbacks so far"
            raise CoglingError(
                f"training fails at step {failed}: {self.state.guard.bad} bad steps in a row and {tried}; "
                "lower optimizer.learning_rate"
            )
        before, skipped = self.state.counters, self.state.guard.skipped
        self._restore(load_training(folder))
        counters = self.state.counters
        counters.rollbacks, counters.seconds, counters.waited = rollbacks, before.seconds, before.waited
        # Counted from the shift at the failure: what an earlier rollback skipped is not served again.
        counters.shift = before.shift + failed - counters.step
        self.state.guard.skipped, self.state.guard.bad = skipped, 0
        self.loader.restore([])
        for step in range(counters.step, counters.step + self.recipe.data.prefetch):
            self._request(step)
        self._speed = Speed(counters.tokens)
        self._event(f"rolled back from step {failed} to {counters.step}, at half the learning rate")

    def _restore(self, saved: tuple[dict[str, Any], Any, Any]) -> None:
        """Takes back a checkpoint's state, and has best.json name the best checkpoint as of then."""
        self.state.restore(*saved)
        counters = self.state.counters
        best = folder_of(self.folder, counters.best_step)
        if best.is_dir():
            mark_best(self.folder, best, counters.best_step, counters.best_score)
        else:  # pruned since, for a better one that this state does not know
            counters.best_score, counters.best_step = -1.0, 0
            (self.folder / BEST).unlink(missing_ok=True)

    def _request(self, step: int) -> None:
        """Asks for the batch of a step, with the curriculum's mix as it is now."""
        if step < self.recipe.train.steps:
            mix = self.state.curriculum.mix()
            self.loader.request(step + self.state.counters.shift, self._stage(step), mix)

    def _stage(self, step: int) -> str:
        return next(stage for stage, end in self._stages if step < end)

    def _progress(self, step: int) -> float:
        """How far the run has come, 0..1: by steps, or by time where that is further."""
        minutes = self.recipe.train.minutes
        by_time = self.state.counters.seconds / (60 * minutes) if minutes else 0.0
        return min(1.0, max(step / self.recipe.train.steps, by_time))

    def _finished(self) -> bool:
        return self._progress(self.state.counters.step) >= 1.0

    def _clock(self) -> None:
        counters = self.state.counters
        counters.seconds = self._seconds_before + time.perf_counter() - self._started
        counters.waited = self._waited_before + self.loader.waited

    def _event(self, message: str) -> None:
        self.records.event(self.state.counters.step, message)
        self.display.say(f"step {self.state.counters.step}: {message}")

    def _signals(self) -> SignalGuard:
        def note(number: int) -> None:
            self._signal = number
            with contextlib.suppress(RuntimeError):  # the signal came while something else was printed
                self.display.say("stopping after this step; once more to stop at once")

        return SignalGuard(note)

    def summary(self) -> dict[str, Any]:
        """Figures for run.json."""
        return {**asdict(self.state.counters), "skipped_steps": self.state.guard.skipped}


def stage_ends(recipe: Recipe) -> list[tuple[str, int]]:
    """(stage, the step before which it ends) in order; the last one ends with the run."""
    total = sum(stage.share for stage in recipe.stages)
    ends: list[tuple[str, int]] = []
    share = 0.0
    for stage in recipe.stages:
        share += stage.share
        ends.append((stage.stage, round(recipe.train.steps * share / total)))
    return ends


def snapshot(decoder: Decoder) -> Decoder:
    """A copy for generating: on the CPU, with the kernels of inference."""
    copy = Decoder(decoder.config)
    copy.load_state_dict({name: t.detach().cpu() for name, t in decoder.state_dict().items()})
    return copy.eval()
