import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../../src/domain/runbooks/operation.ts';
import { evaluateExpression } from '../../../src/expressions/evaluate.ts';
import { parseExpression } from '../../../src/expressions/rows/parse.ts';
import type { ParsedRequest, ServerReply } from '../../../src/simulator/servers/http/http-server.ts';
import { hiddenLogs } from '../../../src/sources/loki/parts.ts';
import { planLogParts } from '../../../src/sources/loki/parts-plan.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { frame, learn, spec } from '../../support/made-facts.ts';
import { type Fixture, labelsOf, openFixture } from './fixture.ts';

const selector = '{namespace="shop", app="orders"}';
const errors = `count_over_time(${selector} |= "ERROR" [1m])`;

/** The same symptom in the forms of profiles. */
const forms = {
  'a sum, 0 without a line': { query: `sum(${errors}) or vector(0)` },
  'a rate': { query: `sum(rate(${selector} |= "ERROR" [1m])) or vector(0)` },
  'the lines of a view': { lines: 'errors' },
} as const;

const views = [{ name: 'errors', include: ['ERROR'], exclude: [] }];
const signal = new AbortController().signal;

interface World {
  readonly fixture: Fixture;
  /** Seconds during which both pods write: 'ERROR' of the bad one, 'INFO' of the good one. */
  passes(seconds: number, lines: Readonly<Record<string, string | undefined>>): Promise<void>;
  read(): Promise<Snapshot>;
}

const bad = 'orders-1';
const good = 'orders-2';

const openWorld = async (
  read: Readonly<Record<string, unknown>>,
  instead?: (ask: ParsedRequest) => ServerReply | undefined,
): Promise<World & AsyncDisposable> => {
  const fixture = await openFixture({
    config: { query: selector, every: '1s', stream: ['app', 'pod'] },
    signals: [{ id: 'errors', read }],
    views,
    ...(instead === undefined ? {} : { instead }),
  });
  const { clock, source, store } = fixture;
  return {
    fixture,
    passes: async (seconds, lines) => {
      for (let second = 0; second < seconds; second += 1) {
        await clock.sleep(1000, signal);
        for (const [pod, text] of Object.entries(lines))
          if (text !== undefined) store.write(labelsOf('orders', pod), clock.wallNow(), text);
      }
    },
    read: async () => {
      const facts = createFactsStore(frame({ signals: [spec('errors', { unit: '', source: 'loki' })] }));
      for (const feed of source.feeds) {
        const { items, ...rest } = await feed.read(signal);
        const samples = items.filter((item) => 'signal' in item);
        learn(facts, feed, { ...rest, samples }, clock.now());
      }
      return buildSnapshot(facts.getState(), clock.now());
    },
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  };
};

interface Attempt {
  /** The seconds after an action, with the lines written in them. */
  readonly after: readonly (readonly [seconds: number, lines: Readonly<Record<string, string>>])[];
  readonly effects?: readonly DeclaredEffect[];
}

/** Evaluates `errors < 0.05` after an action, with the reading before it as the baseline. */
const attempt = async (world: World, { after, effects = [] }: Attempt) => {
  await world.passes(60, { [bad]: 'ERROR no stock', [good]: 'INFO served' });
  const before = await world.read();
  const actedAt = world.fixture.clock.now();
  for (const [seconds, lines] of after) await world.passes(seconds, lines);
  const parsed = parseExpression('errors < 0.05');
  if (!parsed.ok) throw new Error(parsed.message);
  const now = world.fixture.clock.now();
  const truth = evaluateExpression(parsed.expression, await world.read(), {
    ...{ now, before, actedAt, witnesses: { effects, known: before } },
  });
  return { ...truth, was: before.signals.find(({ id }) => id === 'errors')?.value };
};

const isBad = (value: unknown): boolean => typeof value === 'number' && value >= 0.5;

describe.each(Object.entries(forms))('errors in logs: %s', (_name, read) => {
  test('that became fewer while both programs write are proved', async () => {
    await using world = await openWorld(read);
    const truth = await attempt(world, { after: [[70, { [bad]: 'INFO served', [good]: 'INFO served' }]] });
    expect(truth).toMatchObject({ value: 'true', was: expect.toSatisfy(isBad) });
  });

  test('that ended with the stream of the bad instance prove nothing', async () => {
    await using world = await openWorld(read);
    const truth = await attempt(world, { after: [[70, { [good]: 'INFO served' }]] });
    expect(truth.value).toBe('unknown');
    expect(truth.why).toMatch(/pod=orders-1 namespace=shop has written no line since the action, it was/);
  });

  test('nor after its last words', async () => {
    await using world = await openWorld(read);
    const after = [
      [2, { [bad]: 'INFO shutting down', [good]: 'INFO served' }],
      [58, { [good]: 'INFO served' }],
    ] as const;
    const truth = await attempt(world, { after });
    expect(truth.value).toBe('unknown');
    expect(truth.why).toMatch(/pod=orders-1 namespace=shop has written no line for \d+s, it was/);
  });

  test('nor once the stream has passed out of the time that is looked back', async () => {
    await using world = await openWorld(read);
    const truth = await attempt(world, { after: [[400, { [good]: 'INFO served' }]] });
    expect(truth.value).toBe('unknown');
    expect(truth.why).toMatch(/pod=orders-1 namespace=shop is gone, it was/);
  });

  test('nor where all writers are silent', async () => {
    await using world = await openWorld(read);
    const truth = await attempt(world, { after: [[70, {}]] });
    expect(truth.value).toBe('unknown');
  });

  test('of a pod that the action replaces are proved by the lines of its successor, not by its silence', async () => {
    const effects = [{ does: 'replaces', kind: 'workloads', where: { name: bad } }] as const;
    await using silent = await openWorld(read);
    const nothing = await attempt(silent, { effects, after: [[70, {}]] });
    expect(nothing.value).toBe('unknown');
    await using replaced = await openWorld(read);
    const after = [[70, { 'orders-9': 'INFO served', [good]: 'INFO served' }]] as const;
    expect(await attempt(replaced, { effects, after })).toMatchObject({ value: 'true' });
  });

  test('prove nothing where a limit refuses the streams behind them', async () => {
    let isLimited = false;
    const limit: ServerReply = {
      status: 400,
      text: 'maximum of series (500) reached for a single query; consider reducing query cardinality',
      type: 'text/plain; charset=utf-8',
    };
    const isOfParts = ({ query }: ParsedRequest): boolean => /by \(.*pod.*\)/.test(query.get('query') ?? '');
    await using world = await openWorld(read, (ask) => (isLimited && isOfParts(ask) ? limit : undefined));
    const pass = world.passes;
    const truth = await attempt(
      {
        ...world,
        passes: async (seconds, lines) => {
          isLimited = seconds > 60;
          await pass(seconds, lines);
        },
      },
      { after: [[70, { [good]: 'INFO served' }]] },
    );
    expect(truth).toMatchObject({
      value: 'unknown',
      why: expect.stringMatching(/could not be read.*maximum of series/),
    });
  });

  test.each([
    ['another Loki answers, which is empty', {}],
    ['another Loki answers, with other streams', { 'orders-7': 'INFO served' }],
  ])('prove nothing where %s', async (_case, lines) => {
    await using first = await openWorld(read);
    await using other = await openWorld(read);
    let reader: World = first;
    const world: World = {
      fixture: first.fixture,
      passes: (seconds, text) => first.passes(seconds, text),
      read: () => reader.read(),
    };
    const swapped: World = {
      ...world,
      passes: async (seconds, text) => {
        if (seconds > 60) reader = other;
        await (reader === other ? other.passes(seconds, lines) : first.passes(seconds, text));
      },
    };
    const truth = await attempt(swapped, { after: [[70, {}]] });
    expect(truth.value).toBe('unknown');
  });
});

test('a share of all lines needs every stream that had some', async () => {
  const query = `sum(${errors}) / sum(count_over_time(${selector} [1m]))`;
  // The embedded Loki divides nothing: the value is given.
  const result = [{ metric: {}, value: [0, '0'] }];
  const divided: ServerReply = {
    status: 200,
    json: { status: 'success', data: { resultType: 'vector', result } },
  };
  await using world = await openWorld({ query }, ({ query: asked }) =>
    asked.get('query')?.includes(' / ') === true ? divided : undefined,
  );
  const truth = await attempt(world, { after: [[70, { [good]: 'INFO served' }]] });
  expect(truth.value).toBe('unknown');
  expect(truth.why).toMatch(/pod=orders-1 namespace=shop has written no line/);
});

describe('queries whose streams cannot be seen say so', () => {
  test.each([
    ['sum without (pod) (count_over_time({app="orders"}[1m]))', 'an aggregation that keeps no labels'],
    [
      'sum(count_over_time({app="orders"}[1m]',
      'the query has a form of LogQL that opsdeck cannot take apart',
    ],
  ])('%s: %s', (query, hidden) => {
    expect(hiddenLogs({ query })).toBe(hidden);
  });

  test('braces in a template or a comment begin no selector', () => {
    const query = 'sum(count_over_time({app="orders"} | line_format "{{ .a }}" # {b="c"}\n [1m]))';
    expect(planLogParts(query)).toMatchObject({
      selectors: ['{app="orders"}'],
      isSum: true,
      windowMs: 60_000,
    });
  });
});
