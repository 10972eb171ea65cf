const tables: Readonly<Record<string, string>> = {
  saga_instances: 'id bigint NOT NULL, status text',
  inventory: 'sku bigint NOT NULL',
  payments: 'id bigint NOT NULL',
};

const tableText = (name: string, rows: number): string => `CREATE TABLE public.${name} (${tables[name]});
COPY public.${name} (id) FROM stdin;
${Array.from({ length: rows }, (_, position) => `${position + 1}\n`).join('')}\\.
`;

/** A dump of these tables, with the last line of pg_dump. */
const dumpOf = (texts: readonly string[]): string => `--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
${texts.join('')}--
-- PostgreSQL database dump complete
--

`;

const saga = tableText('saga_instances', 2);
const index = 'CREATE UNIQUE INDEX saga_instances_pkey ON public.saga_instances USING btree (id);\n';

/** Small dumps of the database, by their expected finding. */
export const dumps = {
  /** All tables, with rows in each. */
  whole: dumpOf([saga, tableText('inventory', 3), tableText('payments', 4), index]),
  /** Complete, with one of three tables. */
  smaller: dumpOf([saga, index]),
  /** Complete, with all tables and without a row in two of them. */
  empty: dumpOf([saga, tableText('inventory', 0), tableText('payments', 0), index]),
  /** Truncated within a table's rows. */
  truncated: dumpOf([saga, tableText('inventory', 3)])
    .split('\n')
    .slice(0, 9)
    .join('\n'),
  /** Complete, with all tables and a statement that no server accepts. */
  broken: dumpOf([saga, tableText('inventory', 3), tableText('payments', 4), 'CREATE NONSENSE;\n', index]),
} as const;
