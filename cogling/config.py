"""The recipe: everything about how a model is grown, as one strict YAML file.

Unknown keys are errors that name the nearest known key. What a recipe leaves out is derived from
`model.size` (or has the default below), and `resolve` writes every derived value back, so that the
recipe saved in a run says all of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from cogling.errors import CoglingError, nearest
from cogling.model.config import (
    DecoderConfig,
    MixerName,
    MlpName,
    PositionsName,
    head_width_for,
    mlp_width_for,
    shape_for,
)
from cogling.precision import PrecisionName
from cogling.tasks import REGISTRY, known_tasks
from cogling.tasks.gym import traced

Fraction = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]
SMALLEST, LARGEST = 10e3, 10e9
"""Sizes that `shape_for` has shapes for."""
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMB])", re.IGNORECASE)


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_default=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: Any, field: ValidationInfo) -> Any:
        # pydantic would read `steps: yes` as 1
        if isinstance(value, bool) and cls.model_fields[str(field.field_name)].annotation is not bool:
            raise ValueError(f"{str(value).lower()} is only for switches; give a value")
        return value


class ModelSection(Section):
    """The decoder. `size` (or `depth`) is the one dial; whatever else is None is derived from it."""

    size: str | None = Field(None, description="parameters outside the embeddings, such as 0.8M, 3M, 10M")
    depth: Positive | None = None
    width: Positive | None = None
    heads: Positive | None = None
    kv_heads: Positive | None = None
    head_width: Positive | None = None
    mlp_width: Positive | None = None
    loops: Positive = 1
    mixer: MixerName = "attention"
    positions: PositionsName = "rope"
    place_values: Annotated[int, Field(ge=0)] = 0
    sharpen: Annotated[int, Field(ge=0)] = 0
    runs: Annotated[int, Field(ge=0)] = 0
    number_places: Annotated[int, Field(ge=0)] = 0
    line_places: Annotated[int, Field(ge=0)] = 0
    line_numbers: Annotated[int, Field(ge=0)] = 0
    ngrams: Annotated[int, Field(ge=0)] = 0
    mlp: MlpName = "relu2"
    qk_norm: bool = True
    window: Annotated[int, Field(ge=0)] = 0
    streaming_heads: list[Annotated[int, Field(ge=0)]] = []
    streaming_window: Annotated[int, Field(ge=0)] = 0
    look_back: Annotated[int, Field(ge=0)] = Field(
        0, description="blocks, from the first on, whose heads start out looking at the tokens just before"
    )
    tied: bool = False
    rope_base: Annotated[float, Field(gt=1)] = 10_000.0
    context: Positive = 512

    @field_validator("size")
    @classmethod
    def _size_is_a_number(cls, value: str | None) -> str | None:
        if value is not None and not SIZE.fullmatch(value):
            raise ValueError(f"'{value}' is not a size; write it as 800K, 0.8M, 3M or 1B")
        if value is not None and not SMALLEST <= parameters_in(value) <= LARGEST:
            raise ValueError(f"'{value}' is out of range; sizes go from 10K to 10B")
        return value

    @model_validator(mode="after")
    def _looking_back_needs_angles(self) -> ModelSection:
        if self.look_back and (self.positions != "rope" or self.mixer != "attention"):
            raise ValueError("look_back needs positions: rope and mixer: attention")
        return self

    def parameters_wanted(self) -> float | None:
        return parameters_in(self.size) if self.size is not None else None


def parameters_in(size: str) -> float:
    """How many parameters a size such as 0.8M says."""
    number, unit = SIZE.fullmatch(size).groups()  # type: ignore[union-attr]
    return float(number) * {"K": 1e3, "M": 1e6, "B": 1e9}[unit.upper()]


class TokenizerSection(Section):
    kind: Literal["character", "byte", "bpe", "wordpiece"] = "bpe"
    vocab_size: Positive | None = Field(640, description="most ids that bpe and wordpiece may have")
    samples: Positive = Field(500, description="problems of each task that it is trained on")
    recurring: Fraction = Field(
        0.0,
        description="train it on words in more than that share of a task's problems; others stay in pieces",
    )
    path: Path | None = Field(None, description="use this tokenizer.json instead of training one")


class DataSection(Section):
    tasks: list[str] | Literal["all", "gym"] = Field(
        "all", description="names; all: every task of Cogling's own; gym: those of reasoning-gym with traces"
    )
    weights: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict, description="how often a task is drawn; 1 where not given"
    )
    mistakes: Fraction = Field(
        0.0, description="share of traces with a wrong step that the next line takes back"
    )
    mistake_rate: Share = Field(
        0.0, description="share of the steps of such a trace that are first done wrong; 0: one of them"
    )
    mistake_loss: Share = Field(0.0, description="weight of a wrong step's own tokens in the loss")
    path: Path | None = Field(None, description="text for the stage pretrain: .txt, or .jsonl with 'text'")
    shards: Path | None = Field(
        None, description="folder of problems made ahead by `cogling data problems`; others are made anew"
    )
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    prefetch: Positive = Field(8, description="batches made ahead of the loop")

    @field_validator("tasks", mode="before")
    @classmethod
    def _all_or_a_list(cls, value: Any) -> Any:
        if isinstance(value, str) and value not in ("all", "gym"):
            raise ValueError(f"write a list, as [{value}], or all, or gym")
        return value

    @field_validator("tasks")
    @classmethod
    def _known_tasks(cls, value: list[str] | str) -> list[str] | str:
        if isinstance(value, list):
            for name in value:
                if name not in known_tasks():
                    raise ValueError(f"unknown task '{name}'; {nearest(name, known_tasks())}")
            if not value:
                raise ValueError("name at least one task")
        return value

    @model_validator(mode="after")
    def _weights_name_tasks(self) -> DataSection:
        for name in self.weights:
            if name not in self.task_names():
                raise ValueError(
                    f"weights names '{name}', which is not among tasks; {nearest(name, self.task_names())}"
                )
        return self

    def task_names(self) -> list[str]:
        if self.tasks == "gym":
            return traced()
        return list(REGISTRY) if self.tasks == "all" else list(self.tasks)


class Stage(Section):
    """One step of a recipe: `share` of the training steps go to it."""

    stage: Literal["pretrain", "reason"]
    share: Annotated[float, Field(gt=0)] = 1.0


class TrainSection(Section):
    steps: Positive = 1000
    minutes: Annotated[float, Field(gt=0)] | None = Field(
        None,
        description="stop after that long, with the schedule at its end; not reproducible to the bit",
    )
    batch: Positive | None = Field(None, description="rows in one optimiser step")
    length: Positive = Field(256, description="tokens in a row")
    accumulate: Positive = Field(1, description="parts in which a batch is computed, to save memory")
    processes: Annotated[int, Field(ge=1, le=64)] = Field(
        1, description="of the CPU, which share the rows of a batch; for small models faster than threads"
    )
    seed: Annotated[int, Field(ge=0)] = 0
    start: str | None = Field(
        None,
        description="begin with the weights and tokenizer of this model: a folder, a run or a shipped name",
    )
    compile: Literal["auto", "on", "off"] = "auto"
    precision: PrecisionName = "auto"
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    threads: Positive | None = None
    clip: Annotated[float, Field(gt=0)] = 1.0
    ema: Share = Field(0.0, description="decay of the weight average; 0: none")
    prompt_loss: Fraction = Field(
        0.1, description="weight of the question's tokens in the loss of stage reason"
    )
    problem_weighting: Fraction = Field(
        0.0, description="0: every token counts alike; 1: every problem does, however long; between: between"
    )
    gradient_checkpointing: bool = False
    bad_steps: Positive = Field(5, description="skipped steps in a row after which the run rolls back")
    log_every: Positive = 10

    @field_validator("compile", mode="before")
    @classmethod
    def _yaml_reads_on_as_true(cls, value: Any) -> Any:
        return {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value

    @model_validator(mode="after")
    def _parts_divide_the_batch(self) -> TrainSection:
        parts = self.accumulate * self.processes
        if self.batch is not None and self.batch % parts:
            factors = "accumulate" if self.processes == 1 else "accumulate times processes"
            raise ValueError(f"batch ({self.batch}) must be a multiple of {factors} ({parts})")
        return self


class OptimizerSection(Section):
    name: Literal["muon", "adamw", "lion", "sgd"] = "muon"
    learning_rate: Annotated[float, Field(gt=0)] | None = Field(None, description="of the hidden matrices")
    adamw_learning_rate: Annotated[float, Field(gt=0)] | None = Field(
        None, description="of embeddings, head and norms beside muon"
    )
    weight_decay: Annotated[float, Field(ge=0)] = 0.1
    momentum: Share = 0.95
    betas: tuple[Share, Share] = (0.9, 0.95)


class ScheduleSection(Section):
    name: Literal["cosine", "wsd", "constant"] = "wsd"
    warmup: Fraction = 0.02
    decay: Fraction = Field(0.3, description="the last part of training, in which wsd decays")
    final: Fraction = Field(0.0, description="learning rate at the end, as a share of the peak")

    @model_validator(mode="after")
    def _parts_fit_in_a_run(self) -> ScheduleSection:
        # `cogling.optim.Schedule` says the same, but is only built once training starts, and imports torch.
        if self.warmup == 1:
            raise ValueError("a warmup of 1 leaves nothing to train at the full rate; lower it")
        if self.name == "wsd" and self.warmup + self.decay > 1 + 1e-9:
            raise ValueError(
                f"warmup ({self.warmup}) and decay ({self.decay}) exceed the run; together at most 1"
            )
        return self


class CurriculumSection(Section):
    name: Literal["competence", "uniform", "easy_to_hard"] = "competence"
    promote: Fraction = Field(0.5, description="share of whole traces right at which a task gets harder")
    patience: Annotated[int, Field(ge=0)] = Field(
        0, description="problems of a task on one rung after which it gets harder all the same; 0: never"
    )
    need: Literal["height", "rung"] = Field(
        "height",
        description="height: drawn by what is still to climb; rung: by what is wrong at the rung reached",
    )
    floor: Fraction = Field(
        0.1, description="least weight of a mastered task, against 1 for an unlearned one"
    )
    balance: Fraction = Field(
        0.0, description="0: tasks are drawn alike by problems; 1: by tokens, so that short problems get more"
    )
    frontier: Fraction = Field(
        0.0,
        description="share of problems that are as hard as the rung allows; the others lie anywhere up to it",
    )
    every: Positive = Field(20, description="steps between two looks at the competence")
    least: Positive = Field(1, description="problems of a task that a look waits for")


class CheckpointSection(Section):
    every: Positive = 250
    keep: Positive = 2


class EvaluateSection(Section):
    every: Positive = 250
    n: Positive = Field(24, description="validation problems a task while training")
    final_n: Annotated[int, Field(ge=0)] = Field(
        200, description="problems a task and split after training; 0: none"
    )


class Recipe(Section):
    """How a model is grown."""

    name: str = Field("custom", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    summary: str = ""
    stages: list[Stage] = Field(default_factory=lambda: [Stage(stage="reason")], min_length=1)
    model: ModelSection = ModelSection()
    tokenizer: TokenizerSection = TokenizerSection()
    data: DataSection = DataSection()
    train: TrainSection = TrainSection()
    optimizer: OptimizerSection = OptimizerSection()
    schedule: ScheduleSection = ScheduleSection()
    curriculum: CurriculumSection = CurriculumSection()
    checkpoint: CheckpointSection = CheckpointSection()
    evaluate: EvaluateSection = EvaluateSection()

    @model_validator(mode="after")
    def _parts_fit(self) -> Recipe:
        if self.train.length > self.model.context:
            raise ValueError(
                f"train.length ({self.train.length}) is beyond model.context ({self.model.context}); "
                "shorten the one or widen the other"
            )
        if any(stage.stage == "pretrain" for stage in self.stages) and self.data.path is None:
            raise ValueError("the stage pretrain needs data.path, a text to learn from")
        return self

    def decoder_config(
        self,
        vocab_size: int,
        digits: Sequence[int] = (),
        widths: Sequence[int] = (),
        breaks: Sequence[int] = (),
    ) -> DecoderConfig:
        """The decoder's shape for a tokenizer of that many ids, of which it says what they are.

        For resolved recipes.
        """
        m = self.model
        assert m.depth and m.width and m.heads and m.kv_heads and m.head_width and m.mlp_width  # noqa: PT018
        return DecoderConfig(
            vocab_size=vocab_size,
            context=m.context,
            depth=m.depth,
            width=m.width,
            heads=m.heads,
            kv_heads=m.kv_heads,
            head_width=m.head_width,
            mlp_width=m.mlp_width,
            loops=m.loops,
            mixer=m.mixer,
            positions=m.positions,
            mlp=m.mlp,
            qk_norm=m.qk_norm and m.mixer == "attention",
            window=m.window,
            tied=m.tied,
            rope_base=m.rope_base,
            place_values=m.place_values,
            sharpen=m.sharpen,
            runs=m.runs,
            number_places=m.number_places,
            line_places=m.line_places,
            line_numbers=m.line_numbers,
            widths=tuple(widths) if m.line_places else (),
            breaks=tuple(breaks) if m.line_places or m.line_numbers else (),
            ngrams=m.ngrams,
            digits=tuple(digits) if m.place_values or m.number_places else (),
            streaming_heads=tuple(m.streaming_heads),
            streaming_window=m.streaming_window,
        )

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def resolve(recipe: Recipe) -> Recipe:
    """A copy in which every value that can be derived has been."""
    values = recipe.model_dump()
    m = values["model"]
    wanted = recipe.model.parameters_wanted()
    if m["depth"] is None and m["width"] is None:
        m["depth"], m["width"] = shape_for(wanted or 0.8e6)
    elif m["width"] is None:
        m["width"] = 32 * m["depth"]
    elif m["depth"] is None:
        m["depth"] = max(1, round((wanted or m["width"] ** 3 * 12 / 32) / (12 * m["width"] ** 2)))
    width = m["width"]
    m["head_width"] = m["head_width"] or (
        max(2, width // m["heads"] // 2 * 2) if m["heads"] else head_width_for(width)
    )
    m["heads"] = m["heads"] or max(1, width // m["head_width"])
    m["kv_heads"] = m["kv_heads"] or m["heads"]
    m["mlp_width"] = m["mlp_width"] or mlp_width_for(width, m["mlp"])
    t, o = values["train"], values["optimizer"]
    # About 2,000 tokens a step suit the smallest models (LOG.md), larger ones more (McCandlish et al. 2018).
    parts = t["accumulate"] * t["processes"]
    rows = max(1, round(2048 * max(1.0, width / 128) / t["length"] / parts)) * parts
    t["batch"] = t["batch"] or rows
    # Measured at width 128 (LOG.md); wider tables want smaller steps (Yang et al. 2022, maximal update).
    default = {"muon": 0.008, "adamw": 2e-3, "lion": 3e-4, "sgd": 0.1}[o["name"]]
    scale = (128 / width) ** 0.5
    o["learning_rate"] = o["learning_rate"] or (default if o["name"] == "muon" else round(default * scale, 6))
    o["adamw_learning_rate"] = o["adamw_learning_rate"] or round(5e-3 * scale, 6)
    if wanted and (m["depth"], m["width"]) != shape_for(wanted):
        m["size"] = None  # depth or width were set by hand; the recipe shall not say what is not so
    resolved = Recipe.model_validate(values)
    try:
        resolved.decoder_config(vocab_size=1)
    except ValueError as error:
        raise CoglingError(f"recipe '{recipe.name}': model: {error}") from None
    return resolved


def parse_recipe(values: Any, place: str) -> Recipe:
    """Checks a mapping against the recipe's model. Raises CoglingError naming `place`, key and mend."""
    if not isinstance(values, dict):
        raise CoglingError(f"{place}: a recipe is a mapping of sections, not {type(values).__name__}")
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        raise CoglingError(f"{place}: {explain(error, values)}") from None


def explain(error: ValidationError, values: dict[str, Any]) -> str:
    """What pydantic found wrong first, in one line; an unknown key before the one that it stands for."""
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in first["loc"]) or "recipe"
    more = f" (and {len(error.errors()) - 1} more)" if len(error.errors()) > 1 else ""
    if first["type"] == "extra_forbidden":
        section = section_at(first["loc"][:-1])
        return f"unknown key '{key}'; {nearest(str(first['loc'][-1]), section.model_fields)}{more}"
    message = first["msg"].removeprefix("Value error, ")
    given = "" if isinstance(first["input"], dict | list | BaseModel) else f", not {first['input']!r}"
    plain = first["type"] == "value_error"
    return f"{key}: {message[0].lower()}{message[1:]}{'' if plain else given}{more}"


def section_at(location: tuple[int | str, ...]) -> type[Section]:
    """The section class that a location in a recipe lies in."""
    if not location:
        return Recipe
    if location[0] == "stages":
        return Stage
    found = Recipe.model_fields[str(location[0])].annotation
    return found if isinstance(found, type) and issubclass(found, Section) else Recipe
