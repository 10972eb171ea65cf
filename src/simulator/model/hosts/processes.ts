import type { Millis } from '../../../domain/fault.ts';

/** A process of a machine. */
export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  readonly user: string;
  readonly args: string;
  /** Model time. */
  readonly startedAt: Millis;
  readonly cpuPercent: number;
  readonly rssBytes: number;
  /** The unit that it belongs to; absent: it was started by hand. */
  readonly unit?: string;
  /** The TCP port that it listens to. */
  readonly port?: number;
  /** A thread of the kernel: signals do nothing to it. */
  readonly isKernel?: boolean;
}

/** The processes of a machine. A new one has a number that none had before. */
export class ProcessTable {
  readonly #all = new Map<number, HostProcess>();
  #next = 700;

  get all(): readonly HostProcess[] {
    return [...this.#all.values()].sort((a, b) => a.pid - b.pid);
  }

  find(pid: number): HostProcess | undefined {
    return this.#all.get(pid);
  }

  /** Who listens to a port. */
  listening(port: number): HostProcess | undefined {
    return this.all.find((process) => process.port === port);
  }

  start(process: Omit<HostProcess, 'pid'>, pid?: number): HostProcess {
    this.#next += 11;
    const started = { ...process, pid: pid ?? this.#next };
    this.#all.set(started.pid, started);
    return started;
  }

  /** What runs on every machine, from its start on. */
  boot(startedAt: Millis): void {
    const system = { parent: 1, user: 'root', startedAt, cpuPercent: 0, rssBytes: 8 << 20 };
    this.start({ ...system, parent: 0, args: '/sbin/init', rssBytes: 12 << 20 }, 1);
    const sshd = 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups';
    this.start({ ...system, args: sshd, unit: 'ssh', port: 22 }, 412);
    this.start({ ...system, args: '/usr/sbin/cron -f', unit: 'cron' }, 431);
  }

  /** It listens to a port from now on. */
  bind(pid: number, port: number): void {
    const found = this.#all.get(pid);
    if (found !== undefined) this.#all.set(pid, { ...found, port });
  }

  end(pid: number): void {
    this.#all.delete(pid);
  }
}
