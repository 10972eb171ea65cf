import type { Database } from './database.ts';
import type { TableCatalog, TableState } from './table-catalog.ts';

const tableText = ({ name, rows, bytes }: TableState): string =>
  [
    `-- Name: ${name}; Type: TABLE; Schema: public`,
    `-- Bytes: ${bytes}`,
    `CREATE TABLE public.${name} (id bigint NOT NULL);`,
    `COPY public.${name} (id) FROM stdin;`,
    // One line per row, so that a truncated dump restores fewer rows. The model knows only the number of rows.
    ...Array.from({ length: rows }, (_, index) => String(index + 1)),
    '\\.',
    '',
  ].join('\n');

/** Output of pg_dump in plain format. */
export const renderDump = ({ tables, indexes }: TableCatalog): string =>
  [
    '--\n-- PostgreSQL database dump\n--\n',
    '-- Dumped from database version 15.8',
    '-- Dumped by pg_dump version 15.8\n',
    'SET statement_timeout = 0;',
    "SET client_encoding = 'UTF8';\n",
    ...tables.map(tableText),
    ...indexes.map(
      ({ name, table, columns, unique }) =>
        `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${name} ON public.${table} USING btree (${columns.join(', ')});`,
    ),
    '\n--\n-- PostgreSQL database dump complete\n--\n',
    '',
  ].join('\n');

/** Result of a script: psql's output or the first error. */
type RestoreResult =
  | { readonly tags: readonly string[] }
  | { readonly problem: { readonly line: number; readonly text: string } };

interface Step {
  readonly line: number;
  readonly tag: string;
  readonly exists?: string;
  readonly lacks?: string;
  act?(tables: TableCatalog): void;
}

const stepsOf = (script: string): readonly Step[] | { readonly line: number; readonly text: string } => {
  const steps: Step[] = [];
  /** Sets the row counts of the tables to the copied rows. */
  const copiedInto = new Map<string, number>();
  let bytes = 0;
  let into = '';
  for (const [index, text] of script.split('\n').entries()) {
    const line = index + 1;
    if (into !== '') {
      const rows = copiedInto.get(into) ?? 0;
      if (text === '\\.') {
        steps.push({ line, tag: `COPY ${rows}` });
        into = '';
      } else copiedInto.set(into, rows + 1);
      continue;
    }
    bytes = Number(/^-- Bytes: (\d+)$/.exec(text)?.[1] ?? bytes);
    if (text === '' || text.startsWith('--') || text.startsWith('\\')) continue;
    if (/^SET \w+ = .*;$/.test(text)) {
      steps.push({ line, tag: 'SET' });
      continue;
    }
    const [, made] = /^CREATE TABLE (?:public\.)?(\w+) \(.*\);$/.exec(text) ?? [];
    const [, copied] = /^COPY (?:public\.)?(\w+) \(.*\) FROM stdin;$/.exec(text) ?? [];
    const [, unique, index_ = '', of = '', columns = ''] =
      /^CREATE (UNIQUE )?INDEX (\w+) ON (?:public\.)?(\w+) USING btree \((.*)\);$/.exec(text) ?? [];
    const size = bytes;
    if (made !== undefined)
      steps.push({
        line,
        tag: 'CREATE TABLE',
        exists: made,
        act: (to) => to.create(made, { rows: copiedInto.get(made) ?? 0, bytes: size }),
      });
    else if (copied !== undefined) into = copied;
    else if (index_ !== '')
      steps.push({
        line,
        tag: 'CREATE INDEX',
        exists: index_,
        lacks: of,
        act: (to) => to.createIndex(index_, of, columns.split(', '), unique !== undefined),
      });
    else {
      const word = /^\S+/.exec(text)?.[0] ?? '';
      return { line, text: `syntax error at or near "${word}"` };
    }
  }
  // psql treats the end of its input inside a COPY as the end of the rows; later indexes are then missing.
  if (into !== '') steps.push({ line: 0, tag: `COPY ${copiedInto.get(into) ?? 0}` });
  return steps;
};

/** Runs a script in one transaction: an error changes nothing. */
export const restoreDump = (db: Database, name: string, script: string): RestoreResult => {
  const steps = stepsOf(script);
  if ('text' in steps) return { problem: steps };
  const tables = db.tablesOf(name);
  const made = new Set<string>();
  for (const { line, exists, lacks } of steps) {
    const isThere = (text: string): boolean =>
      made.has(text) || tables.table(text) !== undefined || tables.index(text) !== undefined;
    if (exists !== undefined && isThere(exists))
      return { problem: { line, text: `relation "${exists}" already exists` } };
    if (lacks !== undefined && !isThere(lacks))
      return { problem: { line, text: `relation "${lacks}" does not exist` } };
    if (exists !== undefined) made.add(exists);
  }
  for (const step of steps) step.act?.(tables);
  return { tags: steps.map(({ tag }) => tag) };
};
