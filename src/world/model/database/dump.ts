import type { Database } from './database.ts';
import type { Table, Tables } from './tables.ts';

/** A dump says of each table how many rows it had, in a comment: the model knows none of them by itself. */
const rowsComment = (rows: number): string => `-- Rows: ${rows}`;

const tableText = ({ name, rows, bytes }: Table): string =>
  [
    `-- Name: ${name}; Type: TABLE; Schema: public`,
    rowsComment(rows),
    `-- Bytes: ${bytes}`,
    `CREATE TABLE public.${name} (id bigint NOT NULL);`,
    `COPY public.${name} (id) FROM stdin;`,
    ...Array.from({ length: Math.min(rows, sampleRows) }, (_, at) => String(at + 1)),
    '\\.',
    '',
  ].join('\n');

/** Rows that stand in a dump: the model counts the others. */
const sampleRows = 20;

/** What pg_dump writes of a database in plain text. */
export const dumpOf = ({ tables, indexes }: Tables): string =>
  [
    '--\n-- PostgreSQL database dump\n--\n',
    '-- Dumped from database version 16.4',
    '-- Dumped by pg_dump version 16.4\n',
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

/** How a script went that was read: what psql says of it, or the first error. */
export type Restored =
  | { readonly said: readonly string[] }
  | { readonly problem: { readonly line: number; readonly text: string } };

interface Step {
  readonly line: number;
  readonly said: string;
  readonly exists?: string;
  readonly lacks?: string;
  act?(tables: Tables): void;
}

const stepsOf = (script: string): readonly Step[] | { readonly line: number; readonly text: string } => {
  const steps: Step[] = [];
  let [rows, bytes, isCopying] = [0, 0, 0];
  for (const [index, text] of script.split('\n').entries()) {
    const line = index + 1;
    if (isCopying > 0) {
      if (text !== '\\.') continue;
      isCopying = 0;
      steps.push({ line, said: `COPY ${rows}` });
      continue;
    }
    rows = Number(/^-- Rows: (\d+)$/.exec(text)?.[1] ?? rows);
    bytes = Number(/^-- Bytes: (\d+)$/.exec(text)?.[1] ?? bytes);
    if (text === '' || text.startsWith('--') || text.startsWith('\\')) continue;
    if (/^SET \w+ = .*;$/.test(text)) {
      steps.push({ line, said: 'SET' });
      continue;
    }
    const [, made] = /^CREATE TABLE (?:public\.)?(\w+) \(.*\);$/.exec(text) ?? [];
    const [, copied] = /^COPY (?:public\.)?(\w+) \(.*\) FROM stdin;$/.exec(text) ?? [];
    const [, unique, index_ = '', of = '', columns = ''] =
      /^CREATE (UNIQUE )?INDEX (\w+) ON (?:public\.)?(\w+) USING btree \((.*)\);$/.exec(text) ?? [];
    const size = { rows, bytes };
    if (made !== undefined)
      steps.push({ line, said: 'CREATE TABLE', exists: made, act: (to) => to.create(made, size) });
    else if (copied !== undefined) isCopying = line;
    else if (index_ !== '')
      steps.push({
        line,
        said: 'CREATE INDEX',
        exists: index_,
        lacks: of,
        act: (to) => to.createIndex(index_, of, columns.split(', '), unique !== undefined),
      });
    else {
      const word = /^\S+/.exec(text)?.[0] ?? '';
      return { line, text: `syntax error at or near "${word}"` };
    }
  }
  return steps;
};

/** Reads a script into a database as one transaction: an error leaves everything as it was. */
export const restored = (db: Database, name: string, script: string): Restored => {
  const steps = stepsOf(script);
  if ('text' in steps) return { problem: steps };
  const tables = db.tablesOf(name);
  const made = new Set<string>();
  for (const { line, exists, lacks } of steps) {
    const isThere = (one: string): boolean =>
      made.has(one) || tables.table(one) !== undefined || tables.index(one) !== undefined;
    if (exists !== undefined && isThere(exists))
      return { problem: { line, text: `relation "${exists}" already exists` } };
    if (lacks !== undefined && !isThere(lacks))
      return { problem: { line, text: `relation "${lacks}" does not exist` } };
    if (exists !== undefined) made.add(exists);
  }
  for (const step of steps) step.act?.(tables);
  return { said: steps.map(({ said }) => said) };
};
