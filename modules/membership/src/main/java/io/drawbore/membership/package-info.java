/**
 * Owns the words and rules of membership. There is one membership table, in the store; raft's configuration, the
 * member list of clients and the JSON of peers are views of it.
 *
 * <p>Nothing here writes: what a command changes is returned as {@link io.drawbore.api.TableChange}s, and the
 * apply room writes them. No clock, no thread.
 */
package io.drawbore.membership;
