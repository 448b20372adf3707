"""Faulty sockets that get subscriptions wrong: as publishers, or as subscribers."""

from spec_model.patterns.envelope import Addressed
from spec_model.patterns.faulty import Faulty
from spec_model.patterns.interest import request
from spec_model.patterns.kind import Asks, Kind, Queues
from spec_model.patterns.pattern import Parts, PeerId
from spec_model.patterns.pipe import Pipe

OLD_FORM, NEW_FORM = 0, 1  # minor versions: requests are messages, or commands


class _Publishing(Faulty):
    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.hears.word is not Asks.NONE


class SendsOncePerSubscription(Faulty):
    """sends a message as often as subscriptions match it."""

    breaks = ("23/subscription/additive", "37/subscription/additive")

    def _queue(self, pipe: Pipe, message: Addressed) -> None:
        for topic in pipe.interest.topics():
            if message.topic.startswith(topic):
                super()._queue(pipe, message)


class ComparesEveryFrame(Faulty):
    """compares subscriptions with every frame."""

    breaks = ("prefix-match",)

    def _candidates(self, message: Addressed) -> list[Pipe]:
        found: list[Pipe] = []
        for part in message.wire:
            found += super()._candidates(Addressed(message.address, part, message.wire))
        return list(dict.fromkeys(found))


class KeepsSubscriptions(Faulty):
    """keeps the subscriptions of a connection that is gone."""

    breaks = ("disconnect-unsubscribes", "23/subscription/publisher-filters", "37/group/radio-filters")

    def _forget_interest(self, pipe: Pipe) -> None:
        pass

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.queues.word is Queues.KEPT


class IgnoresTheEmptySubscription(Faulty):
    """takes the empty subscription for none."""

    breaks = ("23/subscription/empty", "37/subscription/empty")

    def _hear(self, pipe: Pipe, topic: bytes, *, wanted: bool) -> None:
        if topic:
            super()._hear(pipe, topic, wanted=wanted)


class CutsAtZero(_Publishing):
    """cuts subscriptions and groups at the first zero octet."""

    breaks = ("23/subscription/binary", "37/subscription/binary", "group/chars", "37/group/chars")

    def _hear(self, pipe: Pipe, topic: bytes, *, wanted: bool) -> None:
        super()._hear(pipe, topic.split(b"\0")[0], wanted=wanted)


class SharesSubscriptions(Faulty):
    """sends everybody what anybody has subscribed to."""

    breaks = ("takes-subscribe", "takes-join")

    def _candidates(self, message: Addressed) -> list[Pipe]:
        return list(self._senders) if super()._candidates(message) else []


class IgnoresCancels(Faulty):
    """takes no subscription back."""

    breaks = ("takes-unsubscribe", "37/CANCEL/understood", "takes-leave", "37/LEAVE/understood")

    def _hear(self, pipe: Pipe, topic: bytes, *, wanted: bool) -> None:
        if wanted:
            super()._hear(pipe, topic, wanted=wanted)


class IgnoresCommands(Faulty):
    """ignores requests that are commands."""

    breaks = ("37/SUBSCRIBE/understood", "37/JOIN/understood")

    def commanded(self, peer: PeerId, name: str, body: bytes) -> None:
        pass


class IgnoresRequestsOfOlderPeers(Faulty):
    """ignores requests that are messages."""

    breaks = ("takes-subscribe", "takes-unsubscribe")

    def received(self, peer: PeerId, parts: Parts) -> None:
        if parts[0][:1] not in (b"\0", b"\1"):
            super().received(peer, parts)


class ForgetsLatePublishers(Faulty):
    """does not tell publishers that come later what it wants."""

    breaks = ("sends-requests", "sends-commands")

    def _announce(self, pipe: Pipe, *, wanted: bool) -> None:
        if not wanted:
            super()._announce(pipe, wanted=wanted)


class LeavesWithoutAWord(Faulty):
    """closes without cancelling what it wanted."""

    breaks = ("cancels-on-close",)

    def _announce(self, pipe: Pipe, *, wanted: bool) -> None:
        if wanted:
            super()._announce(pipe, wanted=wanted)


class NeverCancels(Faulty):
    """never tells a publisher that it no longer wants something."""

    breaks = ("23/subscription/unsubscribe", "37/CANCEL/sent", "37/LEAVE/sent")

    def _request(self, pipe: Pipe, topic: bytes, *, wanted: bool) -> None:
        if wanted:
            super()._request(pipe, topic, wanted=wanted)


class NeverAsks(Faulty):
    """never tells a publisher what it wants."""

    breaks = ("23/subscription/subscribe", "37/SUBSCRIBE/sent", "37/JOIN/sent")

    def _request(self, pipe: Pipe, topic: bytes, *, wanted: bool) -> None:
        if not wanted:
            super()._request(pipe, topic, wanted=wanted)


class _OneForm(Faulty):
    form = OLD_FORM

    def _request(self, pipe: Pipe, topic: bytes, *, wanted: bool) -> None:
        if item := request(self.kind.asks.word, self.form, topic, wanted=wanted):
            pipe.request(item)


class AsksInMessages(_OneForm):
    """asks by messages whatever the peer's version."""

    breaks = ("37/SUBSCRIBE/sent", "37/CANCEL/sent")


class AsksInCommands(_OneForm):
    """asks by commands whatever the peer's version."""

    breaks = ("23/subscription/subscribe", "23/subscription/unsubscribe", "15/subscription/messages")
    form = NEW_FORM
