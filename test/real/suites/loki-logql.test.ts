import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { stripControls } from '../../../src/domain/text/controls.ts';
import type { LinePattern } from '../../../src/logs/format/filter-chip.ts';
import type { LineFilter } from '../../../src/logs/reading/tail.ts';
import { countingFilter, pushDownFilter } from '../../../src/sources/loki/logql.ts';
import { anyEntry, anyPattern, cleanLine } from '../../sources/loki/patterns.ts';
import { nowNs, push, untilFound } from '../loki/push.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const selector = '{namespace="logql"}';
const sampled = 60;
const filters = 250;

/** Entries with their number as a label. */
const entries = [...fc.sample(cleanLine, sampled), ...fc.sample(anyEntry, sampled)].filter(
  (text) => text !== '',
);

const matcherOf = ({ include, exclude }: LineFilter): ((line: string) => boolean) => {
  const tests = (patterns: readonly LinePattern[]) =>
    patterns.map((pattern) => {
      const source = pattern.regex ? pattern.text : pattern.text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      return new RegExp(source, pattern.ignoreCase ? 'i' : '');
    });
  const wantedPatterns = tests(include);
  const unwanted = tests(exclude);
  return (line) =>
    (wantedPatterns.length === 0 || wantedPatterns.some((pattern) => pattern.test(line))) &&
    !unwanted.some((pattern) => pattern.test(line));
};

/** Returns the numbers of the entries that match in Loki. */
const matchesOf = async (logql: string): Promise<ReadonlySet<number>> => {
  const query = `sum by (n) (count_over_time(${selector}${logql} [1h]))`;
  const answer = await fetch(`http://127.0.0.1:${server.port}/loki/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${logql}: ${text}`);
  const { data }: { data: { result: readonly { metric: { n: string } }[] } } = JSON.parse(text);
  return new Set(data.result.map(({ metric }) => Number(metric.n)));
};

beforeAll(async () => {
  for (const [n, text] of entries.entries())
    await push(server, { namespace: 'logql', n: `${n}` }, [[nowNs(), text]]);
  await untilFound(server, `{namespace="logql", n="${entries.length - 1}"}`);
});

const anyFilter: fc.Arbitrary<LineFilter> = fc.record({
  include: fc.array(anyPattern, { maxLength: 2 }),
  exclude: fc.array(anyPattern, { maxLength: 2 }),
});

test('Loki accepts all generated filters, and they exclude no line that the viewer would show', async () => {
  await fc.assert(
    fc.asyncProperty(anyFilter, async (filter) => {
      const { logql, left } = pushDownFilter(filter);
      const sent = await matchesOf(logql);
      for (const [n, entry] of entries.entries()) {
        const lines = entry.split('\n').map(stripControls);
        if (lines.some(matcherOf(filter))) expect(sent.has(n), JSON.stringify({ logql, entry })).toBe(true);
        const isClean = lines.length === 1 && lines[0] === entry;
        if (isClean && left.length === 0)
          expect(sent.has(n), JSON.stringify({ logql, entry })).toBe(matcherOf(filter)(entry));
      }
    }),
    { numRuns: filters },
  );
});

test('its counts of clean lines match the lines that would be shown', async () => {
  await fc.assert(
    fc.asyncProperty(anyFilter, async (filter) => {
      const logql = countingFilter(filter);
      if (logql === undefined) return;
      const counted = await matchesOf(logql);
      for (const [n, entry] of entries.entries())
        if (stripControls(entry) === entry && !entry.includes('\n'))
          expect(counted.has(n), JSON.stringify({ logql, entry })).toBe(matcherOf(filter)(entry));
    }),
    { numRuns: filters },
  );
});
