import { z } from 'zod';

/** Checksums of the covered files by path: relative to the directory, or absolute outside of it. */
export type FileDigests = Readonly<Record<string, string>>;

/** A trusted profile directory and its state at that time. */
export interface TrustRecord {
  /** The directory with all symbolic links resolved. */
  readonly dir: string;
  /**
   * The path it was trusted under. Another path to it has another working directory, and must be trusted separately.
   */
  readonly at: string;
  /** Time of trust, in ISO 8601. */
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

/** Parses trust records; undefined when opsdeck did not write the text. */
export const parseTrust = (text: string): readonly TrustRecord[] | undefined => {
  try {
    return zTrust.safeParse(JSON.parse(text)).data?.trusted;
  } catch {
    return undefined;
  }
};

/** Serializes trust records. */
export const trustText = (trusted: readonly TrustRecord[]): string =>
  `${JSON.stringify({ opsdeck: 1, trusted }, null, 2)}\n`;

/** A difference between a file and its trusted state. */
export interface FileChange {
  readonly path: string;
  readonly how: 'changed' | 'added' | 'removed';
}

/** Returns all differences, by path. */
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
