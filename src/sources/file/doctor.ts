import { type DoctorCheck, lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding, SignalRequest } from '../kit/contract/source.ts';
import type { FileContext } from './file-context.ts';
import { filesMatching, locateFile } from './file-context.ts';

const remedies = {
  missing: 'check the path, which is relative to the profile, and that a program writes the file',
  denied: 'grant read access to the user that runs opsdeck',
} as const;

const remediesAtEnd = {
  missing: 'check the path inside of the target, and that a program writes the file',
  denied: 'grant read access to the user that runs programs inside the target',
} as const;

/** Looks up `paths` and the files of every signal; reads the beginning of each file. */
export const diagnoseFileSource = async (
  parts: FileContext,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const named = signals.flatMap(({ read }) =>
    [read.csv, read.json, read.age, read.bytes, read.newest].filter((value) => typeof value === 'string'),
  );
  const globs = new Set([...parts.config.paths, ...named].map(parts.resolvePath));
  return runChecks(
    parts,
    [...globs].map((glob) => globCheck(parts, glob)),
    signal,
  );
};

const globCheck = ({ files, endpoint: end }: FileContext, glob: string): DoctorCheck => ({
  call: glob,
  run: async (signal) => {
    const newest = await locateFile(files, glob, signal);
    await files.read(newest.path, { from: 'head', maxBytes: 1 }, signal);
    const count = Math.max(1, (await filesMatching(files, glob, signal)).length);
    const where = end === '' ? '' : `${end}: `;
    return `${where}${glob}: ${count === 1 ? 'readable' : `${count} files, the newest is readable`}`;
  },
  failed: ({ kind, message, remedy }) =>
    lacking(
      message,
      kind === 'missing' || kind === 'denied' ? (end === '' ? remedies : remediesAtEnd)[kind] : remedy,
    ),
});
