package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;

/** An argument or result of a system call. Names are not resolved here, see {@link Symbols}. */
public sealed interface Expression {
    /** Where the expression begins. */
    SourcePosition position();

    /**
     * {@code 4} or {@code 0x2}.
     *
     * @param position where it is
     * @param value its value
     * @param hexadecimal whether it was written in hexadecimal
     */
    record IntegerValue(SourcePosition position, long value, boolean hexadecimal) implements Expression {}

    /**
     * {@code "text"}, with its escapes resolved; adjacent strings are one. Each character is one byte.
     *
     * @param position where it is
     * @param value the text
     * @param openEnded whether {@code ...} follows it: more bytes may come behind these
     */
    record StringValue(SourcePosition position, String value, boolean openEnded) implements Expression {}

    /**
     * A name such as {@code SOCK_STREAM} or {@code NULL}.
     *
     * @param position where it is
     * @param name the name
     */
    record Name(SourcePosition position, String name) implements Expression {}

    /**
     * {@code ...}: whatever is needed there, or anything.
     *
     * @param position where it is
     */
    record Ellipsis(SourcePosition position) implements Expression {}

    /**
     * {@code a | b | c}.
     *
     * @param position where the first operand is
     * @param operands the operands, at least two
     */
    record BitwiseOr(SourcePosition position, List<Expression> operands) implements Expression {
        /** Copies the list. */
        public BitwiseOr {
            operands = List.copyOf(operands);
        }
    }

    /**
     * {@code [a, b]}: an array, or a pointer to a value.
     *
     * @param position where the bracket is
     * @param elements the elements
     */
    record Array(SourcePosition position, List<Expression> elements) implements Expression {
        /** Copies the list. */
        public Array {
            elements = List.copyOf(elements);
        }
    }

    /**
     * {@code name(a, b)}, such as {@code htons(8080)} or {@code inet_addr("192.0.2.1")}.
     *
     * @param position where the name is
     * @param function the name
     * @param arguments the arguments
     */
    record Call(SourcePosition position, String function, List<Expression> arguments) implements Expression {
        /** Copies the list. */
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * {@code {fd=4, events=POLLIN}}: a structure of C, told apart by the names of its fields.
     *
     * @param position where the brace is
     * @param fields the fields in order
     */
    record Struct(SourcePosition position, List<Field> fields) implements Expression {
        /** Copies the list. */
        public Struct {
            fields = List.copyOf(fields);
        }

        /** The value of the field called {@code name}, if there is one. */
        public Optional<Expression> field(String name) {
            for (Field field : fields) {
                if (field.name().isPresent() && field.name().get().equals(name)) {
                    return Optional.of(field.value());
                }
            }
            return Optional.empty();
        }
    }

    /**
     * A field of a {@link Struct}.
     *
     * @param position where it begins
     * @param name its name; empty in structures whose fields go by their place, such as {@code {..., 1000}}
     * @param length the number in parentheses behind the name, as in {@code msg_iov(2)=[...]}
     * @param value its value
     */
    record Field(SourcePosition position, Optional<String> name, Optional<Expression> length, Expression value) {}

    /**
     * {@code {(label 0, tc 0, [S], ttl 64)}}: an MPLS label stack as a value.
     *
     * @param position where the brace is
     * @param labels the labels, outermost first
     */
    record MplsStack(SourcePosition position, List<Encapsulation.MplsLabel> labels) implements Expression {
        /** Copies the list. */
        public MplsStack {
            labels = List.copyOf(labels);
        }
    }

    /**
     * {@code {flags [none], sum 0, off 0, key=0, seq 0}}: a GRE header as a value.
     *
     * @param position where the brace is
     * @param header the header
     */
    record GreHeaderValue(SourcePosition position, Encapsulation.GreHeader header) implements Expression {}
}
