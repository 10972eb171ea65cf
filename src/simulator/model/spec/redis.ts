import type { Millis } from '../../../domain/base/fault.ts';

/** A value of a key, as far as opsdeck reads it. */
export interface KeySpec {
  readonly type: 'list' | 'set' | 'zset' | 'hash' | 'stream' | 'string';
  readonly length: number;
}

interface ClientSpec {
  readonly name: string;
  readonly address: string;
  readonly command: string;
  /** Letters of CLIENT LIST; default: N. */
  readonly flags?: string;
  readonly idleSeconds?: number;
}

interface SlowCommandSpec {
  readonly command: readonly string[];
  readonly micros: number;
  readonly client: string;
}

/** A Redis server in a system's data. */
export interface RedisSpec {
  /** Its dependency name. */
  readonly name: string;
  /** The random ID of its process; absent: a fixed one. */
  readonly runId?: string;
  readonly user: string;
  readonly password: string;
  readonly maxMemoryBytes: number;
  readonly usedMemoryBytes: number;
  readonly maxClients: number;
  readonly keys: Readonly<Record<string, KeySpec>>;
  readonly clients: readonly ClientSpec[];
  readonly slow: readonly SlowCommandSpec[];
}

/** A problem of a Redis server. */
export interface RedisIncidentSpec {
  /** The used memory, in bytes: above maxmemory, keys are evicted. */
  readonly usedMemoryBytes?: number;
  /** The last RDB save failed. */
  readonly failedSave?: true;
  /** Latency events by name, in ms. */
  readonly latency?: Readonly<Record<string, Millis>>;
}
