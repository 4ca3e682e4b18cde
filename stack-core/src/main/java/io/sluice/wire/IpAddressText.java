package io.sluice.wire;

/** The text forms of addresses: read as RFC 4291 §2.2 allows, written as RFC 5952 §4 and §5 recommend. */
final class IpAddressText {
    private static final int GROUPS = 8;

    private IpAddressText() {}

    static IpAddress parse(String text) {
        return text.indexOf(':') < 0 ? IpAddress.ofV4(parseV4(text, text)) : parseV6(text);
    }

    /** Four decimal numbers, 0..255, without leading zeros (which some read as octal). */
    private static int parseV4(String dotted, String whole) {
        String[] parts = dotted.split("\\.", -1);
        if (parts.length != 4) {
            throw bad(whole);
        }
        int address = 0;
        for (String part : parts) {
            boolean leadingZero = part.length() > 1 && part.charAt(0) == '0';
            int value = leadingZero ? -1 : digits(part, 10, 3);
            if (value < 0 || value > 255) {
                throw bad(whole);
            }
            address = address << 8 | value;
        }
        return address;
    }

    private static IpAddress parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            int[] groups = new int[GROUPS];
            if (parseGroups(text, groups, text) != GROUPS) {
                throw bad(text);
            }
            return ofGroups(groups);
        }
        int[] groups = new int[GROUPS];
        int[] tail = new int[GROUPS];
        int before = parseGroups(text.substring(0, gap), groups, text);
        int after = parseGroups(text.substring(gap + 2), tail, text);
        if (before + after >= GROUPS || endsDotted(text.substring(0, gap))) {
            throw bad(text);
        }
        System.arraycopy(tail, 0, groups, GROUPS - after, after);
        return ofGroups(groups);
    }

    private static boolean endsDotted(String part) {
        return part.indexOf('.') >= 0;
    }

    /** Reads groups separated by single colons, the last of which may be dotted, and returns how many 16-bit ones. */
    private static int parseGroups(String part, int[] groups, String whole) {
        if (part.isEmpty()) {
            return 0;
        }
        String[] fields = part.split(":", -1);
        int count = 0;
        for (int i = 0; i < fields.length; i++) {
            boolean dotted = i == fields.length - 1 && fields[i].indexOf('.') >= 0;
            if (count + (dotted ? 2 : 1) > GROUPS) {
                throw bad(whole);
            }
            if (dotted) {
                int v4 = parseV4(fields[i], whole);
                groups[count++] = v4 >>> 16;
                groups[count++] = v4 & 0xFFFF;
            } else {
                int value = digits(fields[i], 16, 4);
                if (value < 0) {
                    throw bad(whole);
                }
                groups[count++] = value;
            }
        }
        return count;
    }

    /** The number that 1 to {@code max} ASCII digits make, or -1. */
    private static int digits(String s, int radix, int max) {
        if (s.isEmpty() || s.length() > max) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }

    private static IpAddress ofGroups(int[] groups) {
        long hi = 0;
        long lo = 0;
        for (int i = 0; i < GROUPS / 2; i++) {
            hi = hi << 16 | groups[i];
            lo = lo << 16 | groups[i + GROUPS / 2];
        }
        return IpAddress.ofV6(hi, lo);
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException("not an IP address: \"" + text + "\"");
    }

    static String format(IpAddress address) {
        StringBuilder out = new StringBuilder(39);
        if (!address.isV6()) {
            appendV4(out, address.v4());
        } else if (address.isV4Mapped()) {
            appendV4(out.append("::ffff:"), address.v4()); // RFC 5952 §5
        } else {
            appendV6(out, address);
        }
        return out.toString();
    }

    private static void appendV4(StringBuilder out, int address) {
        out.append(address >>> 24)
                .append('.')
                .append((address >>> 16) & 0xFF)
                .append('.')
                .append((address >>> 8) & 0xFF)
                .append('.')
                .append(address & 0xFF);
    }

    /** RFC 5952 §4.2: the longest run of two or more zero groups, the first of equals, becomes {@code ::}. */
    private static void appendV6(StringBuilder out, IpAddress address) {
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int length = zerosFrom(address, i);
            if (length > runLength) {
                runStart = i;
                runLength = length;
            }
        }
        int i = 0;
        while (i < GROUPS) {
            if (i == runStart) {
                out.append("::");
                i += runLength;
                continue;
            }
            if (i > 0 && i != runStart + runLength) {
                out.append(':');
            }
            out.append(Integer.toHexString(group(address, i++)));
        }
    }

    private static int zerosFrom(IpAddress address, int from) {
        int i = from;
        while (i < GROUPS && group(address, i) == 0) {
            i++;
        }
        return i - from;
    }

    private static int group(IpAddress address, int i) {
        long half = i < GROUPS / 2 ? address.hi() : address.lo();
        return (int) (half >>> (48 - 16 * (i & 3))) & 0xFFFF;
    }
}
