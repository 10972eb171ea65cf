import type { Millis } from '../../../domain/base/fault.ts';
import type { SystemFingerprint } from '../../../domain/facts/fingerprint.ts';
import { isoTime } from '../../../domain/text/format.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';

/** A system that tells nothing about its identity. */
export const noFingerprint: SystemFingerprint = { parts: {} };

/** The fingerprint of several servers, or from several requests. */
export const mergeFingerprints = (all: readonly SystemFingerprint[]): SystemFingerprint => {
  const merged = <T>(
    pick: (systemFingerprint: SystemFingerprint) => Readonly<Record<string, T>> | undefined,
  ) =>
    Object.assign({}, ...all.map((systemFingerprint) => pick(systemFingerprint) ?? {})) as Readonly<
      Record<string, T>
    >;
  return {
    parts: merged(({ parts }) => parts),
    counters: merged(({ counters }) => counters),
    ages: merged(({ ages }) => ages),
    unread: merged(({ unread }) => unread),
    untold: merged(({ untold }) => untold),
    permissions: merged(({ permissions }) => permissions),
    erasures: merged(({ erasures }) => erasures),
    clock: merged(({ clock }) => clock),
  };
};

/** A process by its start, in ms since the epoch of its server, and its age. Without a start: none. */
export const processFingerprint = (
  name: string,
  startedAtMs: number | undefined,
  ageMs: Millis | undefined,
): SystemFingerprint =>
  startedAtMs === undefined
    ? noFingerprint
    : {
        parts: { [name]: `started ${isoTime(Math.round(startedAtMs))}` },
        ...(ageMs === undefined ? {} : { ages: { [name]: Math.max(0, ageMs) } }),
      };

/** The name of the part of one instance; `otherwise`: for an instance without a name. */
export const instancePart = (name: string, otherwise: string): string =>
  `instance/${name === '' ? otherwise : name}`;

/**
 * Reads a part. A refusal is a part that could not be read, and "not found" one that is not told; a server that does not answer
 * is neither. Throws what is no answer.
 */
export const readPart = async (
  name: string,
  read: () => Promise<SystemFingerprint>,
): Promise<SystemFingerprint> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const told = { [name]: error.message };
    if (error.kind === 'missing') return { parts: {}, untold: told };
    if (error.kind === 'denied' || error.kind === 'malformed') return { parts: {}, unread: told };
    throw error;
  }
};

/** The same for one of several servers: one that does not answer is left out. */
export const readInstancePart = async (
  name: string,
  read: () => Promise<SystemFingerprint>,
  signal: AbortSignal,
): Promise<SystemFingerprint> => {
  try {
    return await readPart(name, read);
  } catch (error) {
    if (signal.aborted || !(error instanceof WireError)) throw error;
    return noFingerprint;
  }
};
