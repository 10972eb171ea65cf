import type { Millis } from '../../../domain/base/fault.ts';

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
  /** Its unit; absent if it was started manually. */
  readonly unit?: string;
  /** TCP port on which it listens. */
  readonly port?: number;
  /** A kernel thread, which ignores signals. */
  readonly isKernel?: boolean;
}

/** Processes of a machine. PIDs are never reused. */
export class ProcessTable {
  readonly #all = new Map<number, HostProcess>();
  #next = 700;

  get all(): readonly HostProcess[] {
    return [...this.#all.values()].sort((a, b) => a.pid - b.pid);
  }

  find(pid: number): HostProcess | undefined {
    return this.#all.get(pid);
  }

  /** Process that listens on a port. */
  listening(port: number): HostProcess | undefined {
    return this.all.find((process) => process.port === port);
  }

  start(process: Omit<HostProcess, 'pid'>, pid?: number): HostProcess {
    this.#next += 11;
    const started = { ...process, pid: pid ?? this.#next };
    this.#all.set(started.pid, started);
    return started;
  }

  /** Processes of every machine, started at boot. */
  boot(startedAt: Millis): void {
    const system = { parent: 1, user: 'root', startedAt, cpuPercent: 0, rssBytes: 8 << 20 };
    this.start({ ...system, parent: 0, args: '/sbin/init', rssBytes: 12 << 20 }, 1);
    const sshd = 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups';
    this.start({ ...system, args: sshd, unit: 'ssh', port: 22 }, 412);
    this.start({ ...system, args: '/usr/sbin/cron -f', unit: 'cron' }, 431);
  }

  /** Binds the port. */
  bind(pid: number, port: number): void {
    const hostProcess = this.#all.get(pid);
    if (hostProcess !== undefined) this.#all.set(pid, { ...hostProcess, port });
  }

  end(pid: number): void {
    this.#all.delete(pid);
  }
}
