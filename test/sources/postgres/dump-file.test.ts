import { expect, test } from 'vitest';
import type { Disk } from '../../../src/platform/files/file-interfaces.ts';
import { readDumpFile } from '../../../src/sources/postgres/dump-operation.ts';

const whole = `--
-- PostgreSQL database dump
--
CREATE TABLE public.events (id bigint NOT NULL);
CREATE TABLE public."Outbox" (id bigint NOT NULL);
COPY public.events (id, text) FROM stdin;
1	a
2	-- PostgreSQL database dump complete
\\.
COPY public."Outbox" (id) FROM stdin;
\\.
INSERT INTO settings VALUES (1);
--
-- PostgreSQL database dump complete
--
`;

/** A disk that returns a text in chunks, split anywhere. */
const diskOf = (text: string): Disk => ({
  stat: () => Promise.reject(new Error('not asked')),
  free: () => Promise.reject(new Error('not asked')),
  bytes: async function* () {
    const all = Buffer.from(text);
    for (let index = 0; index < all.length; index += 7) yield all.subarray(index, index + 7);
  },
});

const read = (text: string) => readDumpFile(diskOf(text), '/dump', new AbortController().signal);

test('tables and rows of a backup. The contents of rows are data', async () => {
  const { rowsByTable: tables, isComplete } = await read(whole);
  expect(isComplete).toBe(true);
  expect([...tables]).toEqual([
    ['public.events', 2],
    ['public.Outbox', 0],
    ['public.settings', 1],
  ]);
});

test.each([
  ['truncated in its rows', whole.slice(0, whole.indexOf('\\.'))],
  ['without its last line', whole.slice(0, whole.indexOf('INSERT'))],
  ['empty', ''],
])('a backup that is %s is not complete', async (_, text) => {
  expect((await read(text)).isComplete).toBe(false);
});
