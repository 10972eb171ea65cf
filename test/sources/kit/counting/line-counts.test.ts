import { expect, test } from 'vitest';
import type { LogView } from '../../../../src/domain/profile/profile.ts';
import type { LogEvent, ResumePoint, Tail } from '../../../../src/logs/reading/tail.ts';
import { systemClock } from '../../../../src/platform/runtime/clock.ts';
import { splitLineSignals } from '../../../../src/sources/kit/counting/line-count.ts';
import { lineCountFeeds } from '../../../../src/sources/kit/counting/line-counts.ts';

const clock = { ...systemClock(), now: () => 1_000_000, wallOffset: () => 0 };

const views: readonly LogView[] = [
  { name: 'errors', include: ['error|FATAL'], exclude: ['ignored'], ignoreCase: true },
  { name: 'grave', include: [], exclude: [], level: 'error' },
  { name: 'billing', include: [], exclude: [], of: [{ source: 'k8s', of: 'deployment/billing' }] },
];

const line = (text: string, ageMs: number): LogEvent => ({ is: 'line', text, at: 1_000_000 - ageMs });

const tailOf = (stream: string, events: readonly LogEvent[], resumePoints: ResumePoint[] = []): Tail => ({
  stream,
  open: async function* (from) {
    resumePoints.push(from);
    yield* events;
  },
});

const read = async (
  tails: (of: string | undefined) => readonly Tail[],
  reads: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
) => {
  const { counting } = splitLineSignals(Object.entries(reads).map(([id, read]) => ({ id, read })));
  const parts = {
    source: 'k8s',
    clock,
    views,
    signals: counting,
    tails: async (of: string | undefined) => tails(of),
  };
  const [feed] = lineCountFeeds(parts);
  const batch = await feed?.read(new AbortController().signal);
  return {
    found: Object.fromEntries(
      (batch?.items ?? []).map((item) => ('signal' in item ? [item.signal, item.value ?? item.why] : [])),
    ),
    faults: batch?.faults.map(({ message }) => message),
    feed,
    items: batch?.items ?? [],
  };
};

test('counts recent lines in a view, separately for each signal, from one read of each stream', async () => {
  const resumePoints: ResumePoint[] = [];
  const a = tailOf(
    'a',
    [line('Error old', 90_000), line('ERROR new', 5000), line('error ignored', 4000)],
    resumePoints,
  );
  const b = tailOf('b', [line('{"level":"fatal","msg":"fatal"}', 1000), line('fine', 500)], resumePoints);
  const { found, faults, feed } = await read(() => [a, b], {
    one: { lines: 'errors' },
    two: { lines: 'errors', per: '2m' },
    grave: { lines: 'grave', per: '10s' },
  });
  expect(found).toEqual({ one: 2, two: 3, grave: 3 });
  expect(faults).toEqual([]);
  expect(resumePoints.map(({ since, follow }) => ({ since, follow }))).toEqual([
    { since: 880_000, follow: false },
    { since: 880_000, follow: false },
  ]);
  expect(feed).toMatchObject({ id: 'k8s/lines', everyMs: 10_000, signals: ['one', 'two', 'grave'] });
});

test('files yield bytes, and invalid UTF-8 is removed', async () => {
  const bytes = Buffer.from('\x1b[31mERR\x1b[0mOR\r\nfine\n');
  const { found } = await read(() => [tailOf('f', [{ is: 'chunk', bytes }])], { one: { lines: 'errors' } });
  expect(found).toEqual({ one: 1 });
});

test('with an unreadable stream the count is unknown, with the fault. The same for missing lines; others are counted', async () => {
  const fault = { kind: 'denied', source: 'k8s', message: 'may not', at: 0 } as const;
  const bad = tailOf('bad', [line('ERROR', 1), { is: 'fault', fault }]);
  const good = tailOf('good', [line('ERROR', 1)]);
  const { found, faults } = await read((of) => (of === 'pod/good' ? [good] : [bad, good]), {
    all: { lines: 'errors' },
    one: { lines: 'errors', of: 'pod/good' },
  });
  expect(found).toEqual({ all: 'may not', one: 1 });
  expect(faults).toEqual(['may not']);
  const gap = await read(() => [tailOf('a', [{ is: 'gap', why: 'rotated' }])], { one: { lines: 'errors' } });
  expect(gap.found).toEqual({ one: 'lines may be missing, so the count is unknown: rotated' });
});

test('no stream or no view: unknown and never 0', async () => {
  const { found } = await read(() => [], { one: { lines: 'errors' }, two: { lines: 'none' } });
  expect(found).toEqual({
    one: 'no log stream is open whose lines could be counted: check the sources under logs',
    two: 'no log view is called "none". Add the view under logs.views',
  });
});

test('the streams of a view, unless the signal names others', async () => {
  const questions: (string | undefined)[] = [];
  const tails = (of: string | undefined): readonly Tail[] => {
    questions.push(of);
    return [tailOf(of ?? 'all', [line('x', 1)])];
  };
  const { found } = await read(tails, { one: { lines: 'billing' }, two: { lines: 'billing', of: 'pod/x' } });
  expect(found).toEqual({ one: 1, two: 1 });
  expect(questions).toEqual(['deployment/billing', 'pod/x']);
});

test('sources that cannot list their streams are a fault, without a count', async () => {
  const { counting } = splitLineSignals([{ id: 'one', read: { lines: 'errors' } }]);
  const tails = (): Promise<never> => Promise.reject(new TypeError('gone'));
  const [feed] = lineCountFeeds({ source: 'k8s', clock, views, signals: counting, tails });
  const batch = await feed?.read(new AbortController().signal);
  expect(batch?.items).toEqual([]);
  expect(batch?.faults).toHaveLength(1);
});

test('lines of a file are counted by their own time, for every period', async () => {
  const at = (ageMs: number): string => new Date(1_000_000 - ageMs).toISOString();
  const text = `${at(110_000)} ERROR old\n  at a.b(c)\n${at(30_000)} ERROR new\nFATAL of the same time\n`;
  const file = tailOf('file', [{ is: 'chunk', bytes: Buffer.from(text) }]);
  const { found } = await read(() => [file], {
    short: { lines: 'errors', per: '1m' },
    long: { lines: 'errors', per: '2m' },
  });
  expect(found).toEqual({ short: 2, long: 3 });
});

test('a count knows its streams and its window, so that those of a replaced pod are not missed', async () => {
  const tail = tailOf('billing-1/app', [line('ERROR new', 5000), line('ERROR again', 4000)]);
  const { items } = await read(() => [{ ...tail, uid: 'u1' }, tailOf('billing-2/app', [])], {
    errors: { lines: 'errors', per: '5m' },
  });
  expect(items).toMatchObject([
    {
      value: 2,
      fold: 'sum',
      parts: { '{"stream":"billing-1/app"}': 2, '{"stream":"billing-2/app"}': 0 },
      computed: {
        addsUp: true,
        windowMs: 300_000,
        targets: { 'lines billing-1/app u1': 'unknown', 'lines billing-2/app': 'unknown' },
      },
    },
  ]);
  const { items: none } = await read(() => [], { errors: { lines: 'errors' } });
  expect(none).toMatchObject([
    {
      why: 'no log stream is open whose lines could be counted: check the sources under logs',
      computed: { targets: {} },
    },
  ]);
});

test('the last line of each stream is told, whatever it says: a stream without a line in the window has none', async () => {
  const { items } = await read(
    () => [
      tailOf('bad', [line('ERROR', 40_000), line('shutting down', 30_000)]),
      tailOf('good', [line('served', 500)]),
      tailOf('silent', [line('ERROR', 70_000)]),
      tailOf('empty', []),
    ],
    { one: { lines: 'errors' } },
  );
  expect(items.map((item) => 'computed' in item && item.computed?.lastLines)).toEqual([
    { '{"stream":"bad"}': 970_000, '{"stream":"good"}': 999_500 },
  ]);
});

test('streams in which lines at info are usual are told, with the last line that is no warning and no error', async () => {
  const infos = Array.from({ length: 20 }, (_, index) => line(`INFO served ${index}`, 40_000 - index));
  const { items } = await read(
    () => [
      tailOf('informing', [...infos, line('plain text', 3000), line('WARN slow', 2000), line('ERROR', 1000)]),
      tailOf('warning', [line('INFO started', 50_000), line('WARN slow', 2000)]),
      tailOf('json', [line('{"level":"info","msg":"x"}', 30_000), line('{"level":"warn","msg":"x"}', 10)]),
      tailOf('file', [{ is: 'chunk', bytes: Buffer.from('INFO a\nERROR b\n  at a.b(c)\n') }]),
    ],
    { one: { lines: 'errors' } },
  );
  expect(items.map((item) => 'computed' in item && item.computed?.plainLines)).toEqual([
    {
      loggers: expect.anything(),
      usual: ['{"stream":"informing"}'],
      last: {
        '{"stream":"informing"}': 997_000,
        '{"stream":"warning"}': 950_000,
        '{"stream":"json"}': 970_000,
        '{"stream":"file"}': 1_000_000,
      },
    },
  ]);
});

test('loggers with counted lines that usually write others are told, with the last line of each logger that is neither counted nor severe', async () => {
  const of = (level: string, logger: string, text: string, ageMs: number): LogEvent =>
    line(
      `${new Date(1_000_000 - ageMs).toISOString()}  ${level} 1 --- [main] shop.${logger} : ${text}`,
      ageMs,
    );
  const infos = (logger: string): readonly LogEvent[] =>
    Array.from({ length: 20 }, (_, index) => of('INFO', logger, `served ${index}`, 40_000 - index));
  const { items } = await read(
    () => [
      tailOf('orders', [
        ...infos('Payment'),
        ...infos('Orders'),
        of('ERROR', 'Payment', 'no answer', 20_000),
        of('ERROR', 'Mail', 'no answer', 19_000),
        of('INFO', 'Mail', 'sent', 18_000),
        of('WARN', 'Payment', 'slow', 1000),
      ]),
    ],
    { one: { lines: 'errors' } },
  );
  expect(items.map((item) => 'computed' in item && item.computed?.plainLines?.loggers)).toEqual([
    {
      '{"stream":"orders"}': {
        usual: ['shop.Payment'],
        last: { 'shop.Payment': 960_019, 'shop.Orders': 960_019, 'shop.Mail': 982_000 },
      },
    },
  ]);
});
