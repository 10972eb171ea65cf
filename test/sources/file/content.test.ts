import { expect, test } from 'vitest';
import { openFile } from './opened.ts';

const csv = 'at,seconds,branch\n1,431,main\n2,412,main\n';

test('several signals of one file are one feed and one read', async () => {
  const { source, put, read } = await openFile({
    last: { csv: 'b.csv', column: 'seconds' },
    longest: { csv: 'b.csv', column: 'seconds', fold: 'max' },
    other: { csv: 'b.csv', column: 1, delimiter: ';', header: false },
  });
  await put('b.csv', csv);
  expect(source.feeds.map((feed) => feed.id)).toEqual([
    'disk/metrics:csv b.csv',
    'disk/metrics:csv b.csv by ; without a header line',
    'disk/files',
    'disk/tail',
  ]);
  const { values, faults } = await read();
  expect(values()).toMatchObject({ last: 412, longest: 431 });
  expect(faults).toMatchObject([{ kind: 'missing', message: expect.stringContaining('has no column 1') }]);
});

test('the time of a value is the modification time of its file', async () => {
  const { clock, put, read } = await openFile({ last: { csv: 'b.csv', column: 'seconds' } });
  await put('b.csv', csv, 3_600_000);
  expect((await read()).items).toEqual([
    { source: 'disk', signal: 'last', labels: {}, at: clock.now() - 3_600_000, value: 412 },
  ]);
});

test('the time of a file dated in the future is now', async () => {
  const { clock, put, read } = await openFile({ last: { csv: 'b.csv', column: 'seconds' } });
  await put('b.csv', csv, -3_600_000);
  expect((await read()).items).toMatchObject([{ at: clock.now(), value: 412 }]);
});

test('a file not modified for too long has no value: by the limit of the source, or of the signal', async () => {
  const { put, read } = await openFile(
    {
      source: { csv: 'b.csv', column: 'seconds' },
      signal: { json: 'q.json', path: 'depth', staleAfter: '2d' },
      short: { json: 'r.json', path: 'depth', staleAfter: '5m' },
    },
    { staleAfter: '26h' },
  );
  await put('b.csv', csv, 27 * 3_600_000);
  await put('q.json', '{"depth":3}', 27 * 3_600_000);
  await put('r.json', '{"depth":4}', 6 * 60_000);
  const { values, faults } = await read();
  expect(values()).toEqual({
    source: 'stale: last written 27h ago (staleAfter: 1d2h)',
    signal: 3,
    short: 'stale: last written 6m ago (staleAfter: 5m)',
  });
  expect(faults).toEqual([]);
});

test.each([
  ['just now: the last line is ignored', 1000, '1,431,main\n2,41', 431],
  ['a minute ago: the last line is complete', 60_000, '1,431,main\n2,41,main', 41],
])('a last line without a line feed, written %s', async (_, agoMs, rows, expected) => {
  const { put, read } = await openFile({ last: { csv: 'b.csv', column: 'seconds' } });
  await put('b.csv', `at,seconds,branch\n${rows}`, agoMs);
  expect((await read()).values()).toEqual({ last: expected });
});

test('an unclosed quoted field of a recent file is omitted; of an old one it is an error', async () => {
  const { put, read } = await openFile({ last: { csv: 'b.csv', column: 'seconds' } });
  await put('b.csv', `${csv}3,400,"half\n`, 1000);
  expect((await read()).values()).toEqual({ last: 412 });
  await put('b.csv', `${csv}3,400,"half\n`);
  const { items, faults } = await read();
  expect(items).toEqual([]);
  expect(faults).toMatchObject([
    {
      kind: 'malformed',
      message: expect.stringContaining('the quoted field that begins in line 4 is not closed'),
    },
  ]);
});

test('only the beginning and end of a very long CSV are read', async () => {
  const row = (n: number): string => `${n},${n % 1000},"a, quoted\nnote number ${n}"\n`;
  const { put, read } = await openFile({
    first: { csv: 'big.csv', column: 'seconds', fold: 'first' },
    last: { csv: 'big.csv', column: 'at' },
    sum: { csv: 'big.csv', column: 'seconds', fold: 'sum' },
    rare: { csv: 'big.csv', column: 'at', where: { at: 100_000 } },
  });
  const count = 200_000;
  await put('big.csv', `at,seconds,note\n${Array.from({ length: count }, (_, n) => row(n)).join('')}`);
  const { values, faults } = await read();
  expect(values()).toEqual({
    first: 0,
    last: count - 1,
    rare: 'no row of the table has at = 100000 in the part that was read',
  });
  expect(faults).toMatchObject([
    { kind: 'malformed', message: expect.stringContaining('too large to compute fold: sum') },
  ]);
});

test.each<readonly [string, string, unknown]>([
  ['a document', '{"runs":[{"ok":true,"n":1.5}]}', 1.5],
  ['a document of several lines', '{\n "runs": [\n  { "n": "fast" } ]\n}\n', 'fast'],
  ['JSON lines', '{"runs":[{"n":1}]}\n{"runs":[{"n":2}]}\n', 2],
  ['JSON lines with an incomplete last line', '{"runs":[{"n":1}]}\n{"runs":[{"n"', 1],
  ['a missing path', '{"runs":[]}', 'there is no number or text at runs[0].n: check path'],
  ['null at the path', '{"runs":[{"n":null}]}', 'there is no number or text at runs[0].n: check path'],
])('%s is read at a path', async (_, text, expected) => {
  const { put, read } = await openFile({ n: { json: 'r.json', path: 'runs[0].n' } });
  await put('r.json', text, 1000);
  expect((await read()).values()).toEqual({ n: expected });
});

test('invalid JSON is reported with its line', async () => {
  const { put, read } = await openFile({ n: { json: 'r.json' }, m: { json: 'l.jsonl' } });
  await put('r.json', '{\n "a": 1\n "b": 2\n}');
  await put('l.jsonl', '{"a":1}\n{"a":2\n');
  const { items, faults } = await read();
  expect(items).toEqual([]);
  expect(faults.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^read \/.*r\.json: line 3, column 2: invalid JSON/),
    expect.stringMatching(/^read \/.*l\.jsonl: line 2 is not JSON/),
  ]);
});

test('the last line of a very long JSON lines file is read', async () => {
  const { put, read } = await openFile({ n: { json: 'l.jsonl', path: 'n' } });
  await put('l.jsonl', Array.from({ length: 400_000 }, (_, n) => `{"n":${n}}\n`).join(''));
  expect((await read()).values()).toEqual({ n: 399_999 });
});

test('the newest file of a glob is read', async () => {
  const { put, read } = await openFile({ n: { json: 'm/queue-*.json', path: 'n' } });
  await put('m/queue-1.json', '{"n":1}', 50_000);
  await put('m/queue-2.json', '{"n":2}', 70_000);
  expect((await read()).values()).toEqual({ n: 1 });
});

test('a missing file has no value, and is one fault', async () => {
  const { read } = await openFile({ a: { csv: 'b.csv', column: 'x' }, b: { csv: 'b.csv', column: 'y' } });
  const { items, faults } = await read();
  expect(items).toMatchObject([
    { signal: 'a', why: expect.stringContaining('no such file') },
    { signal: 'b', why: expect.stringContaining('no such file') },
  ]);
  expect(items.every((item) => item.value === undefined)).toBe(true);
  expect(faults).toMatchObject([{ kind: 'missing', source: 'disk' }]);
});

test('an aborted read is canceled, without a value', async () => {
  const { put, feed } = await openFile({ last: { csv: 'b.csv', column: 'seconds' } });
  await put('b.csv', csv);
  const batch = await feed('disk/metrics:csv b.csv').read(AbortSignal.abort());
  expect(batch).toMatchObject({ items: [], faults: [{ kind: 'cancelled' }] });
});
