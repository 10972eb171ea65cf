import { describe, expect, test } from 'vitest';
import { countsIn } from '../real/runner/counts.ts';
import { optionsOf } from '../real/runner/options.ts';
import type { Fate, Report } from '../real/runner/report.ts';
import { totalOf } from '../real/runner/report.ts';
import { suitesIn } from '../real/runner/suites.ts';
import { tableText } from '../real/runner/table.ts';

const report = (fate: Fate): Report => ({ name: 'prometheus', version: '2.42.0', tier: 'fast', fate });
const suite = (passed: number, failed: number) => ({ name: 'contract', passed, failed });
const why = 'apt-get update failed';

describe('server results', () => {
  const fates: readonly (readonly [Fate, string, number, number])[] = [
    [{ is: 'tested', readyMs: 60, suites: [suite(14, 0)] }, '60 ms   1/0     14/0', 14, 0],
    [{ is: 'tested', readyMs: 60, suites: [suite(13, 1)] }, '60 ms   0/1     13/1', 13, 1],
    [{ is: 'used', readyMs: 60 }, '60 ms, for others', 0, 0],
    [{ is: 'skipped', why: 'it is not installed', failure: false }, 'skipped: because it is not', 0, 0],
    [{ is: 'skipped', why, failure: true }, `skipped: because ${why}`, 0, 1],
    [{ is: 'broken', why: 'it exited' }, 'DID NOT START: it exited', 0, 1],
    [{ is: 'not-run', why: 'timed out' }, 'NOT RUN: timed out', 0, 1],
    [{ is: 'installed' }, 'installed', 0, 0],
    [{ is: 'other-tier' }, 'not in this tier', 0, 0],
  ];
  test.each(fates)('%o', (fate, words, passed, failed) => {
    const lines = tableText([report(fate)]).split('\n');
    expect(lines[1]?.replace(/ {3,}/g, '   ')).toContain(words.replace(/ {3,}/g, '   '));
    expect(lines.at(-1)).toBe(`${passed} passed, ${failed} failed`);
  });

  test('the output of a failed start is repeated at the end, where a truncated log remains', () => {
    const fate: Fate = {
      is: 'broken',
      why: 'cannot format the storage',
      output: ['expected one argument'],
    };
    expect(tableText([report(fate)])).toContain('\nprometheus: expected one argument\n');
  });

  test('several results are summed', () => {
    const tested = report({ is: 'tested', readyMs: 1, suites: [suite(3, 1), suite(4, 0)] });
    expect(totalOf([tested, report({ is: 'broken', why })])).toEqual({ passed: 7, failed: 2 });
  });
});

describe('Vitest reports', () => {
  const file = (...tests: readonly (readonly [string, string])[]) => ({
    name: 'contract.test.ts',
    status: 'passed',
    assertionResults: tests.map(([of, status]) => ({ ancestorTitles: [of, 'inner'], status })),
  });
  const counts = (green: boolean, ...testResults: readonly object[]) =>
    countsIn(JSON.stringify({ testResults }), green);

  test('are counted per suite; a skipped test does not count as passed', () => {
    const testResults = file(['a', 'passed'], ['a', 'failed'], ['b', 'passed'], ['b', 'skipped']);
    expect(counts(false, testResults)).toEqual([
      { name: 'a', passed: 1, failed: 1 },
      { name: 'b', passed: 1, failed: 1 },
    ]);
  });

  test.each([
    ['a file that failed to load', counts(false, file(['a', 'passed']), file())],
    ['a run that failed although every test passed', counts(false, file(['a', 'passed']))],
  ])('%s is a failure', (_, suites) => {
    expect(suites.map(({ passed, failed }) => [passed, failed])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test.each(['{}', '{"testResults":[]}'])(
    'an empty report (%s) is a failure, even of a successful run',
    (text) => {
      expect(countsIn(text, true)).toEqual([{ name: 'no test ran', passed: 0, failed: 1 }]);
    },
  );
});

test('rounds of faults: in tier all, or alone with --chaos', () => {
  const chaos = { rounds: '100', seed: '1' };
  expect(suitesIn('fast', 'prometheus', undefined)).toContain('promql');
  expect(suitesIn('fast', 'prometheus', undefined)).not.toContain('chaos');
  expect(suitesIn('all', 'prometheus', undefined)).toContain('chaos');
  expect(suitesIn('fast', 'prometheus', chaos)).toEqual(['chaos']);
  expect(suitesIn('all', 'node-release', chaos)).toEqual([]);
});

test('the command line: a tier, servers by name, and usage errors', () => {
  const names = ['prometheus', 'alertmanager'];
  expect(optionsOf([], names)).toMatchObject({ tier: 'fast', provision: false, only: [] });
  expect(optionsOf(['--tier', 'all', '--provision', '--only', 'prometheus'], names)).toMatchObject({
    tier: 'all',
    provision: true,
    only: ['prometheus'],
  });
  expect(optionsOf(['--record', '--only', 'postgres'], ['postgres'])).toMatchObject({
    record: true,
    tier: 'all',
  });
  expect(optionsOf(['--record', '--tier', 'fast'], names)).toMatchObject({ record: true, tier: 'fast' });
  expect(optionsOf(['--record', '--only', 'prometheus'], names)).toMatch(
    /^no recordings of prometheus; --record knows postgres/,
  );
  expect(optionsOf(['--chaos', '100', '--seed', '7'], names)).toMatchObject({
    tier: 'fast',
    chaos: { rounds: '100', seed: '7' },
  });
  expect(optionsOf(['--provision', '--install-only'], names)).toMatchObject({ installOnly: true });
  expect(optionsOf(['--install-only'], names)).toBe('--install-only needs --provision');
  expect(optionsOf(['--provision', '--install-only', '--chaos', '5'], names)).toMatch(/starts no server/);
  expect(optionsOf(['--chaos', 'many'], names)).toBe('--chaos takes a whole number from 1 on, not "many"');
  expect(optionsOf(['--tier', 'slow'], names)).toBe('unknown tier "slow"');
  expect(optionsOf(['--only', 'redis'], names)).toBe('unknown server "redis"');
  expect(optionsOf(['--frobnicate'], names)).toMatch(/Unknown option/);
});
