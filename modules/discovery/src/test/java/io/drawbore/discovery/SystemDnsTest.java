package io.drawbore.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A DNS server on a port of its own that knows one name. */
class SystemDnsTest {
    private static final int SRV = 33;
    private static final int NO_SUCH_NAME = 3;

    private final DatagramSocket socket = socket();
    private final Thread thread = Thread.ofPlatform().daemon().start(this::serve);
    private final SystemDns dns = new SystemDns("dns://127.0.0.1:" + socket.getLocalPort());

    private static DatagramSocket socket() {
        try {
            return new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        socket.close();
        thread.join();
    }

    private void serve() {
        byte[] buffer = new byte[512];
        try {
            while (true) {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                byte[] answer = answer(Arrays.copyOf(buffer, question.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** Header and question as they came, and two records for the name that there is. */
    private static byte[] answer(byte[] question) throws IOException {
        int end = 12;
        StringBuilder name = new StringBuilder();
        while (question[end] != 0) {
            name.append(new String(question, end + 1, question[end], StandardCharsets.US_ASCII)).append('.');
            end += question[end] + 1;
        }
        boolean known = name.toString().equals("_etcd-server._tcp.example.com.");
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.write(ByteBuffer.allocate(12)
                .putShort(ByteBuffer.wrap(question).getShort())
                .putShort((short) (0x8180 | (known ? 0 : NO_SUCH_NAME)))
                .putShort((short) 1)
                .putShort((short) (known ? 2 : 0))
                .putInt(0)
                .array());
        answer.write(question, 12, end + 5 - 12);
        if (known) {
            answer.write(record(20, 2381, "late.example.com"));
            answer.write(record(10, 2380, "early.example.com"));
        }
        return answer.toByteArray();
    }

    private static byte[] record(int priority, int port, String host) {
        ByteBuffer data = ByteBuffer.allocate(100)
                .putShort((short) priority)
                .putShort((short) 5)
                .putShort((short) port);
        for (String label : host.split("\\.", -1)) {
            data.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        data.put((byte) 0).flip();
        ByteBuffer record = ByteBuffer.allocate(12 + data.remaining())
                .putShort((short) 0xc00c)
                .putShort((short) SRV)
                .putShort((short) 1)
                .putInt(60)
                .putShort((short) data.remaining())
                .put(data);
        return record.array();
    }

    @Test
    void servicesComeInTheOrderInWhichTheyAreToBeAsked() throws IOException {
        assertEquals(
                List.of(new Dns.Service(10, "early.example.com", 2380), new Dns.Service(20, "late.example.com", 2381)),
                dns.services("_etcd-server._tcp.example.com"));
    }

    @Test
    void aNameThatIsNotThereIsNamed() {
        IOException refusal =
                assertThrows(IOException.class, () -> dns.services("_etcd-server-ssl._tcp.example.com"));
        assertTrue(
                String.valueOf(refusal.getMessage()).startsWith("lookup _etcd-server-ssl._tcp.example.com: "),
                refusal.toString());
    }

    @Test
    void addressesAreTheMachines() throws IOException {
        assertEquals("127.0.0.1", dns.address("127.0.0.1"));
    }
}
