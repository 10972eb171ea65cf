/** A setting as in pg_settings, with its value in its own unit. */
interface ServerSetting {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly context: 'postmaster' | 'sighup' | 'user' | 'internal' | 'superuser';
  /** True when ALTER SYSTEM has set it. */
  readonly isAltered: boolean;
  /** True when the set value takes effect only after a restart. */
  readonly isPending: boolean;
}

type Base = Pick<ServerSetting, 'name' | 'value' | 'unit' | 'context'>;

const setting = (name: string, value: string, context: ServerSetting['context'], unit = ''): Base => ({
  name,
  value,
  unit,
  context,
});

const bases = (maxConnections: number): readonly Base[] => [
  setting('checkpoint_completion_target', '0.9', 'sighup'),
  setting('effective_cache_size', '524288', 'user', '8kB'),
  setting('idle_in_transaction_session_timeout', '0', 'user', 'ms'),
  setting('log_min_duration_statement', '-1', 'superuser', 'ms'),
  setting('max_connections', String(maxConnections), 'postmaster'),
  setting('random_page_cost', '4', 'user'),
  setting('seq_page_cost', '1', 'user'),
  setting('server_version', '15.8', 'internal'),
  setting('shared_buffers', '16384', 'postmaster', '8kB'),
  setting('shared_preload_libraries', 'pg_stat_statements', 'postmaster'),
  setting('statement_timeout', '0', 'user', 'ms'),
  setting('superuser_reserved_connections', '3', 'postmaster'),
  setting('wal_buffers', '512', 'postmaster', '8kB'),
  setting('work_mem', '4096', 'user', 'kB'),
];

const sizes: Readonly<Record<string, number>> = {
  kB: 1024,
  '8kB': 8192,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};
const times: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** A size as written ('256MB', or a unit of pages) in bytes; undefined if it is invalid. */
export const settingBytes = (written: string): number | undefined => {
  const [, amount, unit = ''] = /^(\d+)\s*(8kB|kB|MB|GB|TB)$/.exec(written) ?? [];
  const scale = sizes[unit];
  return amount === undefined || scale === undefined ? undefined : Number(amount) * scale;
};

/** A value as written ('256MB', '5min') in the unit of its setting. */
const inUnit = (written: string, unit: string): string => {
  const [, amount, suffix = ''] = /^(-?\d+(?:\.\d+)?)\s*(kB|MB|GB|TB|ms|s|min|h|d)$/.exec(written) ?? [];
  const scale = unit in sizes ? sizes : times;
  const from = scale[suffix];
  const to = scale[unit];
  return amount === undefined || from === undefined || to === undefined
    ? written
    : String(Math.round((Number(amount) * from) / to));
};

/** The server's settings, including those written by ALTER SYSTEM. */
export class ServerSettings {
  readonly #bases: ReadonlyMap<string, Base>;
  /** postgresql.auto.conf. */
  readonly #written = new Map<string, string>();
  /** Values of the last reload. */
  #read = new Map<string, string>();
  /** Effective values of settings that need a restart. */
  #used = new Map<string, string>();

  constructor(maxConnections: number) {
    this.#bases = new Map(bases(maxConnections).map((base) => [base.name, base]));
  }

  get all(): readonly ServerSetting[] {
    return [...this.#bases.values()].map((base) => {
      const { name, context } = base;
      const value = this.#valueIn(context === 'postmaster' ? this.#used : this.#read, base);
      return {
        ...base,
        value,
        isAltered: this.#read.has(name),
        isPending: context === 'postmaster' && value !== this.#valueIn(this.#read, base),
      };
    });
  }

  /** The effective number. */
  number(name: string): number {
    return Number(this.all.find((serverSetting) => serverSetting.name === name)?.value ?? 0);
  }

  has(name: string): boolean {
    return this.#bases.has(name);
  }

  /** ALTER SYSTEM SET, or RESET without a value; takes effect after a reload. */
  write(name: string, value: string | undefined): void {
    if (value === undefined) this.#written.delete(name);
    else this.#written.set(name, inUnit(value, this.#bases.get(name)?.unit ?? ''));
  }

  /** pg_reload_conf(). */
  reload(): void {
    this.#read = new Map(this.#written);
  }

  /** Restart: all written values take effect. */
  restart(): void {
    this.reload();
    this.#used = new Map(this.#written);
  }

  heal(): void {
    this.#written.clear();
    this.restart();
  }

  #valueIn(values: ReadonlyMap<string, string>, { name, value }: Base): string {
    return values.get(name) ?? value;
  }
}
