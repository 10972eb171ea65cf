import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import type { KeySpec, RedisIncidentSpec, RedisSpec } from '../spec/redis.ts';
import { fnv1a } from '../spec/seeded-random.ts';

/** A connection as CLIENT LIST shows it. */
export interface RedisConnection {
  readonly id: number;
  readonly address: string;
  name: string;
  user: string;
  flags: string;
  idleSeconds: number;
  command: string;
}

const initialSettings = ({ maxMemoryBytes, maxClients }: RedisSpec): Map<string, string> =>
  new Map([
    ['appendonly', 'no'],
    ['maxclients', String(maxClients)],
    ['maxmemory', String(maxMemoryBytes)],
    ['maxmemory-policy', 'allkeys-lru'],
    ['save', '3600 1 300 100 60 10000'],
    ['timeout', '0'],
  ]);

const units: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** A size as in redis.conf, in bytes; undefined for another text. */
const sizeOf = (text: string): number | undefined => {
  const [, digits = '', unit = ''] = /^(\d+)(b|kb|mb|gb)?$/i.exec(text) ?? [];
  return digits === '' ? undefined : Number(digits) * (units[unit.toLowerCase()] ?? 1);
};

/** A Redis server with one database, its connections and settings. */
export class RedisServer implements Part<RedisIncidentSpec> {
  readonly spec: RedisSpec;
  readonly #env: EnvironmentContext;
  readonly connections = new Map<number, RedisConnection>();
  readonly keys = new Map<string, KeySpec>();
  settings: Map<string, string>;
  incident: RedisIncidentSpec = {};
  evicted = 0;
  purges = 0;
  flushes = 0;
  readonly runId: string;
  readonly startedAt: Millis;
  #nextId = 3;

  constructor(spec: RedisSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.#env = env;
    this.settings = initialSettings(spec);
    const ownId = spec.runId ?? '5f0c2f1e8f6b4d7c9a3e1b2d4c6f8a0b1c2d3e4f';
    this.runId =
      env.identity === '' ? ownId : fnv1a(`${ownId}${env.identity}`).toString(16).padStart(40, '0');
    this.startedAt = env.now - 86_400_000;
    this.#fill();
  }

  get isUp(): boolean {
    return this.#env.dependencies.get(this.spec.name)?.up !== false;
  }

  get now(): Millis {
    return this.#env.now;
  }

  get isBroken(): boolean {
    return Object.keys(this.incident).length > 0;
  }

  get usedMemory(): number {
    const used = this.incident.usedMemoryBytes ?? this.spec.usedMemoryBytes;
    const max = Number(this.settings.get('maxmemory'));
    return max > 0 ? Math.min(used, max) : used;
  }

  /** Evicts a key every 100 ms while more memory is needed than maxmemory allows. */
  tick(): void {
    const max = Number(this.settings.get('maxmemory'));
    if (max > 0 && (this.incident.usedMemoryBytes ?? 0) > max) this.evicted += 1;
  }

  inject(trouble: RedisIncidentSpec): void {
    this.incident = { ...this.incident, ...trouble };
  }

  heal(): void {
    this.incident = {};
    this.settings = initialSettings(this.spec);
    this.#fill();
  }

  connect(address: string): RedisConnection {
    const id = this.#nextId;
    this.#nextId += 1;
    const connection = {
      id,
      address,
      name: '',
      user: 'default',
      flags: 'N',
      idleSeconds: 0,
      command: 'NULL',
    };
    this.connections.set(id, connection);
    return connection;
  }

  /** Sets a value as CONFIG SET does; returns false for an unknown setting or a wrong value. */
  setSetting(name: string, value: string): boolean {
    if (!this.settings.has(name)) return false;
    const isNumber = name.startsWith('max') && name !== 'maxmemory-policy';
    const size = isNumber ? sizeOf(value) : undefined;
    if (isNumber && size === undefined) return false;
    this.settings.set(name, size === undefined ? value : String(size));
    return true;
  }

  #fill(): void {
    this.keys.clear();
    for (const [key, value] of Object.entries(this.spec.keys)) this.keys.set(key, value);
    for (const { name, address, command, flags = 'N', idleSeconds = 0 } of this.spec.clients)
      if (![...this.connections.values()].some((connection) => connection.address === address))
        Object.assign(this.connect(address), { name, command, flags, idleSeconds, user: 'default' });
  }
}
