/**
 * Commands on files that nobody else uses: {@code drawbore util}, and {@code etcdutl} in its words. {@link
 * io.drawbore.tools.OfflineTools} reads what is asked and has one class a command answer it; {@link
 * io.drawbore.tools.Answer} is what they print, in any of etcdutl's forms.
 */
package io.drawbore.tools;
