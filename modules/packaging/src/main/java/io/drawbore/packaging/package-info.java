/**
 * Makes distributions out of a descriptor: inside Maven, on whatever JVM that runs. What a distribution holds is a
 * {@link io.drawbore.packaging.Tree}; folders, archives and packages are ways to write one.
 */
@org.jspecify.annotations.NullMarked
package io.drawbore.packaging;
