package io.drawbore.launcher.internal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Lets only the last line of a process pass. */
final class FatalFilter extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(final ILoggingEvent event) {
        return Line.isFatal(event) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
