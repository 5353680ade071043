/** The benchmark: starts Drawbore and real etcds in turn, puts the same loads on each, and compares what they cost. */
@org.jspecify.annotations.NullMarked
package io.drawbore.bench;
