import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFile } from './opened.ts';

const views = [
  { name: 'errors', include: ['ERROR', 'FATAL'], exclude: ['harmless'] },
  { name: 'all', include: [], exclude: [] },
];
const reads = { errors: { lines: 'errors', per: '1m' }, all: { lines: 'all', per: '10s' } };

const opened = async (signals: Parameters<typeof openFile>[0] = reads) => {
  const found = await openFile(signals, { paths: ['*.log'] }, views);
  const log = join(found.dir, 'app.log');
  await writeFile(log, 'ERROR before we came\n');
  const values = async (): Promise<Record<string, unknown>> => (await found.read()).values();
  return { ...found, log, values };
};

test('lines are counted from the first reading on, by view, per period', async () => {
  const { clock, log, values, feed } = await opened();
  expect(feed('disk/lines').needsTwo).toBe(true);
  expect(await values()).toEqual({
    errors: 'there is no count yet: opsdeck counts the new lines from now on',
    all: 'there is no count yet: opsdeck counts the new lines from now on',
  });
  await appendFile(log, 'ERROR one\nharmless ERROR\nINFO\nFATAL two\nERROR not yet en');
  await clock.advance(10_000);
  expect(await values()).toEqual({ errors: 12, all: 4 });
  await appendFile(log, 'ded\n');
  await clock.advance(10_000);
  expect(await values()).toEqual({ errors: 9, all: 1 });
});

test('lines older than the period are not counted', async () => {
  const { clock, log, values } = await opened();
  await values();
  await appendFile(log, 'ERROR one\n');
  await clock.advance(30_000);
  expect(await values()).toMatchObject({ errors: 2 });
  await clock.advance(30_000);
  expect(await values()).toMatchObject({ errors: 1 });
  await clock.advance(15_000);
  expect(await values(), 'half of the first interval is still within the minute').toMatchObject({
    errors: 0.5,
  });
  await clock.advance(60_000);
  expect(await values()).toMatchObject({ errors: 0 });
});

test('a rotated file is read to its end, the new one from its beginning, without repetition', async () => {
  const { clock, log, values } = await opened({ errors: { lines: 'errors', per: '1m' } });
  await values();
  await appendFile(log, 'ERROR one\n');
  await clock.advance(60_000);
  expect(await values()).toEqual({ errors: 1 });
  await appendFile(log, 'ERROR two\n');
  await rename(log, `${log}.1`);
  await writeFile(log, 'ERROR three\nERROR four\n');
  await clock.advance(60_000);
  expect(await values()).toEqual({ errors: 3 });
  await clock.advance(60_000);
  expect(await values()).toEqual({ errors: 0 });
});

test('a file that appears later is counted from its first line', async () => {
  const { dir, clock, log, read, values } = await opened({ errors: { lines: 'errors' } });
  await rm(log);
  expect((await read()).faults).toMatchObject([{ kind: 'missing' }]);
  await writeFile(join(dir, 'late.log'), 'ERROR one\n');
  await values();
  await appendFile(join(dir, 'late.log'), 'ERROR two\n');
  await clock.advance(60_000);
  expect(await values()).toEqual({ errors: 1 });
});

test('where lines may have been missed the count is unknown, and then restarts', async () => {
  const { clock, log, values } = await opened({ errors: { lines: 'errors', per: '1m' } });
  await values();
  await truncate(log, 0);
  await appendFile(log, 'ERROR\n');
  await clock.advance(60_000);
  expect(await values()).toEqual({ errors: expect.stringContaining('truncated or replaced') });
  await appendFile(log, 'ERROR two\n');
  await clock.advance(60_000);
  expect(await values()).toEqual({ errors: 1 });
  await writeFile(log.replace('app', 'other'), '');
  await rm(log);
  await clock.advance(60_000);
  expect(await values()).toEqual({ errors: expect.stringContaining('was removed') });
});

test('a file that was truncated and has since grown past the old position is detected', async () => {
  const { clock, log, values } = await opened({ errors: { lines: 'errors', per: '1m' } });
  await values();
  await writeFile(log, 'ERROR of a wholly new file\nERROR and another\n');
  await clock.advance(60_000);
  expect(await values()).toEqual({ errors: expect.stringContaining('truncated or replaced') });
});

test('more data than can be read between two readings is unknown, and not read', async () => {
  const { clock, log, values } = await opened({ errors: { lines: 'errors', per: '1m' } });
  await values();
  await appendFile(log, 'ERROR flood\n'.repeat(400_000));
  await clock.advance(60_000);
  expect(await values()).toEqual({ errors: expect.stringContaining('more than 4 MiB') });
  await appendFile(log, 'ERROR one\n');
  await clock.advance(60_000);
  expect(await values()).toEqual({ errors: 1 });
});

test('a view missing in the profile yields no count', async () => {
  const { values } = await opened({ x: { lines: 'nothing' } });
  expect(await values()).toEqual({ x: 'no log view is called "nothing". Add the view under logs.views' });
});

const partsOf = async ({ read }: Pick<Awaited<ReturnType<typeof opened>>, 'read'>) => {
  const [sample] = (await read()).items;
  const stream = (text: string): string =>
    (JSON.parse(text) as { stream: string }).stream.replace(/.*\//, '');
  const byName = (values: Readonly<Record<string, number>> = {}) =>
    Object.fromEntries(Object.entries(values).map(([part, value]) => [stream(part), value]));
  const { computed, parts, value } = sample ?? {};
  return { value, parts: byName(parts), lastLines: byName(computed?.lastLines) };
};

test('a count knows its files, and when each of them was last written', async () => {
  const all = await opened({ errors: { lines: 'errors', per: '1m' } });
  const { clock, dir, log } = all;
  await writeFile(join(dir, 'other.log'), '');
  await all.read();
  await appendFile(log, 'ERROR one\nINFO fine\n');
  await appendFile(join(dir, 'other.log'), 'ERROR two\nINFO fine\n');
  await clock.advance(60_000);
  const at = clock.now();
  expect(await partsOf(all)).toEqual({
    ...{ value: 2, parts: { 'app.log': 1, 'other.log': 1 } },
    lastLines: { 'app.log': at, 'other.log': at },
  });
  await appendFile(join(dir, 'other.log'), 'INFO fine\n');
  await clock.advance(60_000);
  expect(await partsOf(all), 'the writer of app.log may be gone').toEqual({
    ...{ value: 0, parts: { 'app.log': 0, 'other.log': 0 } },
    lastLines: { 'app.log': at, 'other.log': at + 60_000 },
  });
});

test('a file with nothing but counted lines is known to be written by one beside it', async () => {
  const all = await opened({ errors: { lines: 'errors', per: '1m' } });
  const { clock, dir, log } = all;
  await writeFile(join(dir, 'access.log'), '');
  await all.read();
  await appendFile(log, 'ERROR one\n');
  await clock.advance(60_000);
  await all.read();
  await appendFile(join(dir, 'access.log'), 'GET / 200\n');
  await clock.advance(60_000);
  expect((await partsOf(all)).lastLines).toEqual({ 'app.log': clock.now(), 'access.log': clock.now() });
});

test('a rotated file is the stream that it was', async () => {
  const found = await openFile({ errors: { lines: 'errors', per: '1m' } }, { paths: ['*.log*'] }, views);
  const log = join(found.dir, 'app.log');
  await writeFile(log, '');
  await found.read();
  await appendFile(log, 'ERROR one\nINFO fine\n');
  await rename(log, `${log}.1`);
  await writeFile(log, 'ERROR two\n');
  await found.clock.advance(60_000);
  expect((await partsOf(found)).parts).toEqual({ 'app.log': 2 });
});

const plainLinesOf = async ({ read }: Pick<Awaited<ReturnType<typeof opened>>, 'read'>, log: string) => {
  const [sample] = (await read()).items;
  const { usual = [], last = {}, loggers = {} } = sample?.computed?.plainLines ?? {};
  const part = JSON.stringify({ stream: log });
  return { isUsual: usual.includes(part), last: last[part], loggers: loggers[part] };
};

test('a count knows when lines at info or below were written, by logger', async () => {
  const all = await opened({ errors: { lines: 'errors', per: '1m' } });
  const { clock, log } = all;
  await all.read();
  const read = clock.now();
  const line = (level: string, logger: string, text: string): string => `${level}:${logger}:${text}\n`;
  const pay = line('ERROR', 'shop.Pay', 'no stock') + line('INFO', 'shop.Pay', 'asked').repeat(20);
  await appendFile(log, pay + line('INFO', 'shop.Stock', 'counted').repeat(30));
  await clock.advance(60_000);
  expect(await plainLinesOf(all, log), 'lines without a time: at the earliest possible').toEqual({
    isUsual: true,
    last: read,
    loggers: { usual: ['shop.Pay'], last: { 'shop.Pay': read, 'shop.Stock': read } },
  });
  const time = new Date(clock.now() + 12_000).toISOString();
  await appendFile(log, `${time} ${line('INFO', 'shop.Stock', 'counted')}`);
  await clock.advance(60_000);
  expect(await plainLinesOf(all, log), 'the logger that tells of errors is silent').toEqual({
    isUsual: false,
    last: Date.parse(time),
    loggers: { usual: [], last: { 'shop.Stock': Date.parse(time) } },
  });
});

test('a logger that wrote some lines in the first second is usual for a minute that is not observed yet', async () => {
  const all = await opened({ errors: { lines: 'errors', per: '1m' } });
  const { clock, log } = all;
  await all.read();
  await appendFile(log, `ERROR:shop.Pay:no stock\n${'INFO:shop.Pay:asked\n'.repeat(3)}`);
  await clock.advance(1000);
  expect(await plainLinesOf(all, log)).toMatchObject({ isUsual: true, loggers: { usual: ['shop.Pay'] } });
  await clock.advance(30_000);
  expect(await plainLinesOf(all, log)).toMatchObject({ isUsual: false, loggers: { usual: [] } });
});

test('the loggers of a file with very many lines are unknown', async () => {
  const all = await opened({ errors: { lines: 'errors', per: '1m' } });
  const { clock, log } = all;
  await all.read();
  await appendFile(log, 'INFO:shop.Pay:asked\n'.repeat(20_001));
  await clock.advance(60_000);
  expect(await plainLinesOf(all, log)).toMatchObject({ isUsual: true, loggers: undefined });
});
