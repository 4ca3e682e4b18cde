package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Action;
import io.sluice.packetdrill.language.CodeBlock;
import io.sluice.packetdrill.language.CodeExpression;
import io.sluice.packetdrill.language.CodeStatement;
import io.sluice.packetdrill.language.Event;
import io.sluice.packetdrill.language.EventTime;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.IpFields;
import io.sluice.packetdrill.language.Packet;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.SequenceRange;
import io.sluice.packetdrill.language.Statement;
import io.sluice.packetdrill.language.SystemCall;
import io.sluice.packetdrill.language.TcpFlags;
import io.sluice.packetdrill.language.TcpOption;
import io.sluice.packetdrill.language.TcpOptions;
import io.sluice.packetdrill.language.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes one field of one expectation of a script wrong, in every way there is. */
final class Mutants {
    /** More than any tolerance of a script. */
    private static final long SHIFT_NS = 900_000_000;

    private final Script script;
    private final List<Mutant> mutants = new ArrayList<>();

    /**
     * A script with one mistake.
     *
     * @param what the mistake
     * @param line where it is
     */
    record Mutant(String what, int line, Script script) {}

    private Mutants(Script script) {
        this.script = script;
    }

    static List<Mutant> of(Script script) {
        Mutants mutants = new Mutants(script);
        for (int i = 0; i < script.statements().size(); i++) {
            if (script.statements().get(i) instanceof Event event) {
                mutants.mutate(i, event);
            }
        }
        return mutants.mutants;
    }

    private void add(int index, String what, Statement changed) {
        List<Statement> statements = new ArrayList<>(script.statements());
        statements.set(index, changed);
        mutants.add(new Mutant(
                "line " + changed.position().line() + " " + what,
                changed.position().line(),
                new Script(script.source(), statements, script.warnings())));
    }

    private void add(int index, String what, Event event, Action changed) {
        add(index, what, new Event(event.time(), changed));
    }

    private void mutate(int index, Event event) {
        if (event.action() instanceof Packet packet && packet.direction() == Packet.Direction.OUTBOUND) {
            mutateIp(index, event, packet);
        }
        if (event.action() instanceof Packet packet
                && packet.direction() == Packet.Direction.OUTBOUND
                && packet.payload() instanceof Transport.TcpSegment segment) {
            mutateTime(index, event);
            mutateNumbers(index, event, packet, segment);
            mutateFlags(index, event, packet, segment);
            mutateAce(index, event, packet, segment);
            if (segment.options() instanceof TcpOptions.Listed listed) {
                mutateOptions(index, event, packet, segment, listed.options());
            }
        } else if (event.action() instanceof Packet packet && packet.direction() == Packet.Direction.OUTBOUND) {
            mutateTime(index, event);
            mutateOthers(index, event, packet);
        } else if (event.action() instanceof SystemCall call) {
            mutateCall(index, event, call);
        } else if (event.action() instanceof CodeBlock block) {
            mutateCode(index, event, block);
        }
    }

    private void mutateTime(int index, Event event) {
        if (event.time() instanceof EventTime.Relative t) {
            add(index, "time", new Event(new EventTime.Relative(t.position(), t.afterNs() + SHIFT_NS), event.action()));
        } else if (event.time() instanceof EventTime.Absolute t) {
            add(index, "time", new Event(new EventTime.Absolute(t.position(), t.atNs() + SHIFT_NS), event.action()));
        }
    }

    /** Fields of the IP header, where the script says something of them. */
    private void mutateIp(int index, Event event, Packet packet) {
        if (packet.ip().isEmpty()) {
            return;
        }
        IpFields f = packet.ip().get();
        if (f.timeToLive().isPresent()) {
            OptionalInt other = OptionalInt.of(f.timeToLive().getAsInt() ^ 1);
            addIp(index, "TTL", event, packet, ip(f, f.trafficClass(), f.ecn(), other));
        }
        if (f.trafficClass().isPresent()) {
            OptionalInt other = OptionalInt.of(f.trafficClass().getAsInt() ^ 4);
            addIp(index, "traffic class", event, packet, ip(f, other, f.ecn(), f.timeToLive()));
        }
        if (f.ecn().isPresent()) {
            Optional<IpFields.Ecn> other =
                    Optional.of(f.ecn().get() == IpFields.Ecn.CE ? IpFields.Ecn.NOT_ECT : IpFields.Ecn.CE);
            addIp(index, "ECN", event, packet, ip(f, f.trafficClass(), other, f.timeToLive()));
        }
    }

    private void addIp(int index, String what, Event event, Packet packet, IpFields ip) {
        add(
                index,
                what,
                event,
                new Packet(
                        packet.position(),
                        packet.direction(),
                        packet.encapsulations(),
                        Optional.of(ip),
                        packet.payload()));
    }

    private static IpFields ip(
            IpFields f, OptionalInt trafficClass, Optional<IpFields.Ecn> ecn, OptionalInt timeToLive) {
        return new IpFields(f.position(), trafficClass, f.dscp(), ecn, timeToLive, f.flowLabel());
    }

    /** Datagrams and ICMP messages. */
    private void mutateOthers(int index, Event event, Packet packet) {
        if (packet.payload() instanceof Transport.UdpDatagram d) {
            addPayload(
                    index,
                    "length",
                    event,
                    packet,
                    new Transport.UdpDatagram(d.position(), d.ports(), d.payloadBytes() + 1, d.options()));
        } else if (packet.payload() instanceof Transport.IcmpMessage m) {
            addPayload(
                    index,
                    "type",
                    event,
                    packet,
                    new Transport.IcmpMessage(
                            m.position(), "type_77", m.code(), m.mtu(), m.echoIdentifier(), m.quoted()));
            addPayload(
                    index,
                    "code",
                    event,
                    packet,
                    new Transport.IcmpMessage(
                            m.position(), m.type(), Optional.of("code_77"), m.mtu(), m.echoIdentifier(), m.quoted()));
        }
    }

    private void addPayload(int index, String what, Event event, Packet packet, Transport payload) {
        add(
                index,
                what,
                event,
                new Packet(packet.position(), packet.direction(), packet.encapsulations(), packet.ip(), payload));
    }

    private void mutateNumbers(int index, Event event, Packet packet, Transport.TcpSegment s) {
        SequenceRange r = s.sequence();
        if (r.numbering() != SequenceRange.Numbering.IGNORED && !s.flags().has(TcpFlags.SYN)) {
            add(
                    index,
                    "sequence",
                    event,
                    with(packet, segment(s, s.flags(), range(r, r.start() + 1, r.lengthBytes()), s.options())));
        }
        add(
                index,
                "length",
                event,
                with(packet, segment(s, s.flags(), range(r, r.start(), r.lengthBytes() + 1), s.options())));
        if (s.acknowledgment().isPresent()) {
            OptionalLong other = OptionalLong.of(s.acknowledgment().getAsLong() + 1);
            add(index, "acknowledgment", event, with(packet, segment(s, other, s.window())));
        }
        if (s.window().isPresent()) {
            OptionalInt other = OptionalInt.of(s.window().getAsInt() ^ 1);
            add(index, "window", event, with(packet, segment(s, s.acknowledgment(), other)));
        }
    }

    private static SequenceRange range(SequenceRange r, long start, int length) {
        return new SequenceRange(r.position(), r.numbering(), start, length);
    }

    private void mutateFlags(int index, Event event, Packet packet, Transport.TcpSegment s) {
        for (int bit : new int[] {
            TcpFlags.FIN,
            TcpFlags.SYN,
            TcpFlags.RST,
            TcpFlags.PSH,
            TcpFlags.ACK,
            TcpFlags.URG,
            TcpFlags.ECE,
            TcpFlags.CWR
        }) {
            boolean inAce = s.flags().ace().isPresent() && (bit == TcpFlags.ECE || bit == TcpFlags.CWR);
            if (inAce) {
                continue; // the digit has it already, or not
            }
            TcpFlags flags = new TcpFlags(
                    s.flags().position(), s.flags().bits() ^ bit, s.flags().ace());
            add(index, "flags " + flags.letters(), event, with(packet, segment(s, flags, s.sequence(), s.options())));
        }
    }

    private void mutateAce(int index, Event event, Packet packet, Transport.TcpSegment s) {
        if (s.flags().ace().isPresent()) {
            OptionalInt other = OptionalInt.of(s.flags().ace().getAsInt() ^ 1);
            TcpFlags flags = new TcpFlags(s.flags().position(), s.flags().bits(), other);
            add(index, "ACE", event, with(packet, segment(s, flags, s.sequence(), s.options())));
        }
    }

    private void mutateOptions(int index, Event event, Packet packet, Transport.TcpSegment s, List<TcpOption> options) {
        for (int i = 0; i < options.size(); i++) {
            Optional<TcpOption> other = other(options.get(i), s.flags().has(TcpFlags.SYN));
            if (other.isPresent()) {
                List<TcpOption> changed = new ArrayList<>(options);
                changed.set(i, other.get());
                TcpOptions listed = new TcpOptions.Listed(changed);
                add(index, "option " + (i + 1), event, with(packet, segment(s, s.flags(), s.sequence(), listed)));
            }
        }
    }

    /** {@code option} with another value and the same length; a timestamp on a SYN only sets where values begin. */
    private static Optional<TcpOption> other(TcpOption option, boolean syn) {
        if (option instanceof TcpOption.MaximumSegmentSize mss) {
            return Optional.of(new TcpOption.MaximumSegmentSize(mss.position(), mss.bytes() + 1));
        } else if (option instanceof TcpOption.WindowScale scale) {
            return Optional.of(new TcpOption.WindowScale(scale.position(), scale.shift() + 1));
        } else if (option instanceof TcpOption.NoOperation nop) {
            return Optional.of(new TcpOption.EndOfList(nop.position()));
        } else if (option instanceof TcpOption.EndOfList eol) {
            return Optional.of(new TcpOption.NoOperation(eol.position()));
        } else if (option instanceof TcpOption.Timestamps ts) {
            OptionalLong value = syn || ts.value().isEmpty()
                    ? ts.value()
                    : OptionalLong.of(ts.value().getAsLong() + 1000);
            return Optional.of(
                    new TcpOption.Timestamps(ts.position(), value, ts.echoReply() + (syn ? 1 : 0), ts.absoluteEcho()));
        } else if (option instanceof TcpOption.Sack sack) {
            TcpOption.SackBlock first = sack.blocks().get(0);
            List<TcpOption.SackBlock> blocks = new ArrayList<>(sack.blocks());
            blocks.set(0, new TcpOption.SackBlock(first.position(), first.left() + 1, first.right()));
            return Optional.of(new TcpOption.Sack(sack.position(), blocks));
        }
        return Optional.empty();
    }

    private static Packet with(Packet packet, Transport.TcpSegment segment) {
        return new Packet(packet.position(), packet.direction(), packet.encapsulations(), packet.ip(), segment);
    }

    private static Transport.TcpSegment segment(
            Transport.TcpSegment s, TcpFlags flags, SequenceRange sequence, TcpOptions options) {
        return new Transport.TcpSegment(
                s.position(),
                s.ports(),
                flags,
                sequence,
                s.acknowledgment(),
                s.window(),
                s.urgentPointer(),
                options,
                s.resetReason(),
                s.udp());
    }

    private static Transport.TcpSegment segment(
            Transport.TcpSegment s, OptionalLong acknowledgment, OptionalInt window) {
        return new Transport.TcpSegment(
                s.position(),
                s.ports(),
                s.flags(),
                s.sequence(),
                acknowledgment,
                window,
                s.urgentPointer(),
                s.options(),
                s.resetReason(),
                s.udp());
    }

    private void mutateCall(int index, Event event, SystemCall c) {
        if (c.result() instanceof Expression.IntegerValue result) {
            Expression other = new Expression.IntegerValue(result.position(), result.value() + 1, result.hexadecimal());
            add(index, "result", event, call(c, other, c.error(), c.endNs()));
        }
        if (c.error().isPresent()) {
            add(index, "errno", event, call(c, c.result(), Optional.of("EXDEV"), c.endNs()));
        }
        if (c.endNs().isPresent()) {
            OptionalLong other = OptionalLong.of(c.endNs().getAsLong() + SHIFT_NS);
            add(index, "end of a blocking call", event, call(c, c.result(), c.error(), other));
        }
    }

    private static SystemCall call(SystemCall c, Expression result, Optional<String> error, OptionalLong endNs) {
        return new SystemCall(c.position(), c.name(), c.arguments(), result, error, c.note(), endNs);
    }

    private void mutateCode(int index, Event event, CodeBlock block) {
        for (int i = 0; i < block.statements().size(); i++) {
            if (block.statements().get(i) instanceof CodeStatement.Assertion a) {
                CodeExpression opposite =
                        new CodeExpression.Unary(a.position(), CodeExpression.UnaryOperator.NOT, a.condition());
                List<CodeStatement> statements = new ArrayList<>(block.statements());
                statements.set(i, new CodeStatement.Assertion(a.position(), opposite, a.message()));
                add(index, "assertion", event, new CodeBlock(block.position(), statements));
            }
        }
    }
}
