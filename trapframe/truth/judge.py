"""Holds one run of one case against what is expected of it: the verdict and its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, reduce
from operator import or_

from trapframe.frames import decode, environment, symbol
from trapframe.frames.facts import Fact, absent, is_second_hand, observe, show
from trapframe.frames.symbol import Symbols
from trapframe.model import CaseInfo, Difference, End, EngineId, Judgement, Record, Verdict
from trapframe.truth import one_line, quirk
from trapframe.truth.expect import CHANCE, OTHER, Expect, Outcome, is_outcome
from trapframe.truth.quirk import Quirk
from trapframe.truth.wants import Want, expand, want

MEMBERS = {  # of what stands for many fields
    **{".gprs": ".gpr.", ".segments": ".segment.", ".tasks": ".task."},
    **{f".{name}": f".{name}." for name in environment.STATE},
}
ENGINE_ENDS = {
    End.TIMEOUT: (Verdict.TIMEOUT, "killed at the time limit"),
    End.CRASH: (Verdict.ENGINE_ERROR, "the engine crashed"),
    End.MISSING: (Verdict.ENGINE_ERROR, "the engine could not be started"),
    End.FLOOD: (Verdict.PROTOCOL_ERROR, "sent more than a record may hold"),
}


def judge(
    info: CaseInfo,
    record: Record | None,
    end: End,
    goldens: tuple[Outcome, ...],
    quirks: Iterable[Quirk],
    engine: EngineId,
    problem: str = "",
    why: str = "",
) -> Judgement:
    """`goldens`: what is accepted on the engine's profile, if anything. `problem`: why there is no record.

    `why`: what the engine says of a crash.
    """
    mine = quirk.active(quirks, engine, info.case)
    ended = [known for known in mine if known.outcome]
    if end in ENGINE_ENDS:
        verdict, message = ENGINE_ENDS[end]
        if verdict is Verdict.ENGINE_ERROR and why:
            message = f"{message}: {why}"
        if end is End.FLOOD and record and (loop := one_line.loop(info, record)):
            message = f"{message}: {loop}"
        explained = tuple(
            known.id for known in ended if known.outcome == verdict.value and quirk.tells(known, why)
        )
        return Judgement(Verdict.QUIRK if explained else verdict, quirks=explained, message=message)
    message = _protocol_error(info, record, end, engine) if record else problem or "no record"
    if not record and end is End.SHUTDOWN:
        message += ", then shutdown"
    if record is None or message:
        lost = record is not None and record.abandoned is not None  # the harness itself was interrupted
        explained = tuple(
            known.id for known in ended if lost and known.outcome == Verdict.PROTOCOL_ERROR.value
        )
        verdict = Verdict.QUIRK if explained else Verdict.PROTOCOL_ERROR
        return Judgement(verdict, quirks=explained, message=message)
    if record.unsupported:
        return Judgement(Verdict.UNSUPPORTED, message=_unsupported(info, record, record.unsupported))
    if not goldens:
        return Judgement(Verdict.NEW, message="no golden file")
    found = replace(_judge_record(info, record, goldens, mine), second_hand=is_second_hand(record))
    return _fixed(
        found, ended, f"the run ended by itself, expected {' '.join(known.outcome for known in ended)}"
    )


def _unsupported(info: CaseInfo, record: Record, what: str) -> str:
    """A need of the case, or, in a hosted record, what no program has."""
    if record.hosted and what not in info.needs:
        return f"no program of {record.hosted} has {what}"
    return f"the CPU lacks {what}"


def _protocol_error(info: CaseInfo, record: Record, end: End, engine: EngineId) -> str:
    """What is wrong with a record that says nothing of the case."""
    if bool(record.hosted) != engine.hosted:
        return "a hosted record of an engine that hosts nothing" if record.hosted else "not a hosted record"
    if (record.case, record.env) != (info.case, info.env):
        return f"record of {record.case} in {record.env}, expected {info.case} in {info.env}"
    if record.abandoned:
        vector, address = record.abandoned
        return f"the harness was interrupted by {decode.vector_name(vector)} at {address:#x}"
    if end == End.EXIT and not record.complete:
        return "the engine says exit, the record has no end"
    if end == End.SHUTDOWN and record.complete:
        return "the engine says shutdown, the record has an end"
    if end == End.SHUTDOWN and not record.armed:
        return "shutdown before the program under test ran"
    if record.cut:
        return f"shutdown within the record, {record.cut}"
    if record.unsupported and record.unsupported not in info.needs and not record.hosted:
        return f"the record says that {record.unsupported} is missing, which the case doesn't need"
    return ""


def _judge_record(
    info: CaseInfo, record: Record, goldens: tuple[Outcome, ...], quirks: tuple[Quirk, ...]
) -> Judgement:
    """By the nearest of the accepted outcomes, unless a quirk records a whole other one.

    Which one is the nearest, and what differs from it, doesn't depend on what is recorded of the engine:
    otherwise a quirk that comes or goes would look like a change of the engine.
    """
    names = symbol.symbols(info, record)
    facts = observe(record, names)
    whole = [known for known in quirks if quirk.is_whole(known, info.case)]
    nearest = min((_Comparison(record, names, facts, golden) for golden in goldens), key=_distance)
    if nearest.failed:
        line = one_line.came(facts, names) if one_line.differs(nearest.failed) else ""
        for known in whole:
            outcome = quirk.instead_of(known, info.case)
            if (
                line
                and known.came
                and quirk.tells(known, line)
                or (outcome and _came_instead(record, names, facts, outcome, quirks))
            ):
                explained = {name: (known.id,) for name in nearest.failed}
                diff = nearest.all_differences(explained)
                return Judgement(Verdict.QUIRK, diff, quirks=(known.id,), accepted=nearest.golden.name)
    return _fixed(_judge_outcome(nearest, quirks), whole, "not the outcome that the quirk records")


def _distance(compared: _Comparison) -> tuple[bool, bool, int]:
    """Where the program was interrupted tells outcomes apart more than any other field does."""
    elsewhere = any(name.endswith(f".{compared.env.ip}") and name.count(".") == 1 for name in compared.failed)
    return any(map(is_outcome, compared.failed)), elsewhere, len(compared.failed)


def _came_instead(
    record: Record, names: Symbols, facts: dict[str, Fact], outcome: Outcome, quirks: tuple[Quirk, ...]
) -> bool:
    """As a quirk records it, or as that and the changes of the other quirks together make it."""
    changed, _ = quirk.apply(quirks, outcome)
    return any(not _Comparison(record, names, facts, one).failed for one in (outcome, changed))


def _fixed(found: Judgement, unseen: list[Quirk], message: str) -> Judgement:
    """The golden outcome came although these quirks say that it doesn't."""
    if not unseen or found.verdict not in (Verdict.PASS, Verdict.QUIRK, Verdict.FIXED):
        return found
    earlier = found.quirks if found.verdict == Verdict.FIXED else ()
    ids = (*earlier, *(known.id for known in unseen))
    return replace(found, verdict=Verdict.FIXED, quirks=ids, message=message)


def _judge_outcome(compared: _Comparison, quirks: tuple[Quirk, ...]) -> Judgement:
    """One accepted outcome: FAIL beats FIXED beats QUIRK."""
    golden = compared.golden
    compared.allow(quirks)
    unlike = compared.unlike()
    mixed = [known for known in compared.shown if known in compared.fixed]
    explained: dict[str, tuple[str, ...]] = {}
    for known, names in compared.shown.items():
        for name in names if known not in mixed else ():
            explained[name] = (*explained.get(name, ()), known)
    diff = compared.all_differences(explained)
    if compared.failed or mixed:
        half = compared.unseen(mixed)
        wrong = any(map(is_outcome, compared.failed))
        message = (
            f"{one_line.came(compared.facts, compared.names)}, expected {one_line.expected(golden)}"
            if wrong
            else ""
        )
        if mixed:
            message = f"quirk {' '.join(mixed)} shows in a part of its fields only"
        if wrong:
            return Judgement(Verdict.WRONG_OUTCOME, diff, half, tuple(mixed), golden.name, message=message)
        return Judgement(Verdict.FAIL, diff, half, tuple(mixed), golden.name, unlike, message)
    if compared.fixed:
        unseen = compared.unseen(compared.fixed)
        return Judgement(Verdict.FIXED, diff, unseen, tuple(compared.fixed), golden.name, unlike)
    verdict = Verdict.QUIRK if diff else Verdict.PASS
    return Judgement(verdict, diff, quirks=tuple(compared.shown), accepted=golden.name, unlike=unlike)


def differences(record: Record, names: Symbols, golden: Outcome) -> tuple[Difference, ...]:
    """From one accepted outcome, whatever is known of any engine."""
    return _Comparison(record, names, observe(record, names), golden).all_differences({})


class _Comparison:
    """Field by field: which fields failed, in which a quirk showed, and in which it should have."""

    def __init__(self, record: Record, names: Symbols, facts: dict[str, Fact], golden: Outcome) -> None:
        self.record = record
        self.env = environment.of(record.env)
        self.names = names
        self.facts = facts
        self.golden = golden
        self.wants = expand(golden, record, names)
        self.quirked = self.wants
        self.shown: dict[str, list[str]] = {}
        self.fixed: dict[str, list[str]] = {}
        self.differing = [name for name in self.fields() if not self.matches(name, self.wants)]
        self.failed = self.all_failed = self.folded(self.differing)

    def fields(self) -> Iterable[str]:
        return dict.fromkeys((*self.wants, *self.facts))

    def allow(self, quirks: tuple[Quirk, ...]) -> None:
        """Only the fields that a quirk touches are compared again."""
        changed, touched = quirk.apply(quirks, self.golden)
        if not touched:
            return
        said = {entry.name: entry.expect for entry in changed.fields}
        unseen = absent(self.record, touched)
        chance = {name for name in touched if said[name].text == CHANCE}
        other = {name for name in touched if said[name].text == OTHER} | chance
        heads = {name for name in other if name.endswith(tuple(MEMBERS))}
        other -= heads
        lucky: dict[str, list[str]] = {}
        failed: list[str] = []
        differing = set(self.differing)
        for head in sorted(heads):
            block, _, group = head.rpartition(".")
            mine = f"{block}{MEMBERS[f'.{group}']}"
            members = [name for name in self.differing if name.startswith(mine)]
            for name in members:
                touched[name] = tuple(dict.fromkeys((*touched.get(name, ()), *touched[head])))
            for known in touched.pop(head) if not members else ():
                (lucky if head in chance else self.fixed).setdefault(known, []).append(head)
            other.update(members)
            if head in self.facts:  # of watched state: which registers changed is told besides
                touched.pop(head, None)
        others = {
            name: want(name, said.get(name, Expect(OTHER)), self.record, self.names)
            for name in (*touched, *(head for head in heads if head not in self.facts))
            if name not in unseen
        }
        self.quirked = {**self.wants, **others}
        for name in self.fields():
            as_golden = name not in differing
            as_quirk = as_golden
            if name in touched:
                as_quirk = not as_golden if name in other else self.matches(name, self.quirked)
            if not as_golden and not as_quirk:
                failed.append(name)
            elif as_golden != as_quirk:
                missed = lucky if name in chance else self.fixed
                for known in touched[name]:
                    (self.shown if as_quirk else missed).setdefault(known, []).append(name)
        for known in lucky.keys() - self.shown.keys():
            self.fixed[known] = [*self.fixed.get(known, ()), *lucky[known]]
        for known in {one.id for one in quirks if one.hypervisor}.difference(self.shown):
            self.fixed.pop(known, None)  # it is another hypervisor's: nothing says which one this is
        self.failed = self.folded(failed)

    def matches(self, name: str, wants: dict[str, Want]) -> bool:
        return self.fits(name, self.facts.get(name), wants)

    def fits(self, name: str, fact: Fact | None, wants: dict[str, Want]) -> bool:
        """Whether this may be the fact of the name; None: there is no such line."""
        if fact is None:
            return name not in wants
        if name in wants:
            return wants[name].matches(fact)
        whole = wants.get(environment.state_of(name))
        return whole is not None and whole.text == "any"

    def folded(self, fields: Iterable[str]) -> list[str]:
        """A frame that is missing, or that nobody expected, is one difference."""
        folded: dict[str, None] = {}
        for name in fields:
            block, dot, _ = name.partition(".")
            if dot and block.startswith(("frame ", "final")):
                vector_or_flags = f"{block}.vector" if block != "final" else f"{block}.{self.env.flags}"
                if (vector_or_flags in self.facts) != (vector_or_flags in self.wants):
                    name = block
            folded[name] = None
        return list(folded)

    def all_differences(self, explained: Mapping[str, tuple[str, ...]]) -> tuple[Difference, ...]:
        """From the golden outcome: what no quirk explains first."""
        found = [self.difference(one, self.wants, explained.get(one, ())) for one in self.all_failed]
        return tuple(sorted(found, key=lambda one: bool(one.quirks)))

    def unseen(self, quirks: Iterable[str]) -> tuple[Difference, ...]:
        """Where these should show, and the golden value came."""
        names = dict.fromkeys(name for known in quirks for name in self.fixed[known])
        return tuple(self.difference(name, self.quirked) for name in names)

    def unlike(self) -> tuple[Difference, ...]:
        """Where the manual leaves something open, and what came was seen of no processor."""
        found = []
        seen = self.golden.silicon
        if seen and seen.text != self.golden.name:
            found.append(Difference("accept", seen.text, self.golden.name, because=seen.because))
        differing = set(self.differing)
        for entry in self.golden.fields:
            for one in entry.silicon:
                fact = self.facts.get(entry.name)
                if fact is None or entry.name in differing:
                    continue
                like = want(entry.name, one.expect, self.record, self.names)
                if not like.matches(fact):
                    told = self.difference(entry.name, {entry.name: like})
                    found.append(replace(told, because=one.expect.because))
        return tuple(found)

    def difference(self, name: str, wants: dict[str, Want], quirks: tuple[str, ...] = ()) -> Difference:
        if name not in wants and name not in self.facts:  # a block
            return Difference(name, self.block(name, wants), self.block(name, None), quirks=quirks)
        want, fact = wants.get(name), self.facts.get(name)
        bits = None if want is None or fact is None else want.wrong_bits(name, fact)
        return Difference(name, self.wanted(name, want), self.actual(name, want, fact), bits, quirks)

    def block(self, name: str, wants: dict[str, Want] | None) -> str:
        """A whole frame in one line, as it came or as it was expected; `none` where there is none."""
        fields = [f"{name}.{field}" for field in ("vector", "error", self.env.ip, self.env.flags)]
        if wants is None:
            known = [field for field in fields if field in self.facts]
            texts = {field: show(field, self.facts[field], self.names) for field in known}
        else:
            texts = {field: wants[field].text for field in fields if field in wants}
        if name == "final":
            return "the program ran to its end" if f"{name}.{self.env.flags}" in texts else "none"
        return one_line.exception(name, texts) if f"{name}.vector" in texts else "none"

    def vector(self, name: str) -> int | None:
        """The frame's, to decode its error code."""
        vector = self.facts.get(f"{name.partition('.')[0]}.vector")
        return vector if isinstance(vector, int) else None

    def wanted(self, name: str, want: Want | None) -> str:
        if want is None:
            return "no such line"
        masked = "" if want.mask is None else f" mask {want.mask & 2**64 - 1:#x}"
        if not isinstance(want.value, int):
            return want.text
        raw = f"{want.value:#x}"
        meaning = raw if want.text != raw else self.bits(name, want.value)
        return f"{want.text} ({meaning}){masked}" if meaning else f"{want.text}{masked}"

    def actual(self, name: str, want: Want | None, fact: Fact | None) -> str:
        if fact is None:
            return "no such line"
        text = show(name, fact, self.names)
        if isinstance(fact, str):
            return text
        notes = [f"{fact:#x}"] if text != f"{fact:#x}" else []
        if want and isinstance(want.value, int):
            notes.append(self.bits_differ(name, want.value, fact))
        else:
            notes.append(self.bits(name, fact))
        note = ", ".join(filter(None, notes))
        return f"{text} ({note})" if note else text

    def bits(self, name: str, value: int) -> str:
        return "" if name.startswith("value.") else decode.field(name, value, self.vector(name))

    def bits_differ(self, name: str, expected: int, fact: int) -> str:
        if name.startswith("value."):
            return ""
        return decode.difference(name, expected, fact, self.vector(name))


class Passing:
    """Facts that pass, of which some are changed to see whether the verdict changes."""

    def __init__(
        self, record: Record, names: Symbols, facts: dict[str, Fact], goldens: Iterable[Outcome]
    ) -> None:
        self.facts = facts
        self.compared = [_Comparison(record, names, facts, golden) for golden in goldens]

    def passes(self, changed: Mapping[str, Fact | None]) -> bool:
        """By any accepted outcome, with these facts in place of their namesakes; None: without that line."""
        return any(
            changed.keys() >= set(one.differing)
            and all(one.fits(name, fact, one.wants) for name, fact in changed.items())
            for one in self.compared
        )

    def open_bits(self, name: str, width: int) -> int:
        """Those of a number of so many bits that may be others, one at a time."""
        fact = self.facts[name]
        assert isinstance(fact, int)
        near = [one for one in self.compared if set(one.differing) <= {name}]
        return reduce(or_, (_open_bits(one.wants[name], fact, width) for one in near if name in one.wants), 0)


@cache  # most facts of most cases are the same
def _open_bits(want: Want, fact: int, width: int) -> int:
    return sum(1 << bit for bit in range(width) if want.matches(fact ^ 1 << bit))
