import type { Millis } from '../../../domain/base/fault.ts';

type ActiveState = 'active' | 'activating' | 'failed' | 'inactive';

/** Exit status or signal of a unit's last main process. */
export interface UnitExit {
  readonly status?: number;
  readonly signal?: 'TERM' | 'KILL';
}

/** Text in systemd's journal. */
export const unitExitText = ({ status, signal }: UnitExit): string =>
  signal === undefined ? `code=exited, status=${status}/n/a` : `code=killed, signal=${signal}`;

const subStates: Readonly<Record<ActiveState, string>> = {
  active: 'running',
  activating: 'auto-restart',
  failed: 'failed',
  inactive: 'dead',
};

/** RestartSec of these units, and the number of attempts before systemd gives up (StartLimitBurst). */
const restartMs: Millis = 2000;
const burst = 5;

/** A systemd service with Type=simple and Restart=on-failure. It tracks its own state; the process is modeled elsewhere. */
export class SystemdUnit {
  readonly name: string;
  state: ActiveState = 'inactive';
  /** Absent if no process runs. */
  mainPid: number | undefined;
  restarts = 0;
  /** Start time of its last process, model time. */
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

  /** Changes with every start, like systemd's InvocationID. */
  get invocation(): string {
    return this.#starts === 0
      ? ''
      : `${this.name.length.toString(16)}f${this.#starts.toString(16)}`.padStart(32, '0');
  }

  /** Its process has started. `byHand`: by command, which resets the restart counter. */
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

  /** Its process has ended. A failure is retried after a delay, a limited number of times. */
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

  /** Stopped by command. */
  stopped(): void {
    if (this.state !== 'failed') this.state = 'inactive';
    this.mainPid = undefined;
    this.#nextTryAt = undefined;
  }

  /** True when an automatic restart is due. */
  isDue(now: Millis): boolean {
    return this.#nextTryAt !== undefined && now >= this.#nextTryAt;
  }
}
