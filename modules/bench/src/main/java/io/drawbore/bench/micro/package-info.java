/** Micro-benchmarks of the write path's parts, run by {@code ./bench micro}; the table of loads is what decides. */
@org.jspecify.annotations.NullMarked
package io.drawbore.bench.micro;
