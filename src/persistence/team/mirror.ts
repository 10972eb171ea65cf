import { dirname, join } from 'node:path';
import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { savedTexts } from '../../platform/files/kept-files.ts';
import { acquireLock } from '../../platform/files/lock-file.ts';
import { privateDir } from '../../platform/files/private-dir.ts';
import { appendAt } from '../files/shared-files.ts';
import { ledgerPosition, receiveRecords } from '../ledger/ledger.ts';
import { BrokenLedgerError } from '../ledger/ledger-error.ts';
import { type AskState, fromHex } from './database/database.ts';
import { ledgerRowName, rowRemedy } from './ledger-end.ts';

/** Few enough that their hex text stays below the client's limit of a response. */
const recordsPerRead = 40;
const changesPerRead = 100;
const patienceMs = 10_000;

/**
 * The files that the database may write on this machine: a list of records only grows, other files are replaced. A new
 * file needs a new version of the tables, so that no older program ignores it.
 */
const mirroredPath = {
  appended: /^(?:checklists(?:\/records)?|incidents\/INC-[1-9]\d{0,8})\.jsonl$/,
  replaced: /^(?:acknowledged|resets)\.json$/,
} as const;

/** Rows that no opsdeck writes, which the copy does not take: how many, and the newest one. */
const zForeign = z.object({ count: z.int().min(1), path: z.string(), writer: z.string() });

const progressName = 'mirror.json';
const zProgress = z.object({
  seq: z.int().min(0),
  bytes: z.record(z.string(), z.int().min(0)),
  foreign: zForeign.exactOptional(),
});
type Progress = z.infer<typeof zProgress>;

const longestName = 80;

/** A change of a file, as the database has it; nothing in it has been verified. */
interface FileChange {
  readonly path: string;
  readonly writer: string;
  readonly isAppend: boolean;
  readonly content: string;
}

/** True: a change that an opsdeck makes. Any other has no reader, so it is not copied. */
const isKnownChange = ({ path, isAppend }: FileChange): boolean =>
  mirroredPath[isAppend ? 'appended' : 'replaced'].test(path);

const countedForeign = (known: Progress['foreign'], { path, writer }: FileChange) => ({
  count: (known?.count ?? 0) + 1,
  path: path.slice(0, longestName),
  writer: writer.slice(0, longestName),
});

const changeOf = (row: Readonly<Record<string, string | null>>): FileChange => ({
  ...{ path: row.path ?? '', writer: row.written_by ?? '' },
  ...{ isAppend: row.is_append === 't', content: fromHex(row.content) },
});

/** The number of a row. Throws for one that no opsdeck gives, before anything of it is copied. */
const numberOf = (row: Readonly<Record<string, string | null>> | undefined): number => {
  const seq = Number(row?.seq);
  if (Number.isSafeInteger(seq)) return seq;
  throw new Error(
    `row ${seq} of opsdeck.file_change has no valid number. The owner of the tables can remove the row`,
  );
};

/** A copy of the state database in a directory, with the files that the readers of a state directory know. */
export interface Mirror {
  readonly dir: string;
  /** Adds what the database has committed since. Rejects when it does not continue the copy. */
  pull(ask: AskState): Promise<void>;
  /** Adds the changes of files only. */
  pullFiles(ask: AskState): Promise<void>;
  /** Describes the rows that are not copied, because no opsdeck writes such a file; undefined without any. */
  foreign(): Promise<string | undefined>;
}

/** Checks that the database still has the newest record of the copy: a restored or a lagging one may not. */
const checkLastRecord = async (ask: AskState, dir: string): Promise<void> => {
  const { count, hash } = await ledgerPosition(dir);
  if (count === 0) return;
  const [row] = await ask('SELECT hash FROM opsdeck.ledger WHERE seq = $1', [count]);
  if (row?.hash === hash) return;
  throw new Error(
    `the state database ${row === undefined ? 'lacks' : 'has another'} record ${count}, which this machine has received: the database was restored or replaced. The copy is ${dir}. To accept the database, move this copy to another directory as evidence.`,
  );
};

const pullLedger = async (ask: AskState, dir: string): Promise<void> => {
  await checkLastRecord(ask, dir);
  for (;;) {
    const { count } = await ledgerPosition(dir);
    const received = await ask(
      "SELECT seq, written_by, encode(convert_to(line, 'UTF8'), 'hex') AS line FROM opsdeck.ledger WHERE seq > $1 ORDER BY seq LIMIT $2",
      [count, recordsPerRead],
    );
    if (received.length === 0) return;
    await receiveRecords(
      dir,
      received.map(({ line }) => fromHex(line)),
      (index) => ledgerRowName(received[index]),
    ).catch((error: unknown) => {
      if (error instanceof BrokenLedgerError) throw new BrokenLedgerError(`${error.message}. ${rowRemedy}`);
      throw error;
    });
    if (received.length < recordsPerRead) return;
  }
};

/** Opens the copy in a directory; performs no I/O. */
export const createMirror = (dir: string): Mirror => {
  const texts = savedTexts(dir);

  const progress = async (): Promise<Progress> => {
    const text = await texts.read(progressName);
    return text === undefined ? { seq: 0, bytes: {} } : zProgress.parse(JSON.parse(text));
  };

  /** Applies one change; repeated after a crash, it leads to the same file. */
  const apply = async (bytes: Progress['bytes'], { path, isAppend, content }: FileChange): Promise<void> => {
    const full = join(dir, path);
    await privateDir(dirname(full));
    const before = isAppend ? (bytes[path] ?? 0) : 0;
    if (isAppend) await appendAt(full, before, content);
    else await texts.write(path, content);
    bytes[path] = before + Buffer.byteLength(content);
  };

  const pullFiles = async (ask: AskState): Promise<void> => {
    await privateDir(dir);
    const lock = await acquireLock(join(dir, 'mirror.lock'), patienceMs);
    try {
      for (;;) {
        const { seq, bytes, foreign: before } = await progress();
        let foreign = before;
        const changes = await ask(
          "SELECT seq, path, is_append, written_by, encode(convert_to(content, 'UTF8'), 'hex') AS content FROM opsdeck.file_change WHERE seq > $1 ORDER BY seq LIMIT $2",
          [seq, changesPerRead],
        );
        if (changes.length === 0) return;
        const last = numberOf(changes.at(-1));
        for (const change of changes.map(changeOf))
          if (isKnownChange(change)) await apply(bytes, change);
          else foreign = countedForeign(foreign, change);
        const next: Progress = { seq: last, bytes, ...defined({ foreign }) };
        await texts.write(progressName, `${JSON.stringify(next)}\n`);
      }
    } finally {
      await lock.release();
    }
  };

  return {
    dir,
    pullFiles,
    foreign: async () => {
      const { foreign } = await progress();
      if (foreign === undefined) return undefined;
      const { count, path, writer } = foreign;
      return `${pluralize(count, 'foreign row')} of opsdeck.file_change ignored, the last by ${writer}: ${JSON.stringify(path)}`;
    },
    pull: async (ask) => {
      await pullLedger(ask, dir);
      await pullFiles(ask);
    },
  };
};
