package io.drawbore.api;

import java.nio.file.Path;
import java.util.Map;

/** What a plug-in has of the member that it is part of. Any thread. */
public interface PluginContext {
    /**
     * What the operator has set of the keys that the plug-in declares ({@code
     * --plugin-config=<plug-in>.<key>=<value>}); others are refused before the start.
     */
    Map<String, String> configuration();

    /**
     * A folder of the plug-in's own in the member's data dir, made at the first call. It is no replicated state: a
     * member that is replaced begins with an empty one.
     */
    Path folder();

    /**
     * The member's front door. Ask as {@link Caller#SELF} for what the plug-in itself wants, which may do everything
     * and is seen by no admission and no audit. Pass on the {@link Caller} that you were given for what a client wants:
     * that is judged and recorded as if the client had asked the member. Until the member has started, and from when it
     * stops, every request fails with {@link EtcdError#STOPPED}.
     *
     * <p>Answers that aren't there at once complete on threads of the plug-in's own, several at a time and in no order,
     * and its sinks are called on them, each by one at a time and in order. What hangs on an answer may wait, also for
     * another one: there is a thread for each of 256, and 8,192 more may wait their turn. Beyond these requests fail
     * with {@link EtcdError#REQUEST_TOO_MANY_REQUESTS}.
     *
     * <p>What an {@link AdmissionControl} or an {@link Auditor} asks on the thread on which it is called, before it
     * returns, is seen by none of them, in whoever's name it asks: it would be asked about its own question. What it
     * asks from other threads in a client's name is.
     */
    FrontDoor door();
}
