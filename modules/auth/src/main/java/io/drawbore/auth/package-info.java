/**
 * Owns the words and rules of authentication. What a request does is a pure function of the request and of {@link
 * io.drawbore.auth.AuthState}, which is a pure function of the tables; {@link io.drawbore.auth.Access} says who may do
 * what. All members refuse the same, to the letter as etcd does.
 *
 * <p>Nothing here writes: what a command changes is returned as {@link io.drawbore.api.TableChange}s, and the apply
 * room writes them. Nothing here hashes a password either: that is done before a request is proposed. Tokens are no
 * replicated state: a member forgets them when it ends, as etcd does.
 */
package io.drawbore.auth;
