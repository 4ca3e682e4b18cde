package io.sluice.packetdrill.command;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command of a script into the words and operators of the shell that it is written for: quotes, comments,
 * joined lines, pipelines, {@code ;}, {@code &&}, {@code ||} and redirections. Nothing is expanded.
 */
final class ShellText {
    private static final String JOINED_LINES = "\\\\[ \\t]*\\r?\\n";

    private final String text;
    private final List<Pipeline> pipelines = new ArrayList<>();
    private List<Simple> stages = new ArrayList<>();
    private List<String> words = new ArrayList<>();
    private String target = "";
    private boolean targetNext;
    private int at;

    /**
     * A command with its arguments.
     *
     * @param words the command and its arguments, without quotes
     * @param target the file that its output goes to, or ""
     */
    record Simple(List<String> words, String target) {}

    /**
     * Commands of which each reads what the one before it writes.
     *
     * @param stages the commands, at least one
     * @param then when what follows is run
     */
    record Pipeline(List<Simple> stages, Then then) {}

    /** When what follows a pipeline is run. */
    enum Then {
        ALWAYS,
        AFTER_SUCCESS,
        AFTER_FAILURE
    }

    private ShellText(String text) {
        this.text = text;
    }

    /** The pipelines of {@code command} in order. */
    static List<Pipeline> parse(String command) {
        ShellText parser = new ShellText(command.replaceAll(JOINED_LINES, " "));
        parser.parse();
        return parser.pipelines;
    }

    private void parse() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n' || c == ';') {
                at++;
                endPipeline(Then.ALWAYS);
            } else if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (!operator()) {
                word();
            }
        }
        endPipeline(Then.ALWAYS);
    }

    /** Takes an operator, if one comes next. */
    private boolean operator() {
        if (take("&&")) {
            endPipeline(Then.AFTER_SUCCESS);
        } else if (take("||")) {
            endPipeline(Then.AFTER_FAILURE);
        } else if (take("|")) {
            endStage();
        } else if (take("2>&1")) {
            return true;
        } else if (take("&>") || take("2>") || take(">>") || take(">") || take("<")) {
            targetNext = true;
        } else if (take("&")) {
            endPipeline(Then.ALWAYS);
        } else {
            return false;
        }
        return true;
    }

    private boolean take(String operator) {
        if (!text.startsWith(operator, at)) {
            return false;
        }
        at += operator.length();
        return true;
    }

    private void word() {
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote == 0 && (Character.isWhitespace(c) || ";|&<>".indexOf(c) >= 0)) {
                break;
            }
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else {
                word.append(c);
            }
        }
        if (targetNext) {
            target = word.toString();
            targetNext = false;
        } else {
            words.add(word.toString());
        }
    }

    private void endStage() {
        if (!words.isEmpty()) {
            stages.add(new Simple(List.copyOf(words), target));
        }
        words = new ArrayList<>();
        target = "";
    }

    private void endPipeline(Then then) {
        endStage();
        if (!stages.isEmpty()) {
            pipelines.add(new Pipeline(List.copyOf(stages), then));
        }
        stages = new ArrayList<>();
    }
}
