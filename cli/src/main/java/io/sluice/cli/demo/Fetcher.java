package io.sluice.cli.demo;

import java.io.IOException;
import java.util.List;

/** Somebody who fetches pages: curl over the kernel's TCP, or a client on a second stack of ours. */
interface Fetcher {
    /**
     * What to fetch.
     *
     * @param method GET or HEAD
     * @param connections how many to use at once at most; with 1, the requests go one after another on one connection
     * @param discard whether to throw the bodies away as they come, for speed
     */
    record Job(String method, List<String> urls, int connections, boolean discard) {
        static Job get(String url) {
            return new Job("GET", List.of(url), 1, false);
        }

        static Job head(String url) {
            return new Job("HEAD", List.of(url), 1, false);
        }

        /** Without looking at the octets. */
        static Job discard(String url) {
            return new Job("GET", List.of(url), 1, true);
        }

        static Job oneByOne(List<String> urls) {
            return new Job("GET", urls, 1, false);
        }

        static Job atOnce(List<String> urls) {
            return new Job("GET", urls, urls.size(), false);
        }
    }

    /**
     * One response.
     *
     * @param status of HTTP
     * @param bodyBytes received
     * @param sha256 of those, in hexadecimal, or "" if they were discarded
     * @param durationNs from the start of the request to its last octet
     */
    record Response(int status, long bodyBytes, String sha256, long durationNs) {}

    /**
     * What came of a job.
     *
     * @param responses in the order of the URLs
     * @param connections how many were opened
     * @param durationNs of all of it, without starting and ending the one who fetches, if that is a process
     */
    record Result(List<Response> responses, int connections, long durationNs) {
        long bodyBytes() {
            return responses.stream().mapToLong(Response::bodyBytes).sum();
        }
    }

    /** What the user would type, or who fetches. */
    String describe(Job job);

    /** Fetches; an error of the network is an exception, a status is not. */
    Result fetch(Job job) throws IOException;
}
