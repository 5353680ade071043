package io.drawbore.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pins what people have in their scripts: a change here breaks somebody's start. */
class FlagTableTest {
    private static final String TABLE = """
            name|ETCD_NAME|TEXT|default
            data-dir|ETCD_DATA_DIR|TEXT|
            wal-dir|ETCD_WAL_DIR|TEXT|
            backend|ETCD_BACKEND|TEXT|sqlite
            log-store|ETCD_LOG_STORE|TEXT|wal
            snapshot-count|ETCD_SNAPSHOT_COUNT|UNSIGNED|10000
            snapshot-catchup-entries|ETCD_SNAPSHOT_CATCHUP_ENTRIES|UNSIGNED|5000
            max-wals|ETCD_MAX_WALS|UNSIGNED|5
            heartbeat-interval|ETCD_HEARTBEAT_INTERVAL|UNSIGNED|100
            election-timeout|ETCD_ELECTION_TIMEOUT|UNSIGNED|1000
            initial-election-tick-advance|ETCD_INITIAL_ELECTION_TICK_ADVANCE|BOOLEAN|true
            listen-peer-urls|ETCD_LISTEN_PEER_URLS|URLS|http://localhost:2380
            listen-client-urls|ETCD_LISTEN_CLIENT_URLS|URLS|http://localhost:2379
            listen-client-http-urls|ETCD_LISTEN_CLIENT_HTTP_URLS|URLS|
            max-request-bytes|ETCD_MAX_REQUEST_BYTES|UNSIGNED|1572864
            max-txn-ops|ETCD_MAX_TXN_OPS|UNSIGNED|128
            max-concurrent-streams|ETCD_MAX_CONCURRENT_STREAMS|UNSIGNED_32|4294967295
            quota-backend-bytes|ETCD_QUOTA_BACKEND_BYTES|SIGNED|0
            alarm-clear|ETCD_ALARM_CLEAR|TEXT|manual
            auto-compaction-mode|ETCD_AUTO_COMPACTION_MODE|TEXT|periodic
            auto-compaction-retention|ETCD_AUTO_COMPACTION_RETENTION|TEXT|0
            compaction-batch-limit|ETCD_COMPACTION_BATCH_LIMIT|SIGNED|0
            compaction-sleep-interval|ETCD_COMPACTION_SLEEP_INTERVAL|DURATION|0s
            bootstrap-defrag-threshold-megabytes|ETCD_BOOTSTRAP_DEFRAG_THRESHOLD_MEGABYTES|UNSIGNED|0
            watch-progress-notify-interval|ETCD_WATCH_PROGRESS_NOTIFY_INTERVAL|DURATION|10m0s
            grpc-keepalive-min-time|ETCD_GRPC_KEEPALIVE_MIN_TIME|DURATION|5s
            grpc-keepalive-interval|ETCD_GRPC_KEEPALIVE_INTERVAL|DURATION|2h0m0s
            grpc-keepalive-timeout|ETCD_GRPC_KEEPALIVE_TIMEOUT|DURATION|20s
            cors|ETCD_CORS|TEXTS|*
            host-whitelist|ETCD_HOST_WHITELIST|TEXTS|*
            enable-grpc-gateway|ETCD_ENABLE_GRPC_GATEWAY|BOOLEAN|true
            auth-token|ETCD_AUTH_TOKEN|TEXT|simple
            auth-token-ttl|ETCD_AUTH_TOKEN_TTL|UNSIGNED_32|300
            bcrypt-cost|ETCD_BCRYPT_COST|UNSIGNED|10
            peer-cert-file|ETCD_PEER_CERT_FILE|TEXT|
            peer-key-file|ETCD_PEER_KEY_FILE|TEXT|
            peer-client-cert-auth|ETCD_PEER_CLIENT_CERT_AUTH|BOOLEAN|false
            peer-trusted-ca-file|ETCD_PEER_TRUSTED_CA_FILE|TEXT|
            peer-client-cert-file|ETCD_PEER_CLIENT_CERT_FILE|TEXT|
            peer-client-key-file|ETCD_PEER_CLIENT_KEY_FILE|TEXT|
            peer-cert-allowed-cn|ETCD_PEER_CERT_ALLOWED_CN|TEXTS|
            peer-cert-allowed-hostname|ETCD_PEER_CERT_ALLOWED_HOSTNAME|TEXTS|
            initial-advertise-peer-urls|ETCD_INITIAL_ADVERTISE_PEER_URLS|URLS|http://localhost:2380
            initial-cluster|ETCD_INITIAL_CLUSTER|CLUSTER|
            initial-cluster-state|ETCD_INITIAL_CLUSTER_STATE|CLUSTER_STATE|new
            initial-cluster-token|ETCD_INITIAL_CLUSTER_TOKEN|TEXT|etcd-cluster
            discovery-endpoints|ETCD_DISCOVERY_ENDPOINTS|TEXTS|
            discovery-token|ETCD_DISCOVERY_TOKEN|TEXT|
            discovery-dial-timeout|ETCD_DISCOVERY_DIAL_TIMEOUT|DURATION|2s
            discovery-request-timeout|ETCD_DISCOVERY_REQUEST_TIMEOUT|DURATION|5s
            discovery-keepalive-time|ETCD_DISCOVERY_KEEPALIVE_TIME|DURATION|2s
            discovery-keepalive-timeout|ETCD_DISCOVERY_KEEPALIVE_TIMEOUT|DURATION|6s
            discovery-insecure-transport|ETCD_DISCOVERY_INSECURE_TRANSPORT|BOOLEAN|true
            discovery-insecure-skip-tls-verify|ETCD_DISCOVERY_INSECURE_SKIP_TLS_VERIFY|BOOLEAN|false
            discovery-cert|ETCD_DISCOVERY_CERT|TEXT|
            discovery-key|ETCD_DISCOVERY_KEY|TEXT|
            discovery-cacert|ETCD_DISCOVERY_CACERT|TEXT|
            discovery-user|ETCD_DISCOVERY_USER|TEXT|
            discovery-password|ETCD_DISCOVERY_PASSWORD|TEXT|
            discovery-srv|ETCD_DISCOVERY_SRV|TEXT|
            discovery-srv-name|ETCD_DISCOVERY_SRV_NAME|TEXT|
            advertise-client-urls|ETCD_ADVERTISE_CLIENT_URLS|URLS|http://localhost:2379
            strict-reconfig-check|ETCD_STRICT_RECONFIG_CHECK|BOOLEAN|true
            max-learners|ETCD_MAX_LEARNERS|SIGNED|1
            learner-auto-promote|ETCD_LEARNER_AUTO_PROMOTE|BOOLEAN|false
            pre-vote|ETCD_PRE_VOTE|BOOLEAN|true
            emulated-version|ETCD_EMULATED_VERSION|TEXT|3.7
            v2-compat|ETCD_V2_COMPAT|TEXT|translate
            storage-migrator|ETCD_STORAGE_MIGRATOR|TEXT|etcd
            downgrade-check-time|ETCD_DOWNGRADE_CHECK_TIME|DURATION|5s
            feature-gates|ETCD_FEATURE_GATES|TEXT|
            lease-checkpoint-persist|ETCD_LEASE_CHECKPOINT_PERSIST|SWITCH|by-version
            experimental-enable-lease-checkpoint|ETCD_EXPERIMENTAL_ENABLE_LEASE_CHECKPOINT|BOOLEAN|false
            experimental-enable-lease-checkpoint-persist|ETCD_EXPERIMENTAL_ENABLE_LEASE_CHECKPOINT_PERSIST|BOOLEAN|false
            plugins|ETCD_PLUGINS|TEXTS|all
            plugins-dir|ETCD_PLUGINS_DIR|TEXT|
            plugin-config|ETCD_PLUGIN_CONFIG|PLUGIN_CONFIG|
            listen-metrics-urls|ETCD_LISTEN_METRICS_URLS|URLS|
            warning-apply-duration|ETCD_WARNING_APPLY_DURATION|DURATION|100ms
            warning-unary-request-duration|ETCD_WARNING_UNARY_REQUEST_DURATION|DURATION|300ms
            logger|ETCD_LOGGER|TEXT|zap
            log-outputs|ETCD_LOG_OUTPUTS|TEXTS|default
            log-level|ETCD_LOG_LEVEL|TEXT|info
            log-format|ETCD_LOG_FORMAT|TEXT|json
            force-new-cluster|ETCD_FORCE_NEW_CLUSTER|BOOLEAN|false
            unsafe-no-fsync|ETCD_UNSAFE_NO_FSYNC|BOOLEAN|false
            config-file|ETCD_CONFIG_FILE|TEXT|
            version|ETCD_VERSION|BOOLEAN|false
            """;

    @Test
    void theTableIsPinned() {
        final String table = Arrays.stream(Flag.values())
                .map(flag -> String.join(
                        "|", flag.flag(), flag.variable(), flag.kind().toString(), flag.byDefault()))
                .collect(Collectors.joining("\n", "", "\n"));
        assertEquals(TABLE, table);
    }

    @ParameterizedTest
    @EnumSource
    void everyDefaultIsOfItsKindAndEveryFlagIsInTheHelpText(final Flag flag) throws Kind.BadValue {
        flag.kind().check(flag.byDefault());
        assertTrue(HelpText.render().contains("\n  --" + flag.flag()), flag.flag());
        assertTrue(HelpText.render().contains(flag.help()), flag.flag());
    }

    @Test
    void theHelpTextFitsAScreensWidth() {
        HelpText.render().lines().forEach(line -> assertTrue(line.length() <= 120, line));
    }
}
