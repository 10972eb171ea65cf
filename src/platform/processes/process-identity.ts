import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { errnoOf } from '../runtime/errno.ts';

/** The trimmed output of a program. Promisified here: as a constant, it would load node:child_process at every start. */
const outputOf = async (file: string, ...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(file, args, { timeout: 2000 })).stdout.trim();

const orElse =
  <T>(value: T) =>
  (): T =>
    value;

/** Linux: field 3 (state) and field 22 (start time in clock ticks since boot) of /proc/PID/stat, see proc(5). */
const fromProc = async (pid: number): Promise<{ state: string; start: string } | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(orElse(undefined));
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(orElse(''));
  return { state: fields[0] ?? '', start: `${boot.trim().slice(0, 8)}+${fields[19] ?? ''}` };
};

const fromPs = (pid: number): Promise<string> => outputOf('ps', '-o', 'lstart=', '-p', String(pid));

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it runs as another user.
    return errnoOf(error) !== 'EPERM';
  }
};

/**
 * The start time of a process as an opaque text for comparison. Distinguishes it from a later process with the same
 * ID. Undefined if it has ended or is a zombie; '' if it runs and its start time is unknown.
 */
export const processStart = async (pid: number): Promise<string | undefined> => {
  if (isGone(pid)) return undefined;
  const stat = await fromProc(pid);
  if (stat !== undefined) return stat.state === 'Z' ? undefined : stat.start;
  return fromPs(pid).catch(orElse(''));
};

/** The scope of a process ID. A host name alone does not distinguish two containers, and may change. */
export interface PidNamespace {
  /** ID of the installation; hashed, as machine-id(5) requires. Empty: unknown. */
  readonly machine: string;
  /** ID of the current boot. */
  readonly boot: string;
  /** The pid namespace, by its inode; 0 on systems without namespaces. See pid_namespaces(7). */
  readonly space: string;
}

/** The initial pid namespace. Source: include/linux/proc_ns.h, PROC_PID_INIT_INO. */
const initialSpace = String(0xeffffffc);

const sysctl = (name: string): Promise<string> => outputOf('sysctl', '-n', name);

const read = (path: string): Promise<string> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );

const hashed = (text: string): string =>
  text === '' ? '' : createHash('sha256').update(`opsdeck ${text}`).digest('hex').slice(0, 12);

const readOwn = async (): Promise<PidNamespace | undefined> => {
  if (process.platform === 'darwin') {
    const [machine = '', boot = ''] = await Promise.all([
      sysctl('kern.uuid'),
      sysctl('kern.bootsessionuuid'),
    ]);
    return boot === '' ? undefined : { machine: hashed(machine), boot, space: '0' };
  }
  const [machine, boot, link] = await Promise.all([
    read('/etc/machine-id'),
    read('/proc/sys/kernel/random/boot_id'),
    readlink('/proc/self/ns/pid'),
  ]);
  const space = /\d+/.exec(link)?.[0];
  return boot === '' || space === undefined ? undefined : { machine: hashed(machine), boot, space };
};

let own: Promise<PidNamespace | undefined> | undefined;

/** The namespace of this process, cached; undefined if the system does not report it. */
export const ownPidNamespace = (): Promise<PidNamespace | undefined> => {
  own ??= readOwn().catch(() => undefined);
  return own;
};

/** Formats a namespace as one word for storage. */
export const formatPidNamespace = ({ machine, boot, space }: PidNamespace): string =>
  `${machine}/${boot}/${space}`;

/** Parses a stored namespace; undefined for other text. */
export const parsePidNamespace = (text: string | undefined): PidNamespace | undefined => {
  const [, machine = '', boot, space] = /^([^/\s]*)\/([^/\s]+)\/(\d+)$/.exec(text ?? '') ?? [];
  return boot === undefined || space === undefined ? undefined : { machine, boot, space };
};

/** 'here': the same process IDs. 'ended': the machine has rebooted since. 'elsewhere': not visible from here. */
type Sight = 'here' | 'ended' | 'elsewhere';

/**
 * Determines whether the processes of a namespace are visible. Another boot of the same machine means that they have
 * ended, but only outside containers: images are copied with their machine ID.
 */
export const pidNamespaceVisibility = (other: PidNamespace, self: PidNamespace): Sight => {
  if (other.boot === self.boot) return other.space === self.space ? 'here' : 'elsewhere';
  const isWhole = (place: PidNamespace): boolean => ['0', initialSpace].includes(place.space);
  const isSame = other.machine !== '' && other.machine === self.machine;
  return isSame && isWhole(other) && isWhole(self) ? 'ended' : 'elsewhere';
};

/**
 * A stored reference to a process. `start`: from `processStart`; `place`: from `formatPidNamespace`. Absent: unknown.
 */
export interface ProcessRef {
  readonly host: string;
  readonly pid: number;
  readonly start?: string;
  readonly place?: string;
}

/** System calls of this module; replaced in tests. */
export interface ProcessInspector {
  hostname(): string;
  place(): Promise<PidNamespace | undefined>;
  start(pid: number): Promise<string | undefined>;
}

const thisMachine: ProcessInspector = { hostname, place: ownPidNamespace, start: processStart };

/** Compares namespaces, or host names where the namespace is unknown, as in records of older versions. */
const sight = async ({ host, place }: ProcessRef, seer: ProcessInspector): Promise<Sight> => {
  const other = parsePidNamespace(place);
  const self = await seer.place();
  if (other !== undefined && self !== undefined) return pidNamespaceVisibility(other, self);
  return host === '' || host === seer.hostname() ? 'here' : 'elsewhere';
};

const comparable = (start: string): string => start.replaceAll(/\s/g, '_');

/**
 * Returns whether a process still runs; 'unknown' for one of another machine or container, which is not visible from
 * here. Without a known start time, a process looks alive if its ID was reused.
 */
export const isProcessAlive = async (
  named: ProcessRef,
  seer: ProcessInspector = thisMachine,
): Promise<boolean | 'unknown'> => {
  const { pid, start } = named;
  const seen = await sight(named, seer);
  if (seen === 'ended') return false;
  if (seen === 'elsewhere') return 'unknown';
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  const startTime = await seer.start(pid);
  if (startTime === undefined) return false;
  return (
    startTime === '' || start === undefined || start === '' || comparable(startTime) === comparable(start)
  );
};
