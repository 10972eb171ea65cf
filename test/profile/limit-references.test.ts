// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { expect, test } from 'vitest';
import { finish, head, saidOf } from './support/loading.ts';

const source = 'sources:\n  api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] }\n';
const read = 'source: api, read: { latency: api }';
const limited = `${head}${source}vars: { most: 800 }
signals:
  - { id: api.ms, ${read}, unit: ms, warn: ">=500", crit: ">\${most}" }
  - { id: api.low, ${read}, crit: "<3" }
`;
const runbook = (more: string): string =>
  `${limited}runbooks:\n  - id: slow\n    ${more}\n    act: [{ title: Wait, manual: true }]\n    verify: none\n`;

const whenOf = async (when: string, sets?: Readonly<Record<string, string>>) => {
  const { profile } = await finish(
    runbook(`title: Slow\n    when: '${when}'`),
    sets === undefined ? {} : { sets },
  );
  return profile.runbooks[0]?.when;
};

test('an expression refers to the limit of a signal: without a level to its lowest one', async () => {
  expect(await whenOf('api.ms >= limit(api.ms)')).toBe('api.ms >= 500');
  expect(await whenOf('api.ms > limit( api.ms , crit ) for 10s')).toBe('api.ms > 800 for 10s');
  expect(await whenOf('api.low < limit(api.low) or api.ms > ${limit.api.ms.warn}')).toBe(
    'api.low < 3 or api.ms > 500',
  );
});

test('a changed limit changes every place that refers to it', async () => {
  expect(await whenOf('api.ms > limit(api.ms, crit)', { most: '900' })).toBe('api.ms > 900');
});

test('texts and limits of kinds refer to the limit of a signal', async () => {
  const { profile } = await finish(
    `${runbook("title: 'Slower than ${limit.api.ms.warn} ms'\n    symptoms: ['above ${limit.api.ms.crit} ms']")}limits: { health: { warn: ">=\${limit.api.ms.warn}" } }\n`,
  );
  expect(profile.runbooks[0]).toMatchObject({ title: 'Slower than 500 ms', symptoms: ['above 800 ms'] });
  expect(profile.limits).toEqual({ health: { warn: '>=500' } });
});

test('a number of a limit is grouped in a text, and nowhere else', async () => {
  const text = `${runbook("title: 'Slower than ${limit.api.ms.crit} ms'\n    when: 'api.ms > ${limit.api.ms.crit}'")}limits: { health: { warn: ">=\${limit.api.ms.crit}" } }\n`;
  const { profile } = await finish(text, { sets: { most: '12000' } });
  expect(profile.runbooks[0]).toMatchObject({ title: 'Slower than 12,000 ms', when: 'api.ms > 12000' });
  expect(profile.limits).toEqual({ health: { warn: '>=12000' } });
});

test('a reference to a limit that does not exist is an error at its place', async () => {
  expect(await saidOf(runbook('title: Slow\n    when: api.mss > limit(api.mss)'))).toContain(
    'p/dev.yaml:14:11: limit(api.mss): no signal is called "api.mss". Did you mean "api.ms"?',
  );
  expect(await saidOf(runbook("title: '${limit.api.low.warn}'"))).toContain(
    'p/dev.yaml:13:12: ${limit.api.low.warn}: signal api.low has no such limit. Add warn or crit to the signal, or name a limit that the signal has',
  );
});

test('limits that refer to each other in a cycle are an error', async () => {
  const text = `${head}${source}signals:\n  - { id: a, ${read}, warn: ">\${limit.b.warn}" }\n  - { id: b, ${read}, warn: ">\${limit.a.warn}" }\n`;
  expect(await saidOf(text)).toContainEqual(
    expect.stringContaining('limit.a.warn → limit.b.warn → limit.a.warn'),
  );
});

test('--set names a var, never a limit', async () => {
  expect(await saidOf(limited, { sets: { 'limit.api.ms.warn': '1' } })).toContainEqual(
    expect.stringContaining('no var is called "limit.api.ms.warn"'),
  );
});

const repeats: readonly (readonly [what: string, more: string, said: string])[] = [
  [
    'an expression',
    'title: Slow\n    when: api.ms >= 500',
    '14:11: note: when: 500 repeats the limit warn of api.ms. Write limit(api.ms)',
  ],
  [
    'its value through a var',
    'title: Slow\n    when: api.ms > 800',
    '14:11: note: when: 800 repeats the limit crit of api.ms. Write limit(api.ms, crit)',
  ],
  [
    'a title',
    'title: Slower than 500 ms\n    when: api.ms >= warn',
    '13:12: note: title: 500 repeats the limit warn of api.ms. Write ${limit.api.ms.warn}',
  ],
  [
    'a symptom',
    'title: Slow\n    symptoms: [above 800 ms]\n    when: api.ms >= crit',
    '14:16: note: symptoms: 800 repeats the limit crit of api.ms. Write ${limit.api.ms.crit}',
  ],
];

test.each(repeats)('validate names %s that repeats the number of a limit', async (_, more, said) => {
  expect(await saidOf(runbook(more))).toEqual([`p/dev.yaml:${said}`]);
});

test.each([
  'api.ms >= limit(api.ms)',
  'api.ms >= warn',
  'api.ms >= 501',
  'api.ms > ${most}',
  'api.ms > 5000',
  'api.low < 30',
])('%s repeats no limit', async (when) => {
  expect(await saidOf(runbook(`title: Slow\n    when: '${when}'`))).toEqual([]);
});
