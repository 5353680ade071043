package io.drawbore.api;

import com.google.protobuf.Message;

/**
 * A request as plug-ins see it that judge or record requests.
 *
 * @param method how gRPC calls it: {@code etcdserverpb.KV/Put}, or {@code acme.v1.Quotas/Get} of a plug-in's; of a path
 *     of HTTP that a plug-in answers, {@code HTTP GET /acme/status}
 * @param message the request, an empty one where a stream was refused before its first. Passwords in the member's own
 *     are replaced by an empty text; those of plug-ins are shown as they are, and of HTTP the body, as a {@link
 *     com.google.protobuf.BytesValue}
 * @param user whose token came with it; empty where none did, it is worth nothing or authentication is off. Of {@code
 *     Authenticate} the name that is claimed, which nothing proves yet
 * @param remote address of the other end, for logs
 */
public record ClientRequest(String method, Message message, String user, String remote) {}
