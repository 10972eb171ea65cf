import type { Millis } from '../../../domain/fault.ts';

/** A transient timer of systemd-run: what it does when its time has come. */
export interface UnitTimer {
  readonly name: string;
  readonly at: Millis;
  run(now: Millis): void;
}

/** The variables of a unit: its own, and those of drop-ins, which count once systemd has read them again. */
export class UnitEnv {
  readonly #own: Readonly<Record<string, string>>;
  #dropped: Readonly<Record<string, string>> = {};
  #timers: readonly UnitTimer[] = [];

  constructor(own: Readonly<Record<string, string>>) {
    this.#own = own;
  }

  /** What it would be started with now. */
  get variables(): Readonly<Record<string, string>> {
    return { ...this.#own, ...this.#dropped };
  }

  /** `systemctl daemon-reload`: the texts of its drop-ins as they are now. */
  reload(texts: readonly string[]): void {
    this.#dropped = Object.fromEntries(
      texts
        .flatMap((text) => [...text.matchAll(/^Environment="?(\w+)=([^"\n]*)"?$/gm)])
        .map(([, name = '', value = '']) => [name, value]),
    );
  }

  after(timer: UnitTimer): void {
    this.#timers = [...this.#timers, timer];
  }

  /** Stops the timers whose names begin so. */
  stopTimers(beginning: string): void {
    this.#timers = this.#timers.filter(({ name }) => !name.startsWith(beginning));
  }

  /** True: a timer whose name begins so has still to come. */
  hasTimer(beginning: string): boolean {
    return this.#timers.some(({ name }) => name.startsWith(beginning));
  }

  tick(now: Millis): void {
    const due = this.#timers.filter(({ at }) => now >= at);
    this.#timers = this.#timers.filter(({ at }) => now < at);
    for (const timer of due) timer.run(now);
  }
}
