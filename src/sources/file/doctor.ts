import type { Finding, SignalRequest } from '../source.ts';
import type { FileContext } from './file-context.ts';
import { filesMatching, locateFile } from './file-context.ts';

const remedies = {
  missing: 'correct the path (it is relative to the profile), or have the file written',
  denied: 'let the user of opsdeck read it',
} as const;

const remediesAtEnd = {
  missing: 'correct the path, as it is in there, or have the file written',
  denied: 'let the user that programs are run by in there read it',
} as const;

/** Looks for what `paths` and every signal name; reads the beginning of each file. */
export const examine = async (
  parts: FileContext,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const named = signals.flatMap(({ read }) =>
    [read.csv, read.json, read.age, read.bytes, read.newest].filter((one) => typeof one === 'string'),
  );
  const globs = new Set([...parts.config.paths, ...named].map(parts.resolvePath));
  return Promise.all([...globs].map((glob) => examineOne(parts, glob, signal)));
};

const examineOne = async (parts: FileContext, glob: string, signal: AbortSignal): Promise<Finding> => {
  const { source, files, endpoint: end } = parts;
  const where = end === '' ? '' : `${end}: `;
  try {
    const newest = await locateFile(files, glob, signal);
    await files.read(newest.path, { from: 'head', maxBytes: 1 }, signal);
    const count = Math.max(1, (await filesMatching(files, glob, signal)).length);
    return {
      source,
      ok: true,
      what: `${where}${glob}: ${count === 1 ? 'can be read' : `${count} files, the newest can be read`}`,
    };
  } catch (error) {
    const { kind, message, remedy } = parts.fault(glob, error);
    const todo =
      kind === 'missing' || kind === 'denied' ? (end === '' ? remedies : remediesAtEnd)[kind] : remedy;
    return { source, ok: false, what: message, ...(todo === undefined ? {} : { remedy: todo }) };
  }
};
