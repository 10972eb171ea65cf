import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import type { HostsSpec } from '../spec/hosts.ts';
import { fnv1a } from '../spec/seeded-random.ts';

/** A deployment: its version, and any problem with it or its data. */
export interface DeployedBuild {
  /** Absent: the rolled-out version. */
  readonly version?: string;
  readonly damage?: string;
  /** Individually copied files with another version, by path. */
  readonly others?: Readonly<Record<string, string>>;
}

/** A directory with a deployment (absent: empty), an archive of one, or a text file. */
export type DiskEntry = { readonly inode: number; readonly writtenAt: Millis } & (
  | { readonly is: 'tree'; readonly holds?: DeployedBuild }
  | { readonly is: 'archive'; readonly holds?: DeployedBuild; readonly bytes: number }
  | { readonly is: 'file'; readonly text: string }
);
type NewDiskEntry =
  | { readonly is: 'tree'; readonly holds?: DeployedBuild }
  | { readonly is: 'archive'; readonly holds?: DeployedBuild; readonly bytes: number }
  | { readonly is: 'file'; readonly text: string };

const firstInode = 262_145;

/** The file system for deployments and archives of a machine, by path. */
class HostDisk {
  readonly #entries = new Map<string, DiskEntry>();
  #next = firstInode;

  find(path: string): DiskEntry | undefined {
    return this.#entries.get(path);
  }

  get paths(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Creates or replaces an entry, with a new inode. */
  put(path: string, entry: NewDiskEntry, now: Millis): void {
    this.#next += 1;
    this.#entries.set(path, { ...entry, inode: this.#next, writtenAt: now });
  }

  /** Replaces the contents of a directory, which keeps its inode. */
  fill(path: string, holds: DeployedBuild | undefined, now: Millis): void {
    const entry = this.#entries.get(path);
    if (entry?.is === 'tree')
      this.#entries.set(path, {
        is: 'tree',
        inode: entry.inode,
        writtenAt: now,
        ...defined({ holds }),
      });
  }

  /** Keeps the inode, like rename(2). */
  move(from: string, to: string): void {
    const entry = this.#entries.get(from);
    if (entry === undefined) return;
    this.#entries.delete(from);
    this.#entries.set(to, entry);
  }

  remove(path: string): void {
    this.#entries.delete(path);
  }
}

/** Returns true when two directories, or a directory and an archive, have equal contents. */
export const isSameBuild = (a: DeployedBuild | undefined, b: DeployedBuild | undefined): boolean =>
  (a === undefined) === (b === undefined) &&
  a?.version === b?.version &&
  a?.damage === b?.damage &&
  JSON.stringify(a?.others ?? {}) === JSON.stringify(b?.others ?? {});

/** Digest of a deployed file, which depends on the version. */
export const deployedFileDigest = (
  file: string,
  { version = '', damage = '', others = {} }: DeployedBuild,
): string =>
  Array.from({ length: 8 }, (_, part) =>
    fnv1a(`${file}/${others[file] ?? version}/${damage}/${part}`)
      .toString(16)
      .padStart(8, '0')
      .slice(-8),
  ).join('');

/** A transient timer of systemd-run and its action. */
interface UnitTimer {
  readonly name: string;
  readonly at: Millis;
  run(now: Millis): void;
}

/** Environment of a unit, including drop-ins, which take effect after a daemon-reload. */
class UnitEnv {
  readonly #own: Readonly<Record<string, string>>;
  #dropped: Readonly<Record<string, string>> = {};
  #timers: readonly UnitTimer[] = [];

  constructor(own: Readonly<Record<string, string>>) {
    this.#own = own;
  }

  /** Environment of the next start. */
  get variables(): Readonly<Record<string, string>> {
    return { ...this.#own, ...this.#dropped };
  }

  /** `systemctl daemon-reload`: loads the current drop-ins. */
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

  /** Stops the timers with this name prefix. */
  stopTimers(beginning: string): void {
    this.#timers = this.#timers.filter(({ name }) => !name.startsWith(beginning));
  }

  /** Returns true when a timer with this name prefix is pending. */
  hasTimer(beginning: string): boolean {
    return this.#timers.some(({ name }) => name.startsWith(beginning));
  }

  tick(now: Millis): void {
    const due = this.#timers.filter(({ at }) => now >= at);
    this.#timers = this.#timers.filter(({ at }) => now < at);
    for (const timer of due) timer.run(now);
  }
}

/** Days before the deployment on which the manual archive was created. */
const daysBefore = 3;
/** Compression ratio of an archive. */
const packedShare = 0.4;

/** A time in the format of archive names: 20260304101507. */
const stampOf = (time: Millis): string => new Date(time).toISOString().slice(0, 19).replaceAll(/\D/g, '');

/** Deployment of a machine's service: directory, archives, drop-ins and environment of its unit. */
export class DeploymentSite {
  readonly disk = new HostDisk();
  readonly env: UnitEnv;
  readonly dir: string;
  readonly #spec: HostsSpec;
  /** Model time until which the directory belongs to another user. */
  lockedUntil: Millis = 0;
  /** Model time at which the program was last replaced. */
  deployedAt: Millis;

  constructor(spec: HostsSpec, env: string, now: Millis) {
    this.#spec = spec;
    this.dir = spec.dir.replace('{env}', env);
    this.env = new UnitEnv(spec.environment);
    // The deployment happened at night, after a backup.
    const night = now - (now % dayMs);
    this.deployedAt = night;
    this.#pack('manual-backup', night - daysBefore * dayMs);
    this.#pack('eventmesh-backup', night);
    this.disk.put(this.dir, { is: 'tree', holds: {} }, night);
  }

  /** True when the directory is not writable. */
  isLocked(now: Millis): boolean {
    return now < this.lockedUntil;
  }

  /** The deployment that a process started now runs; undefined without a program. */
  get deployed(): DeployedBuild | undefined {
    const entry = this.disk.find(this.dir);
    return entry?.is === 'tree' ? entry.holds : undefined;
  }

  get program(): string {
    return `${this.dir}/${this.#spec.program}`;
  }

  /** All deployed files below the directory, with their sizes. */
  get files(): Readonly<Record<string, number>> {
    return this.#spec.files;
  }

  get bytes(): number {
    return Object.values(this.#spec.files).reduce((sum, file) => sum + file, 0);
  }

  get packedBytes(): number {
    return Math.round(this.bytes * packedShare);
  }

  get backups(): string {
    return this.#spec.backups;
  }

  /** Deploys another version into the same directory after a backup, like the deployment script. */
  deploy(holds: DeployedBuild, now: Millis): void {
    this.#pack('eventmesh-backup', now);
    this.disk.fill(this.dir, holds, now);
    this.deployedAt = now;
  }

  /** `systemctl daemon-reload`. */
  reload(): void {
    const texts = this.disk.paths
      .filter((path) => path.startsWith(`/run/systemd/system/${this.#spec.service}.service.d/`))
      .flatMap((path) => {
        const entry = this.disk.find(path);
        return entry?.is === 'file' ? [entry.text] : [];
      });
    this.env.reload(texts);
  }

  /** Removes the archives. */
  loseArchives(): void {
    for (const path of this.disk.paths) if (this.disk.find(path)?.is === 'archive') this.disk.remove(path);
  }

  /** Restores the initial state. */
  heal(now: Millis): void {
    if (this.disk.find(this.dir) === undefined) this.disk.put(this.dir, { is: 'tree', holds: {} }, now);
    else this.disk.fill(this.dir, {}, now);
  }

  #pack(name: string, now: Millis): void {
    const path = `${this.#spec.backups}/${name}-${stampOf(now)}.tar.gz`;
    this.disk.put(path, { is: 'archive', holds: this.deployed ?? {}, bytes: this.packedBytes }, now);
  }
}
