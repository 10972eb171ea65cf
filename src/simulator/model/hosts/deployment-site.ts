import type { Millis } from '../../../domain/fault.ts';
import { fnv1a } from '../seeded-random.ts';
import type { HostsSpec } from './spec.ts';

/** What is deployed: which version, and what is wrong with it or with what it has stored. */
export interface DeployedBuild {
  /** Absent: what is rolled out. */
  readonly version?: string;
  readonly damage?: string;
  /** Files that are of another version than the rest, by path: what was copied one by one. */
  readonly others?: Readonly<Record<string, string>>;
}

/** A directory with what is deployed in it (absent: it is empty), an archive of one, or a file with a text. */
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

/** The part of a machine's disk on which things are deployed, kept and put aside, by path. */
class HostDisk {
  readonly #entries = new Map<string, DiskEntry>();
  #next = firstInode;

  find(path: string): DiskEntry | undefined {
    return this.#entries.get(path);
  }

  get paths(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** A new entry, or another in the place of one: a new inode. */
  put(path: string, entry: NewDiskEntry, now: Millis): void {
    this.#next += 1;
    this.#entries.set(path, { ...entry, inode: this.#next, writtenAt: now });
  }

  /** What is in a directory from now on; it stays the same directory. */
  fill(path: string, holds: DeployedBuild | undefined, now: Millis): void {
    const found = this.#entries.get(path);
    if (found?.is === 'tree')
      this.#entries.set(path, {
        is: 'tree',
        inode: found.inode,
        writtenAt: now,
        ...(holds === undefined ? {} : { holds }),
      });
  }

  /** It keeps its inode, as rename(2) has it. */
  move(from: string, to: string): void {
    const found = this.#entries.get(from);
    if (found === undefined) return;
    this.#entries.delete(from);
    this.#entries.set(to, found);
  }

  remove(path: string): void {
    this.#entries.delete(path);
  }
}

/** True where two directories, or one and an archive, hold the same. */
export const isSameBuild = (a: DeployedBuild | undefined, b: DeployedBuild | undefined): boolean =>
  (a === undefined) === (b === undefined) &&
  a?.version === b?.version &&
  a?.damage === b?.damage &&
  JSON.stringify(a?.others ?? {}) === JSON.stringify(b?.others ?? {});

/** The digest of a deployed file: another one for another version. */
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

/** A transient timer of systemd-run: what it does when its time has come. */
interface UnitTimer {
  readonly name: string;
  readonly at: Millis;
  run(now: Millis): void;
}

/** The variables of a unit: its own, and those of drop-ins, which count once systemd has read them again. */
class UnitEnv {
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

const dayMs: Millis = 86_400_000;
/** Somebody packed it by hand so many days before it was deployed. */
const daysBefore = 3;
/** A directory packed takes less. */
const packedShare = 0.4;

/** A moment as the names of archives have it: 20260304101507. */
const stampOf = (at: Millis): string => new Date(at).toISOString().slice(0, 19).replaceAll(/\D/g, '');

/** Where a machine's service is deployed: the directory, its archives, the drop-ins and variables of its unit. */
export class DeploymentSite {
  readonly disk = new HostDisk();
  readonly env: UnitEnv;
  readonly dir: string;
  readonly #spec: HostsSpec;
  /** Until when the directory belongs to another account; model time. */
  lockedUntil: Millis = 0;

  constructor(spec: HostsSpec, env: string, now: Millis) {
    this.#spec = spec;
    this.dir = spec.dir.replace('{env}', env);
    this.env = new UnitEnv(spec.environment);
    // It was deployed in the night, and packed before that.
    const night = now - (now % dayMs);
    this.#pack('manual-backup', night - daysBefore * dayMs);
    this.#pack('eventmesh-backup', night);
    this.disk.put(this.dir, { is: 'tree', holds: {} }, night);
  }

  /** True: nothing can be written into the directory. */
  isLocked(now: Millis): boolean {
    return now < this.lockedUntil;
  }

  /** What a process that is started now runs; undefined: there is no program. */
  get deployed(): DeployedBuild | undefined {
    const found = this.disk.find(this.dir);
    return found?.is === 'tree' ? found.holds : undefined;
  }

  get program(): string {
    return `${this.dir}/${this.#spec.program}`;
  }

  /** Every file of what is deployed, below its directory, and its bytes. */
  get files(): Readonly<Record<string, number>> {
    return this.#spec.files;
  }

  get bytes(): number {
    return Object.values(this.#spec.files).reduce((sum, one) => sum + one, 0);
  }

  get packedBytes(): number {
    return Math.round(this.bytes * packedShare);
  }

  get backups(): string {
    return this.#spec.backups;
  }

  /** Another version in the same directory, packed before as the script that deploys does. */
  deploy(holds: DeployedBuild, now: Millis): void {
    this.#pack('eventmesh-backup', now);
    this.disk.fill(this.dir, holds, now);
  }

  /** `systemctl daemon-reload`. */
  reload(): void {
    const texts = this.disk.paths
      .filter((path) => path.startsWith(`/run/systemd/system/${this.#spec.service}.service.d/`))
      .flatMap((path) => {
        const found = this.disk.find(path);
        return found?.is === 'file' ? [found.text] : [];
      });
    this.env.reload(texts);
  }

  /** The archives are gone. */
  loseArchives(): void {
    for (const path of this.disk.paths) if (this.disk.find(path)?.is === 'archive') this.disk.remove(path);
  }

  /** As it was at the start. */
  heal(now: Millis): void {
    if (this.disk.find(this.dir) === undefined) this.disk.put(this.dir, { is: 'tree', holds: {} }, now);
    else this.disk.fill(this.dir, {}, now);
  }

  #pack(name: string, now: Millis): void {
    const path = `${this.#spec.backups}/${name}-${stampOf(now)}.tar.gz`;
    this.disk.put(path, { is: 'archive', holds: this.deployed ?? {}, bytes: this.packedBytes }, now);
  }
}
