import type { SystemFingerprint } from '../../../domain/facts/fingerprint.ts';
import { mergeFingerprints, noFingerprint } from '../../kit/contract/fingerprint.ts';
import { type RemoteCommandResult, runBatch } from './command-batch.ts';
import type { HostContext } from './host-context.ts';
import type { Machine } from './machine.ts';

/** Commands for the identity and the clocks of a machine; random(4), machine-id(5), proc(5), date(1). */
const commands: readonly (readonly string[])[] = [
  ['cat', '/proc/sys/kernel/random/boot_id'],
  ['cat', '/etc/machine-id'],
  ['cat', '/proc/uptime'],
  ['date', '+%s.%N'],
];

const wordOf = (result: RemoteCommandResult | undefined): string =>
  result?.status === 0 ? result.out.trim() : '';

/** Seconds as ms; undefined for anything else, such as '%N' of a date without it. */
const millisOf = (text: string): number | undefined => {
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isNaN(seconds) ? undefined : seconds * 1000;
};

const machineFingerprint = (name: string, results: readonly RemoteCommandResult[]): SystemFingerprint => {
  const [boot, id, uptime, date] = [0, 1, 2, 3].map((index) => wordOf(results[index]));
  const ageMs = millisOf(uptime?.split(' ')[0] ?? '');
  const wallMs = millisOf(date ?? '');
  return {
    parts: {
      ...(boot === undefined || boot === '' ? {} : { [`boot/${name}`]: boot }),
      ...(id === undefined || id === '' ? {} : { [`machine/${name}`]: id }),
    },
    ...(ageMs === undefined ? {} : { ages: { [`boot/${name}`]: ageMs } }),
    ...(ageMs === undefined || wallMs === undefined
      ? {}
      : { clock: { [name]: { wallMs, monotonicMs: ageMs } } }),
  };
};

/**
 * Reads which machines answer, by machine and boot ID, and whether their clocks were set. A machine that does not answer
 * is left out, unless it is the only one. Throws WireError.
 */
export const hostFingerprint = async (
  parts: HostContext,
  signal: AbortSignal,
): Promise<SystemFingerprint> => {
  const read = async (machine: Machine): Promise<SystemFingerprint> =>
    machineFingerprint(machine.name, (await runBatch(parts, machine, commands, signal)).results);
  const [only, ...others] = parts.machines;
  if (only !== undefined && others.length === 0) return read(only);
  return mergeFingerprints(
    await Promise.all(parts.machines.map((machine) => read(machine).catch(() => noFingerprint))),
  );
};
