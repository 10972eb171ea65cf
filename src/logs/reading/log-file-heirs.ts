import type { Millis } from '../../domain/fault.ts';
import type { LogFile, LogFileStat } from '../../platform/files/log-file-shapes.ts';
import { ifMissing } from './log-file-family.ts';
import type { Leg } from './log-file-legs.ts';
import type { LogFileParts } from './log-file-read.ts';

/** Holds open what was seen at the path (the last of `heirs` being the latest) in the place of a file that is read still. */
export const inherit = async (
  { files, path }: LogFileParts,
  heirs: LogFile[],
  { id }: LogFileStat,
  file: LogFile,
  signal: AbortSignal,
): Promise<void> => {
  const isKnown = (one: string): boolean => one === file.id || heirs.some((heir) => heir.id === one);
  if (isKnown(id)) return;
  const heir = await files.open(path, signal).catch(ifMissing);
  if (heir === undefined) return;
  if (isKnown(heir.id)) await heir.close();
  else heirs.push(heir);
};

/** True once anything was written to one of them. */
export const isWritten = async (heirs: readonly LogFile[], signal: AbortSignal): Promise<boolean> => {
  for (const heir of heirs) if ((await heir.stat(signal)).sizeBytes > 0) return true;
  return false;
};

const writtenAt = async (leg: Leg, signal: AbortSignal): Promise<Millis> =>
  leg.is === 'packed' ? leg.stat.writtenAt : (await leg.file.stat(signal)).writtenAt;

/**
 * The legs with the files that were seen and are not among them, because they are gone: each behind the one that was seen before it,
 * and before what was written to later.
 */
export const withHeirs = async (
  legs: readonly Leg[],
  heirs: readonly LogFile[],
  signal: AbortSignal,
): Promise<readonly Leg[]> => {
  const all = [...legs];
  const placeOf = (file: LogFile): number =>
    all.findIndex((leg) => leg.is === 'file' && leg.file.id === file.id);
  let place = 0;
  for (const file of heirs) {
    const known = placeOf(file);
    if (known === -1) {
      const last = (await file.stat(signal)).writtenAt;
      while (place < all.length) {
        const leg = all[place];
        const isLater = leg !== undefined && (await writtenAt(leg, signal)) > last;
        const isHeir = leg?.is === 'file' && heirs.some(({ id }) => id === leg.file.id);
        if (isLater || isHeir) break;
        place += 1;
      }
      all.splice(place, 0, { is: 'file', file, at: 0 });
      place += 1;
    } else place = known + 1;
  }
  return all;
};
