import { z } from 'zod';
import { SqlError } from '../../clients/postgres/sql-types.ts';
import type { ActEvent } from '../../domain/runbooks/operation.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import { formatBytes, formatCount } from '../../domain/text/format.ts';
import type { Disk } from '../../platform/files/file-interfaces.ts';
import { declareOperation, type PlanOf } from '../kit/operations/define-operation.ts';
import { newestMatchingPath, resolveLocalPath } from '../kit/operations/local-files.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { clientForDatabase, type PostgresClient, type PostgresContext } from './client.ts';
import { zDatabase } from './config.ts';
import { quoteIdentifier } from './identifiers.ts';
import { profileSql } from './statements.ts';

/** Contents of a plain-text dump. */
interface DumpSummary {
  /** Rows by table, with names as in the dump: 'public.events'. */
  readonly rowsByTable: ReadonlyMap<string, number>;
  /** False: the last line of pg_dump is missing, so the dump is truncated. */
  readonly isComplete: boolean;
}

const completionLine = /^-- PostgreSQL database dump complete\s*$/;
const tableNamePattern = String.raw`((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?)`;
const createTablePattern = new RegExp(`^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?${tableNamePattern} `);
const copyPattern = new RegExp(`^COPY ${tableNamePattern} (?:\\(.*\\) )?FROM stdin;`);
const insertPattern = new RegExp(`^INSERT INTO ${tableNamePattern} `);

/** Normalizes `"public"."events"` and `events` to `public.events`. */
const qualifiedTable = (written: string): string => {
  const bare = written.replaceAll('"', '');
  return bare.includes('.') ? bare : `public.${bare}`;
};

const copyEnd = '\\.';

/** Counts the tables and rows of a dump, line by line. */
const createDumpCounter = () => {
  const tables = new Map<string, number>();
  let copying: string | undefined;
  let isComplete = false;
  const add = (of: string, rows: number): void => void tables.set(of, (tables.get(of) ?? 0) + rows);
  return {
    line: (text: string): void => {
      if (copying !== undefined) {
        if (text === copyEnd) copying = undefined;
        else add(copying, 1);
        return;
      }
      if (completionLine.test(text)) isComplete = true;
      const [made, copied, inserted] = [createTablePattern, copyPattern, insertPattern].map(
        (pattern) => pattern.exec(text)?.[1],
      );
      if (made !== undefined) add(qualifiedTable(made), 0);
      if (inserted !== undefined) add(qualifiedTable(inserted), 1);
      if (copied === undefined) return;
      copying = qualifiedTable(copied);
      add(copying, 0);
    },
    // A COPY block without its end is truncated, whatever it contains.
    end: (): DumpSummary => ({ rowsByTable: tables, isComplete: isComplete && copying === undefined }),
  };
};

/** Reads a local dump completely, decompressing gzip. Throws WireError: `malformed` for a truncated gzip. */
export const readDumpFile = async (disk: Disk, path: string, signal: AbortSignal): Promise<DumpSummary> => {
  const counted = createDumpCounter();
  const decoder = new TextDecoder();
  let partialLine = '';
  for await (const piece of disk.bytes(path, signal)) {
    const lines = (partialLine + decoder.decode(piece, { stream: true })).split('\n');
    partialLine = lines.pop() ?? '';
    for (const line of lines) counted.line(line);
  }
  if (partialLine !== '') counted.line(partialLine);
  return counted.end();
};

const readDumpParams = z.strictObject({
  file: z.string().min(1).meta({
    description:
      'path of a local plain-text dump, which may be gzipped, relative to the profile. With a glob, the newest match is read',
  }),
  compare: z
    .literal(true)
    .meta({ description: 'tables whose rows are also counted in the database, to compare' })
    .exactOptional(),
  strict: z
    .literal(true)
    .meta({
      description: 'whether the step fails if a table is missing or a row count differs (default: false)',
    })
    .exactOptional(),
  covers: z
    .boolean()
    .meta({
      description:
        'whether the step fails if the database has a table or rows that the dump lacks (default: false)',
    })
    .exactOptional(),
  database: zDatabase,
});

/** A table of the dump; `database`: absent when it was not counted, null when the table does not exist. */
interface TableCount {
  readonly table: string;
  readonly dump: number;
  readonly database?: number | null;
}

/** The duration of a count grows with the size of the table. */
const countTimeoutMs = 10 * 60_000;

const countRows = async (
  client: PostgresClient,
  table: string,
  signal: AbortSignal,
): Promise<number | null> => {
  const [schema = '', name = ''] = table.split('.');
  const text = profileSql(`SELECT count(*) FROM ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
  try {
    const { rows } = await client.ask(text, signal, { timeoutMs: countTimeoutMs });
    return Number(rows[0]?.count);
  } catch (error) {
    if (error instanceof SqlError && error.kind === 'missing' && error.sqlState === '42P01') return null;
    throw error;
  }
};

/** Tables of the database that the dump lacks, or that have rows where the dump has none. Throws SqlError. */
const uncoveredTables = async (
  { rowsByTable: tables }: DumpSummary,
  client: PostgresClient,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const listed = await client.ask(profileSql('SELECT schemaname, relname FROM pg_stat_user_tables'), signal);
  const uncovered: string[] = [];
  for (const { schemaname, relname } of listed.rows) {
    const table = `${schemaname}.${relname}`;
    const dumpedRows = tables.get(table);
    if (dumpedRows === undefined || (dumpedRows === 0 && (await hasRows(client, table, signal))))
      uncovered.push(table);
  }
  return uncovered;
};

const hasRows = async (client: PostgresClient, table: string, signal: AbortSignal): Promise<boolean> => {
  const [schema = '', name = ''] = table.split('.');
  const place = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  const { rows } = await client.ask(profileSql(`SELECT EXISTS (SELECT FROM ${place}) AS filled`), signal);
  return rows[0]?.filled === 't';
};

const tableCountText = ({ table, dump, database }: TableCount): string => {
  if (database === undefined) return `${table}: ${formatCount(dump)} rows`;
  if (database === null)
    return `${table}: ${formatCount(dump)} rows in the dump, table missing in the database`;
  return `${table}: ${formatCount(dump)} rows in the dump, ${formatCount(database)} in the database`;
};

/** Totals for verifications. */
const dumpTotals = (all: readonly TableCount[]) => {
  const compared = all.filter(({ database }) => database !== undefined);
  return {
    tables: all.length,
    rows: all.reduce((sum, { dump }) => sum + dump, 0),
    missing: compared.filter(({ database }) => database === null).length,
    differing: compared.filter(({ dump, database }) => database !== dump).length,
    empty: compared.filter(({ dump, database }) => database === 0 && dump > 0).length,
  };
};

/** Reason a dump cannot be restored; undefined when it can. */
const dumpProblem = ({ isComplete, rowsByTable: tables }: DumpSummary): string | undefined => {
  if (!isComplete) return 'the dump is incomplete, because the last line of pg_dump is missing. Dump again';
  if (tables.size === 0) return 'the dump contains no tables. Check which database was dumped';
  return [...tables.values()].some((rows) => rows > 0)
    ? undefined
    : 'the dump contains no rows. Check that the dump was made without --schema-only';
};

const declaration = declareOperation({
  name: 'readDump',
  params: readDumpParams,
  resultKinds: ['json'],
});

/**
 * `readDump`: reads a dump completely, counts its tables and rows, and compares them with a database. Changes nothing.
 */
export const readDumpOperation = defineReadOperation(declaration, (parts: PostgresContext) => {
  const { client: home, disk, files, dir } = parts;
  const inspectDump = async (
    plan: PlanOf<z.infer<typeof readDumpParams>>,
    signal: AbortSignal,
  ): Promise<{
    readonly all: readonly TableCount[];
    readonly uncovered: readonly string[];
    readonly problem: string | undefined;
  }> => {
    const { file, compare, strict, covers, database } = plan.params;
    const dump = await readDumpFile(
      disk,
      await newestMatchingPath(files, resolveLocalPath(file, dir), signal),
      signal,
    );
    const client = clientForDatabase(home, database);
    const uncovered = covers === true ? await uncoveredTables(dump, client, signal) : [];
    const problem =
      dumpProblem(dump) ??
      (uncovered.length === 0 ? undefined : `in the database but not in the dump: ${uncovered.join(', ')}`);
    const all: TableCount[] = [];
    try {
      for (const [table, rows] of dump.rowsByTable) {
        const comparison = compare === true ? { database: await countRows(client, table, signal) } : {};
        all.push({ table, dump: rows, ...comparison });
      }
    } finally {
      // A database cannot be renamed while it has sessions: ours must be closed.
      if (client !== home) (await client.pause())();
    }
    const { differing } = dumpTotals(all);
    const differs = strict === true && differing > 0;
    return {
      all,
      uncovered,
      problem: problem ?? (differs ? `${formatCount(differing)} tables differ from the dump` : undefined),
    };
  };

  return {
    plan: async ({ file, compare, database }, signal) => {
      const path = await newestMatchingPath(files, resolveLocalPath(file, dir), signal);
      const stat = await disk.stat(path, signal);
      if (stat.kind !== 'file')
        throw new PlanError('failed', `${path} is not a file. Name a plain-text dump`);
      const client = clientForDatabase(home, database);
      const beside = compare === true ? `, compared with the rows of ${client.database}` : '';
      return {
        targets: [
          { name: client.database, uid: client.displayAddress, saw: '', where: client.displayAddress },
        ],
        calls: [{ line: `read ${path}`, target: 0 }],
        objects: [`${path}: ${formatBytes(stat.sizeBytes)}${beside}`],
      };
    },

    act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
      const line = plan.calls[0]?.line ?? '';
      yield { is: 'call', line };
      try {
        const { all, uncovered, problem } = await inspectDump(plan, signal);
        for (const tableCount of all) yield { is: 'output', text: tableCountText(tableCount) };
        const { tables, rows } = dumpTotals(all);
        yield { is: 'found', found: { json: { ...dumpTotals(all), uncovered: uncovered.length } } };
        const status = problem ?? `complete, ${formatCount(tables)} tables, ${formatCount(rows)} rows`;
        yield { is: 'answered', line, status, ok: problem === undefined };
      } catch (error) {
        yield { is: 'answered', line, status: home.fault('readDump', error).message, ok: false };
      }
    },
  };
});
