import { z } from 'zod';

/** Sums of every covered file, by path: relative to the directory, or absolute outside of it. */
export type FileDigests = Readonly<Record<string, string>>;

/** A directory of profiles that the user has trusted, as it was then. */
export interface TrustRecord {
  /** The directory behind all symbolic links. */
  readonly dir: string;
  /** Where it is found: another path that leads to it has another working directory, and has to be trusted by itself. */
  readonly at: string;
  /** When, in ISO 8601. */
  readonly when: string;
  readonly files: FileDigests;
}

const zRecord = z.strictObject({
  dir: z.string().min(1),
  at: z.string().min(1),
  when: z.string(),
  files: z.record(z.string(), z.string()),
});
const zTrust = z.strictObject({ opsdeck: z.literal(1), trusted: z.array(zRecord) });

/** The records in a text; undefined when it is none that opsdeck has written. */
export const parseTrust = (text: string): readonly TrustRecord[] | undefined => {
  try {
    return zTrust.safeParse(JSON.parse(text)).data?.trusted;
  } catch {
    return undefined;
  }
};

/** The text of records. */
export const trustText = (trusted: readonly TrustRecord[]): string =>
  `${JSON.stringify({ opsdeck: 1, trusted }, null, 2)}\n`;

/** How a file differs from what was trusted. */
export interface FileChange {
  readonly path: string;
  readonly how: 'changed' | 'added' | 'removed';
}

/** Every difference, by path. */
export const changesSince = (trusted: FileDigests, now: FileDigests): readonly FileChange[] =>
  [...new Set([...Object.keys(trusted), ...Object.keys(now)])]
    .sort()
    .flatMap((path): readonly FileChange[] => {
      const [before, after] = [trusted, now].map((sums) =>
        Object.hasOwn(sums, path) ? sums[path] : undefined,
      );
      if (before === after) return [];
      if (before === undefined || before === 'absent') return [{ path, how: 'added' }];
      return [{ path, how: after === undefined || after === 'absent' ? 'removed' : 'changed' }];
    });
