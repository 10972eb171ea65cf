import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ChecklistRecord } from '../domain/checklist/record.ts';
import { localFiles } from '../platform/files/local-files.ts';
import { acquireLock } from '../platform/files/lock-file.ts';
import { openToAppend, orIfAbsent, privateDir } from '../platform/files/private-dir.ts';

const name = 'checklists.jsonl';
const patienceMs = 2000;

const head = {
  opsdeck: z.literal(1),
  system: z.string(),
  env: z.string(),
  drill: z.literal(true).exactOptional(),
  list: z.string(),
  occurrence: z.string(),
  who: z.string(),
  at: z.number(),
};
const zRecord = z.discriminatedUnion('is', [
  z.object({
    ...head,
    is: z.enum(['done', 'override', 'not-needed', 'open', 'note']),
    item: z.string(),
    note: z.string(),
    evidence: z.string().exactOptional(),
  }),
  z.object({
    ...head,
    is: z.literal('end'),
    items: z.array(
      z.object({
        item: z.string(),
        title: z.string(),
        state: z.enum(['done', 'overridden', 'not-needed', 'open']),
        why: z.string(),
      }),
    ),
    run: z.string().exactOptional(),
  }),
]);

/** The records of one environment, or of its drills. */
export interface ChecklistScope {
  readonly system: string;
  readonly env: string;
  readonly isDrill: boolean;
}

interface ReadChecklists {
  /** In the order in which they were written. */
  readonly records: readonly ChecklistRecord[];
  /** Set when lines could not be parsed; they are kept in the file and count for nothing. */
  readonly problem?: string;
}

/** The append-only file of checklist records in a state directory, shared by the processes of this machine. */
export interface ChecklistFile {
  readonly path: string;
  /** Reads the records of an environment. Rejects when the file cannot be read. */
  read(scope: ChecklistScope): Promise<ReadChecklists>;
  /**
   * Appends a record, one process at a time; resolves to true once it is on disk. The end of an occurrence that another
   * process has already ended is not written: false. Rejects when the file cannot be locked or written.
   */
  append(record: ChecklistRecord): Promise<boolean>;
}

type Line = ChecklistRecord | 'unreadable';

const parseLine = (line: string): Line => {
  try {
    const { opsdeck: _, ...record } = zRecord.parse(JSON.parse(line));
    return record;
  } catch {
    return 'unreadable';
  }
};

const linesOf = (text: string | undefined): readonly Line[] =>
  (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);

const isIn = (
  { system, env, isDrill }: ChecklistScope,
  record: Pick<ChecklistRecord, 'system' | 'env' | 'drill'>,
): boolean => record.system === system && record.env === env && (record.drill === true) === isDrill;

/** True when a file is empty or ends in a newline: no process died while it wrote. */
const endsWhole = async (path: string): Promise<boolean> => {
  const size = (await stat(path).catch(orIfAbsent(undefined)))?.size ?? 0;
  if (size === 0) return true;
  await using handle = await open(path, 'r');
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  return last[0] === 10;
};

/** Path of the checklist file. */
const checklistFilePath = (stateDir: string): string => join(stateDir, name);

/**
 * Opens the file; performs no I/O. `mask` removes secrets from every text before it is written: a note may contain one.
 * A line torn by a crash is kept, ended, and counts for nothing.
 */
export const checklistFile = (
  stateDir: string,
  mask: (text: string, field?: string) => string,
): ChecklistFile => {
  const path = checklistFilePath(stateDir);
  const linesNow = async (): Promise<readonly Line[]> => linesOf(await localFiles.read(path));

  const masked = (record: ChecklistRecord): ChecklistRecord =>
    record.is === 'end'
      ? { ...record, items: record.items.map((one) => ({ ...one, why: mask(one.why) })) }
      : {
          ...record,
          note: mask(record.note, 'note'),
          ...(record.evidence === undefined ? {} : { evidence: mask(record.evidence) }),
        };

  const readScope = (lines: readonly Line[], scope: ChecklistScope): readonly ChecklistRecord[] =>
    lines.flatMap((line) => (line !== 'unreadable' && isIn(scope, line) ? [line] : []));

  const hasEnded = (records: readonly ChecklistRecord[], { list, occurrence }: ChecklistRecord): boolean =>
    records.some((one) => one.is === 'end' && one.list === list && one.occurrence === occurrence);

  return {
    path,
    read: async (scope) => {
      const lines = await linesNow();
      const bad = lines.filter((line) => line === 'unreadable').length;
      const problem = `${path}: ${bad} of ${lines.length} lines cannot be parsed and are ignored`;
      return { records: readScope(lines, scope), ...(bad === 0 ? {} : { problem }) };
    },
    append: async (record) => {
      await privateDir(stateDir);
      const lock = await acquireLock(join(stateDir, 'checklists.lock'), patienceMs);
      try {
        if (record.is === 'end') {
          const { system, env, drill } = record;
          const known = readScope(await linesNow(), { system, env, isDrill: drill === true });
          if (hasEnded(known, record)) return false;
        }
        const whole = await endsWhole(path);
        await using handle = await openToAppend(path);
        await handle.appendFile(`${whole ? '' : '\n'}${JSON.stringify({ opsdeck: 1, ...masked(record) })}\n`);
        await handle.sync();
        return true;
      } finally {
        await lock.release();
      }
    },
  };
};
