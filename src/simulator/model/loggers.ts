export const logLevels = ['OFF', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'] as const;
export type LogLevel = (typeof logLevels)[number];

export const isLogLevel = (text: unknown): text is LogLevel => logLevels.some((level) => level === text);

export interface LoggerReading {
  readonly configured?: LogLevel;
  readonly effective: LogLevel;
}

/** The loggers of one process: a level of their own, or that of the nearest parent by dots, or ROOT's. */
export class Loggers {
  readonly #configured = new Map<string, LogLevel | undefined>([['ROOT', 'INFO']]);

  constructor(names: readonly string[]) {
    for (const name of names) this.#configured.set(name, undefined);
  }

  get names(): readonly string[] {
    return [...this.#configured.keys()].sort();
  }

  has(name: string): boolean {
    return this.#configured.has(name);
  }

  /** Without a level the logger goes back to its parent's. Setting an unknown one makes it, as Logback does. */
  set(name: string, level: LogLevel | undefined): void {
    this.#configured.set(name, level);
  }

  read(name: string): LoggerReading {
    const configured = this.#configured.get(name);
    return configured === undefined
      ? { effective: this.#inherited(name) }
      : { configured, effective: configured };
  }

  #inherited(name: string): LogLevel {
    for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
      const level = this.#configured.get(name.slice(0, end));
      if (level !== undefined) return level;
    }
    return this.#configured.get('ROOT') ?? 'INFO';
  }
}
