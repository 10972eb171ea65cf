import type { Millis } from '../../../domain/fault.ts';

type ActiveState = 'active' | 'activating' | 'failed' | 'inactive';

/** How the last main process of a unit ended: its exit status, or the signal that killed it. */
export interface UnitExit {
  readonly status?: number;
  readonly signal?: 'TERM' | 'KILL';
}

/** As systemd's journal words it. */
export const unitExitText = ({ status, signal }: UnitExit): string =>
  signal === undefined ? `code=exited, status=${status}/n/a` : `code=killed, signal=${signal}`;

const subStates: Readonly<Record<ActiveState, string>> = {
  active: 'running',
  activating: 'auto-restart',
  failed: 'failed',
  inactive: 'dead',
};

/** systemd's RestartSec of these units, and how often it tries before it gives up (StartLimitBurst). */
const restartMs: Millis = 2000;
const burst = 5;

/** A service of systemd: Type=simple, Restart=on-failure. Knows its own state; its process is somebody else's business. */
export class SystemdUnit {
  readonly name: string;
  state: ActiveState = 'inactive';
  /** Absent while none runs. */
  mainPid: number | undefined;
  restarts = 0;
  /** When its last process was started; model time. */
  startedAt: Millis | undefined;
  lastEnd: UnitExit | undefined;
  result: 'success' | 'exit-code' | 'signal' = 'success';
  #starts = 0;
  #nextTryAt: Millis | undefined;

  constructor(name: string) {
    this.name = name;
  }

  get subState(): string {
    return subStates[this.state];
  }

  /** Another number with every start, as systemd's InvocationID is. */
  get invocation(): string {
    return this.#starts === 0
      ? ''
      : `${this.name.length.toString(16)}f${this.#starts.toString(16)}`.padStart(32, '0');
  }

  /** Its process runs from now on. `byHand`: somebody ordered it, so counting begins anew. */
  started(pid: number, now: Millis, byHand: boolean): void {
    this.state = 'active';
    this.mainPid = pid;
    this.startedAt = now;
    this.result = 'success';
    this.lastEnd = undefined;
    this.#starts += 1;
    this.#nextTryAt = undefined;
    this.restarts = byHand ? 0 : this.restarts + 1;
  }

  /** Its process has ended: a failure is tried again in a while, a few times. */
  ended(end: UnitExit, now: Millis, mayTryAgain = true): void {
    this.mainPid = undefined;
    this.lastEnd = end;
    const isClean = end.status === 0 || end.signal === 'TERM';
    this.result = isClean ? 'success' : end.signal === undefined ? 'exit-code' : 'signal';
    if (isClean) this.state = 'inactive';
    else if (!mayTryAgain || this.restarts >= burst) this.state = 'failed';
    else {
      this.state = 'activating';
      this.#nextTryAt = now + restartMs;
    }
  }

  /** Stopped by order. */
  stopped(): void {
    if (this.state !== 'failed') this.state = 'inactive';
    this.mainPid = undefined;
    this.#nextTryAt = undefined;
  }

  /** True: it is time to try again by itself. */
  isDue(now: Millis): boolean {
    return this.#nextTryAt !== undefined && now >= this.#nextTryAt;
  }
}
