import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Where a process id means something: a host name alone does not tell two containers apart, and may change. */
export interface ProcessPlace {
  /** Of the installation; hashed, as machine-id(5) asks for. Empty: not known. */
  readonly machine: string;
  /** Of the time since the machine was started. */
  readonly boot: string;
  /** The pid namespace, by its inode; 0 where there are none. See pid_namespaces(7). */
  readonly space: string;
}

/** The namespace that a machine starts with; include/linux/proc_ns.h, PROC_PID_INIT_INO. */
const initialSpace = String(0xeffffffc);

const run = promisify(execFile);

const sysctl = async (name: string): Promise<string> => {
  const { stdout } = await run('sysctl', ['-n', name], { timeout: 2000 });
  return stdout.trim();
};

const read = (path: string): Promise<string> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );

const hashed = (text: string): string =>
  text === '' ? '' : createHash('sha256').update(`opsdeck ${text}`).digest('hex').slice(0, 12);

const found = async (): Promise<ProcessPlace | undefined> => {
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

let own: Promise<ProcessPlace | undefined> | undefined;

/** The place of this process, which never changes; undefined where the system does not say. */
export const ownPlace = (): Promise<ProcessPlace | undefined> => {
  own ??= found().catch(() => undefined);
  return own;
};

/** As it is written down: one word. */
export const placeText = ({ machine, boot, space }: ProcessPlace): string => `${machine}/${boot}/${space}`;

/** Undefined for what is no place. */
export const parsePlace = (text: string | undefined): ProcessPlace | undefined => {
  const [, machine = '', boot, space] = /^([^/\s]*)\/([^/\s]+)\/(\d+)$/.exec(text ?? '') ?? [];
  return boot === undefined || space === undefined ? undefined : { machine, boot, space };
};

/** 'here': its process ids are ours. 'ended': the machine was started again since. 'elsewhere': it cannot be seen from here. */
export type Sight = 'here' | 'ended' | 'elsewhere';

/**
 * What can be seen of the processes of a place. Only outside of containers does another boot of the same machine mean that they
 * have ended: images are copied with their machine id.
 */
export const sightOf = (there: ProcessPlace, here: ProcessPlace): Sight => {
  if (there.boot === here.boot) return there.space === here.space ? 'here' : 'elsewhere';
  const isWhole = (place: ProcessPlace): boolean => ['0', initialSpace].includes(place.space);
  const isSame = there.machine !== '' && there.machine === here.machine;
  return isSame && isWhole(there) && isWhole(here) ? 'ended' : 'elsewhere';
};
