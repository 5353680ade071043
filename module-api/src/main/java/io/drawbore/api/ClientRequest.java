package io.drawbore.api;

import com.google.protobuf.Message;

/**
 * A request as plug-ins see it that judge or record requests.
 *
 * @param method how gRPC calls it: {@code etcdserverpb.KV/Put}
 * @param message the request; passwords in it are replaced by an empty text
 * @param user whose token came with it; empty where none did or authentication is off
 * @param remote address of the other end, for logs
 */
public record ClientRequest(String method, Message message, String user, String remote) {}
