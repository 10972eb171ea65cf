import type { Millis } from '../../../domain/fault.ts';

const ticksPerMs = 0.1;
const usualShare = 0.14;
const idleShare = 0.03;
/** Of a busy processor's time so much goes with work of its disk. */
const diskShare = 0.3;

/** How busy a machine is, as /proc counts it since its start. */
export class Load {
  readonly #cores: number;
  /** Clock ticks of all cores in which something ran, proc(5). */
  busyTicks: number;
  /** Ms in which its disk worked. */
  diskMs: number;
  /** Part of the processor that is in use while the unit runs. */
  share = usualShare;
  #at: Millis;

  constructor(cores: number, uptimeMs: Millis, now: Millis) {
    this.#cores = cores;
    this.busyTicks = uptimeMs * ticksPerMs * cores * usualShare;
    this.diskMs = uptimeMs * usualShare * diskShare;
    this.#at = now;
  }

  /** `isWorking`: the unit runs. */
  tick(now: Millis, isWorking: boolean): void {
    const elapsed = now - this.#at;
    const share = isWorking ? this.share : idleShare;
    this.busyTicks += elapsed * ticksPerMs * this.#cores * share;
    this.diskMs += elapsed * share * diskShare;
    this.#at = now;
  }

  calm(): void {
    this.share = usualShare;
  }
}
