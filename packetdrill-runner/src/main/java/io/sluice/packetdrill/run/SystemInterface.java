package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.SystemCall;
import java.util.Map;

/** The system calls of what a script is run against. Used by the thread of the run. */
public interface SystemInterface {
    /**
     * Makes a call. It may be done at once, or block.
     *
     * @throws RunFailure if the script asks for what cannot be done here
     */
    PendingCall make(SystemCall call) throws RunFailure;

    /** What {@code TCP_INFO} says now of the socket that the last call was about, by the names of C's fields. */
    Map<String, Object> tcpInfo();
}
