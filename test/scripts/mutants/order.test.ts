import { describe, expect, test } from 'vitest';
import {
  type Candidate,
  candidatesFor,
  reachOf,
  secondsOf,
  stagesOf,
} from '../../../scripts/mutants/order.ts';
import type { Mutant } from '../../../scripts/mutants/sample.ts';
import type { RecordedFile, RecordedTest } from '../../support/mutants/plan.ts';

const mutant = (id: number): Mutant => ({
  id,
  file: 'src/runs/a.ts',
  line: 1,
  operator: 'equality',
  start: 0,
  end: 1,
  code: '',
  probe: { by: 'reach', start: 0, end: 1 },
});

const bits = (...ids: readonly number[]): string => {
  const bytes = Buffer.alloc(2);
  for (const id of ids) bytes[id >> 3] = (bytes[id >> 3] ?? 0) | (1 << (id & 7));
  return bytes.toString('base64');
};

const recordedTest = (
  name: string,
  cpuMs: number,
  reached: readonly number[],
  passed = true,
): RecordedTest => ({
  name,
  cpuMs,
  passed,
  reached: bits(...reached),
});

const recordedFile = (
  file: string,
  tests: readonly RecordedTest[],
  more: Partial<RecordedFile> = {},
): RecordedFile => ({ project: 'parts', file, loadMs: 10, loading: bits(), around: bits(), tests, ...more });

const namesFor = (
  id: number,
  files: readonly RecordedFile[],
  { neighbors = [], importers = [] }: { neighbors?: readonly number[]; importers?: readonly string[] } = {},
): readonly string[] =>
  candidatesFor(mutant(id), reachOf(files), neighbors.map(mutant), new Set(importers)).map(
    ({ name }) => name,
  );

describe('tests that may kill a mutant', () => {
  test('are those that reach it, the cheap and specific ones first', () => {
    const tests = [
      recordedTest('slow', 900, [9]),
      recordedTest('broad', 5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
      recordedTest('specific', 5, [9]),
      recordedTest('elsewhere', 1, [8]),
    ];
    expect(namesFor(9, [recordedFile('a.test.ts', tests)])).toEqual(['specific', 'broad', 'slow']);
  });

  test('are not those that fail without it', () => {
    const tests = [recordedTest('broken', 1, [9], false), recordedTest('works', 2, [9])];
    expect(namesFor(9, [recordedFile('a.test.ts', tests)])).toEqual(['works']);
  });

  test('are all tests of a file whose hooks reach it', () => {
    const tests = [recordedTest('one', 1, []), recordedTest('other', 2, [])];
    const files = [
      recordedFile('a.test.ts', tests, { around: bits(9) }),
      recordedFile('b.test.ts', [recordedTest('elsewhere', 1, [])]),
    ];
    expect(namesFor(9, files)).toEqual(['one', 'other']);
  });

  test('are all that import its source if loading reaches it, those near it first', () => {
    const files = [
      recordedFile('a.test.ts', [recordedTest('first to load', 1, [])], { loading: bits(9) }),
      recordedFile('b.test.ts', [recordedTest('near', 50, [4])]),
      recordedFile('c.test.ts', [recordedTest('imports nothing of it', 1, [])]),
    ];
    const importers = ['a.test.ts', 'b.test.ts'];
    expect(namesFor(9, files, { neighbors: [4], importers })).toEqual(['near', 'first to load']);
  });
});

describe('starts of the test runner', () => {
  const candidate = (name: string, cpuMs: number, file = 'a.test.ts'): Candidate => ({
    project: 'parts',
    file,
    name,
    cpuMs,
    loadMs: 100,
    breadth: 1,
  });
  const named = ({ stages, left }: ReturnType<typeof stagesOf>) => ({
    stages: stages.map((stage) => stage.map(({ name }) => name)),
    left,
  });

  test('grow: about a second of tests, six, thirty, the rest', () => {
    const tests = [600, 200, 3000, 2000, 20_000, 9000, 50_000, 40_000].map((ms, index) =>
      candidate(`t${index}`, ms),
    );
    expect(named(stagesOf(tests, 1000))).toEqual({
      stages: [
        ['t0', 't1'],
        ['t2', 't3'],
        ['t4', 't5'],
        ['t6', 't7'],
      ],
      left: 0,
    });
  });

  test('leave out what takes too long, but never the first test', () => {
    const tests = [candidate('t0', 5000), candidate('t1', 10), candidate('t2', 10)];
    expect(named(stagesOf(tests, 5.15))).toEqual({ stages: [['t0']], left: 2 });
    expect(named(stagesOf(tests, 1))).toEqual({ stages: [['t0']], left: 2 });
    expect(named(stagesOf([], 1))).toEqual({ stages: [], left: 0 });
  });

  test('are expected to take the time of their tests, and of each file once', () => {
    expect(secondsOf([candidate('t0', 200), candidate('t1', 300), candidate('t2', 300, 'b.test.ts')])).toBe(
      1,
    );
  });
});
