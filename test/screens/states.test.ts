import { expect, test } from 'vitest';
import type { FactsChange } from '../../src/store/facts.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { breaker, fault, feedInfo, frame, noon } from '../support/made-facts.ts';
import { bodyOf, cellOf, footer, marks } from './support/screen.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const feed = feedInfo('bus/breakers', 'breakers', { everyMs: 5000, staleMs: 15_000, timeoutMs: 3000 });
const seconds = (count: number): number => noon - count * 1000;

/** Circuit breakers of a source with this history. */
const breakersOf = (...changes: readonly FactsChange[]): FactsStore => {
  const store = createFactsStore(
    frame({ system: 'shop', sources: { bus: { type: 'actuator', kinds: ['breakers'] } } }),
  );
  store.apply([{ is: 'opened', feeds: [feed] }, ...changes], noon);
  return store;
};

const lookAt = async (facts: FactsStore): Promise<User> => {
  const user = await openCockpit({
    size: [80, 24],
    scene: { facts, cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
  });
  await user.press('3 z');
  return user;
};

const lost = (kind: Parameters<typeof fault>[0], message: string, times: number): readonly FactsChange[] =>
  Array.from({ length: times }, (_, index) => ({
    is: 'learned',
    feed: feed.id,
    reading: { items: [], faults: [{ ...fault(kind, message), at: seconds(30 * (times - index)) }] },
    began: seconds(30 * (times - index)),
    at: seconds(30 * (times - index)),
  }));

const seen = (
  names: readonly string[],
  time: number,
  faults: readonly ReturnType<typeof fault>[] = [],
): FactsChange => ({
  is: 'learned',
  feed: feed.id,
  reading: { items: names.map((name) => breaker(name, { at: time })), faults },
  began: time,
  at: time,
});

longTest('loading: shows the source and the timeout', async () => {
  const user = await lookAt(breakersOf({ is: 'reading', feed: feed.id, at: noon - 1200 }));
  expect(user.rowWith('Loading from')).toContain('◌ Loading from bus, 1.2s of 3s');
});

test('loading that takes longer than its limit says so, instead of more than there is', async () => {
  const user = await lookAt(breakersOf({ is: 'reading', feed: feed.id, at: noon - 10_200 }));
  expect(user.rowWith('Loading from')).toContain('◌ Loading from bus, 10.2s, past its limit of 3s');
});

test('no data yet: shows when the first poll is due', async () => {
  const user = await lookAt(
    breakersOf({ is: 'waiting', feed: feed.id, until: noon + 8000, backingOff: false }),
  );
  expect(user.rowWith('◇')).toContain('◇ No data yet, first poll due in 8s');
});

test('source down: shows the error, the attempts, the duration and the key to refresh', async () => {
  const user = await lookAt(
    breakersOf(...lost('unreachable', 'GET http://10.0.0.7:8081: connection refused', 8)),
  );
  expect(user.rowWith('⊗').trimEnd()).toBe(
    ' ⊗ Failed: bus: connection refused, 8 times in 4m (GET http://10… · r refresh',
  );
});

test('denied: shows the missing permission', async () => {
  const user = await lookAt(breakersOf(...lost('denied', 'GET /circuitbreakers: 403', 1)));
  expect(user.rowWith('⊘')).toContain('⊘ Denied: bus: GET /circuitbreakers: 403');
});

longTest('empty is shown only after a response', async () => {
  const user = await lookAt(breakersOf(seen([], seconds(2))));
  expect(user.rowWith('∅')).toContain('∅ No circuit breakers (checked 2s ago)');
});

test('not configured: no source provides the kind', async () => {
  const user = await lookAt(createFactsStore(frame({ sources: {} })));
  expect(user.rowWith('○')).toContain('○ Not configured: no source provides circuit breakers');
});

longTest('not configured: names the reference without a value', async () => {
  const problem = fault('unconfigured', 'sources.bus needs ${env:BUS_TOKEN} (production.yaml:9:5)');
  const sources = { bus: { type: 'actuator', kinds: ['breakers'] as const, problem } };
  const user = await lookAt(createFactsStore(frame({ sources })));
  expect(user.rowWith('○')).toContain(
    '○ Not configured: sources.bus needs ${env:BUS_TOKEN} (production.yaml:9:5)',
  );
});

longTest('stale: keeps old rows, marked, with their age and the next poll', async () => {
  const user = await lookAt(
    breakersOf(seen(['psp'], seconds(207)), ...lost('timeout', 'no answer in 3s', 3), {
      is: 'waiting',
      feed: feed.id,
      until: noon + 12_000,
      backingOff: true,
    }),
  );
  expect(cellOf(user.rows(), 'Circuit breakers', 'psp', 'Circuit breakers')).toBe('~ CLOSED');
  expect(cellOf(user.rows(), 'Circuit breakers', 'psp', 'SINCE')).toBe('≥3m27s');
  expect(bodyOf(user.rows(), 'Circuit breakers').slice(1)).toEqual([
    ' ⊗ Failed: bus: no answer in 3s, 3 times in 1m30s · r refresh',
    ' ~ Stale: bus last read 3m27s ago (every 5s) · retry in 12s',
    ' bus-0 · psp · bus, 3m27s ago',
  ]);
  expect(user.rows()[1]).toMatch(/^▌ \? Nothing is known – source bus not answering in time.*\? 1 unknown/);
});

test('partial data: shows the rows and the failed reads', async () => {
  const user = await lookAt(
    breakersOf(seen(['psp', 'stock'], seconds(1), [fault('timeout', 'bus-1: no answer in 3s')])),
  );
  expect(marks(bodyOf(user.rows(), 'Circuit breakers').slice(0, 3))).toEqual(['●', '●', '⊗']);
  expect(bodyOf(user.rows(), 'Circuit breakers').slice(2)).toEqual([
    ' ⊗ Failed: bus-1: no answer in 3s · r refresh',
    ' bus-0 · psp · bus, 1s ago',
  ]);
  expect(user.rows()[1]).toMatch(
    /^▌ \? Some states are unknown – source bus not answering in….*≥1s {2}\? 1 unknown/,
  );
});

longTest('filtered: no matches, and esc clears the filter', async () => {
  const user = await openCockpit({ size: [80, 24], scene: shop() });
  await user.press('3 z /');
  await user.type('bills');
  expect(user.rowWith('∅')).toContain('∅ 0 of 6 match /bills/ · esc clear');
  await user.press('esc');
  expect(user.rowWith('✗ OPEN')).toContain('billing-0');
});

test('the first frame before an environment is open says so', async () => {
  const user = await openCockpit({ size: [80, 24] });
  expect(user.rows()[0]).toMatch(/^ opsdeck .* 10:15:07 $/);
  expect(
    user
      .rows()
      .slice(1, -1)
      .map((row) => row.trim())
      .filter((row) => row !== ''),
  ).toEqual(['overview', 'opening']);
  expect(footer(user.rows())).toEqual(
    ': command  s share                                              ? help  q quit',
  );
});

test('a profile with errors: shows every line, and that nothing was contacted', async () => {
  const refused = [
    'production.yaml:14:12: sources.prom.every "15" needs a unit. Write 15s',
    'production.yaml:31:40: error.rate crit ">>5" is not a limit. Write ">5"',
  ];
  const user = await openCockpit({ size: [80, 24], scene: { cockpit: { profileErrors: refused } } });
  const lines = user
    .rows()
    .slice(1)
    .map((row) => row.trim())
    .filter((row) => row !== '');
  expect(lines).toEqual([
    'PROFILE  has 2 errors, nothing was contacted',
    'production.yaml:14:12: sources.prom.every "15" needs a unit. Write 15s',
    'production.yaml:31:40: error.rate crit ">>5" is not a limit. Write ">5"',
    'r reload · q quit',
    ': command  r reload                                             ? help  q quit',
  ]);
  await user.press('j enter r');
  expect(user.given).toEqual([['askNow']]);
});

test('a profile with errors and warnings counts both', async () => {
  const profileErrors = [
    'base.yaml:263:110: unknown key "lineCount". Valid: json, path',
    'base.yaml:20:12: warning: ${env:KEY} has no value: source aws is disabled. Set the environment variable KEY',
    'base.yaml:21:15: warning: ${env:URL} has no value: source aws is disabled. Set the environment variable URL',
  ];
  const user = await openCockpit({ size: [80, 24], scene: { cockpit: { profileErrors } } });
  expect(user.rowWith('PROFILE')).toContain('has 1 error, 2 warnings, nothing was contacted');
});

const refused = Array.from(
  { length: 12 },
  (_, index) =>
    `profiles/shop/production.yaml:${14 + index}:12: sources.prom-${index}.every "15" needs a unit. Write 15s, 1m30s or any other duration of #${index}`,
);

/** The errors that the screen shows in full. */
const wholeErrors = (rows: readonly string[]): readonly number[] => {
  const text = rows
    .map((row) => row.trim())
    .filter((row) => row !== '')
    .join(' ');
  return refused.flatMap((part, index) => (text.includes(part) ? [index] : []));
};

test('diagnostics longer than the screen are complete, and hidden ones are counted', async () => {
  const user = await openCockpit({ size: [80, 24], scene: { cockpit: { profileErrors: refused } } });
  const lines = user
    .rows()
    .map((row) => row.trim())
    .filter((row) => row !== '');
  expect(wholeErrors(user.rows())).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(lines).toContain('4 more · j, k scroll · opsdeck validate lists all');
  expect(lines.at(-2)).toBe('r reload · q quit');
});

test('where nothing was found, the hidden places are listed by the command that looks for them', async () => {
  const cockpit = { profileErrors: refused, isNothingHere: true } as const;
  const user = await openCockpit({ size: [80, 24], scene: { cockpit } });
  expect(user.rowWith('j, k scroll')).toContain('opsdeck check --env here lists all');
});

test('errors of a profile scroll to the last one and back, by line, by half a page and by wheel', async () => {
  const user = await openCockpit({ size: [80, 24], scene: { cockpit: { profileErrors: refused } } });
  await user.press('j');
  expect(wholeErrors(user.rows())).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(user.rowWith('j, k scroll')).toContain('1 above · 4 more');
  await user.press('G');
  expect(wholeErrors(user.rows())).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  expect(user.rowWith('j, k scroll')).toMatch(/^ *4 above · j, k scroll/);
  await user.press('j g');
  expect(wholeErrors(user.rows())[0]).toBe(0);
  await user.press('ctrl-d');
  expect(user.rowWith('j, k scroll')).toMatch(/above/);
  await user.press('ctrl-u');
  expect(wholeErrors(user.rows())[0]).toBe(0);
  await user.together('\u001b[<65;5;5M');
  expect(user.rowWith('j, k scroll')).toContain('1 above');
});

test.each(
  sampled(
    [
      [80, 12],
      [60, 10],
      [40, 6],
      [80, 4],
    ] as const,
    everyNth(2),
  ),
)('on a screen of %i×%i every line of the errors can be read', async (columns, rows) => {
  const user = await openCockpit({ size: [columns, rows], scene: { cockpit: { profileErrors: refused } } });
  const seen = new Set<string>();
  for (let line = 0; line < 80; line++) {
    for (const word of user.rows().join(' ').split(/\s+/)) seen.add(word);
    await user.press('j');
  }
  for (const [index] of refused.entries()) {
    expect(seen).toContain(`profiles/shop/production.yaml:${14 + index}:12:`);
    expect(seen).toContain(`#${index}`);
  }
});

test('errors that fit the screen cannot be scrolled', async () => {
  const user = await openCockpit({
    size: [80, 24],
    scene: { cockpit: { profileErrors: refused.slice(0, 2) } },
  });
  await user.press('j');
  expect(user.rows().join('\n')).toContain('the whole text is already visible');
  expect(wholeErrors(user.rows())).toEqual([0, 1]);
});

longTest('too small a terminal shows a list, and the overview when it is enlarged', async () => {
  const user = await openCockpit({ size: [72, 20], scene: shop() });
  expect(user.rows()[2]).toMatch(/^▌W Problems/);
  await user.resize(80, 24);
  expect(user.rowWith('Health')).toContain('▌1 Health');
});
