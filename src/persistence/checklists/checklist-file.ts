import { join } from 'node:path';
import { z } from 'zod';
import type { ChecklistRecord } from '../../domain/checklists/record.ts';
import type { RecordScope } from '../../domain/profile/record-scope.ts';
import { openToRead } from '../../platform/files/open-regular.ts';
import { orIfAbsent } from '../../platform/files/private-dir.ts';
import { createSerialQueue } from '../../platform/runtime/serial-queue.ts';
import { localSharedFiles, type SharedFiles } from '../files/shared-files.ts';

/** In a directory of its own: the ledger is the only `.jsonl` file of the state directory itself. */
const name = 'checklists/records.jsonl';
/** Where earlier versions wrote records. They are read, and stay there. */
const earlierName = 'checklists.jsonl';
const patienceMs = 2000;
/** The byte '\n'. */
const newline = 10;

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
  read(scope: RecordScope): Promise<ReadChecklists>;
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

const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);

/** The part of the file up to the end of its last whole line. */
interface ReadSoFar {
  readonly ino: number;
  /** In bytes. */
  readonly offset: number;
  readonly lines: Line[];
}

/**
 * Creates a reader of the lines of an append-only file. Only bytes after the last whole line are read again, so that a
 * file of several years costs its size once per process. A replaced or shortened file is read from its beginning.
 */
const createLineReader = (path: string): (() => Promise<readonly Line[]>) => {
  let known: ReadSoFar | undefined;
  const reads = createSerialQueue();
  const read = async (): Promise<readonly Line[]> => {
    const found = await openToRead(path).catch(orIfAbsent(undefined));
    if (found === undefined) {
      known = undefined;
      return [];
    }
    await using handle = found;
    const { ino, size } = await handle.stat();
    const last: ReadSoFar =
      known?.ino === ino && known.offset <= size ? known : { ino, offset: 0, lines: [] };
    const bytes = Buffer.alloc(size - last.offset);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, last.offset);
    const added = bytes.subarray(0, bytesRead);
    const whole = added.lastIndexOf(newline) + 1;
    for (const line of linesOf(added.toString('utf8', 0, whole))) last.lines.push(line);
    known = { ...last, offset: last.offset + whole };
    // The rest was torn by a crash, or another process is writing it.
    return [...last.lines, ...linesOf(added.toString('utf8', whole))];
  };
  return () => reads.run(read);
};

const isIn = (
  { system, env, isDrill }: RecordScope,
  record: Pick<ChecklistRecord, 'system' | 'env' | 'drill'>,
): boolean => record.system === system && record.env === env && (record.drill === true) === isDrill;

/**
 * Opens the file; performs no I/O. `files`: how it is changed; default: on this machine. `mask` removes secrets from every text before it is written: a note may contain one.
 * A line torn by a crash is kept, ended, and counts for nothing.
 */
export const checklistFile = (
  stateDir: string,
  mask: (text: string, field?: string) => string,
  files: SharedFiles = localSharedFiles(stateDir),
): ChecklistFile => {
  const path = join(stateDir, name);
  const earlierLines = createLineReader(join(stateDir, earlierName));
  const ownLines = createLineReader(path);
  const linesNow = async (): Promise<readonly Line[]> => [...(await earlierLines()), ...(await ownLines())];

  const masked = (record: ChecklistRecord): ChecklistRecord =>
    record.is === 'end'
      ? { ...record, items: record.items.map((item) => ({ ...item, why: mask(item.why) })) }
      : {
          ...record,
          note: mask(record.note, 'note'),
          ...(record.evidence === undefined ? {} : { evidence: mask(record.evidence) }),
        };

  const readScope = (lines: readonly Line[], scope: RecordScope): readonly ChecklistRecord[] =>
    lines.flatMap((line) => (line !== 'unreadable' && isIn(scope, line) ? [line] : []));

  const hasEnded = (records: readonly ChecklistRecord[], { list, occurrence }: ChecklistRecord): boolean =>
    records.some((record) => record.is === 'end' && record.list === list && record.occurrence === occurrence);

  return {
    path,
    read: async (scope) => {
      const lines = await linesNow();
      const bad = lines.filter((line) => line === 'unreadable').length;
      const problem = `${path}: ${bad} of ${lines.length} lines cannot be parsed and are ignored`;
      return { records: readScope(lines, scope), ...(bad === 0 ? {} : { problem }) };
    },
    append: (record) =>
      files.locked('checklists', patienceMs, async ({ append }) => {
        if (record.is === 'end') {
          const { system, env, drill } = record;
          const known = readScope(await linesNow(), { system, env, isDrill: drill === true });
          if (hasEnded(known, record)) return false;
        }
        await append(name, `${JSON.stringify({ opsdeck: 1, ...masked(record) })}\n`, 'ended');
        return true;
      }),
  };
};
