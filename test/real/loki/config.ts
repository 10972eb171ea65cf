import { join } from 'node:path';

/** Ports on 127.0.0.1. */
interface Ports {
  readonly http: number;
  readonly grpc: number;
}

/** Maximum number of entries per response; small, so that readers need several pages. */
export const maxEntries = 100;
/** Maximum duration of a tail; short, so that readers reconnect. */
export const tailSeconds = 6;

const loopback = '127.0.0.1';

/** Configuration of a single-process Loki without tenants, with all files in `dir`. */
export const lokiConfig = (dir: string, { http, grpc }: Ports) => {
  // With an explicit address Loki finds its scheduler at once; otherwise it retries after ten seconds.
  const scheduler = { scheduler_address: `${loopback}:${grpc}` };
  return {
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server: {
      http_listen_address: loopback,
      http_listen_port: http,
      grpc_listen_address: loopback,
      grpc_listen_port: grpc,
      log_level: 'warn',
    },
    common: {
      instance_addr: loopback,
      path_prefix: dir,
      replication_factor: 1,
      ring: { kvstore: { store: 'inmemory' } },
      storage: {
        filesystem: { chunks_directory: join(dir, 'chunks'), rules_directory: join(dir, 'rules') },
      },
    },
    schema_config: {
      configs: [
        {
          from: '2024-01-01',
          store: 'tsdb',
          object_store: 'filesystem',
          schema: 'v13',
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
    limits_config: {
      max_entries_limit_per_query: maxEntries,
      ingestion_rate_mb: 100,
      ingestion_burst_size_mb: 100,
      per_stream_rate_limit: '100MB',
      per_stream_rate_limit_burst: '100MB',
    },
    // Its data is deleted after the run.
    ingester: { wal: { enabled: false }, lifecycler: { min_ready_duration: '0s', final_sleep: '0s' } },
    querier: { tail_max_duration: `${tailSeconds}s` },
    frontend: { address: loopback, scheduler_dns_lookup_period: '1s', ...scheduler },
    frontend_worker: { dns_lookup_duration: '1s', ...scheduler },
  };
};
