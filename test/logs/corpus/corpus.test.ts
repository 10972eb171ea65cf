import { describe, expect, test } from 'vitest';
import { measureCorpus, type Part, sumOf } from './measure.ts';
import { corpusLines, corpusStreams } from './read-corpus.ts';

const lines = corpusLines();
const streams = corpusStreams();
const all = sumOf(measureCorpus(lines, streams));

const share = (part: Part): number => all.right[part] / all.total[part];

/** Explains a failure: the values that are not right. */
const wrong = (part: Part): readonly string[] =>
  all.differences
    .filter((difference) => difference.part === part)
    .map(({ layout, text, expected, actual }) => `${layout}: ${text}: ${actual}, not ${expected}`);

describe('the corpus', () => {
  test('has lines and streams of many layouts', () => {
    const layouts = new Set(lines.map(({ layout }) => layout));
    expect(lines.length).toBeGreaterThanOrEqual(400);
    expect(layouts.size).toBeGreaterThanOrEqual(250);
    expect(streams.length).toBeGreaterThanOrEqual(45);
  });

  test.each([
    ['level', 0.99],
    ['time', 0.99],
    ['message', 0.92],
    ['logger', 0.92],
    ['folding', 0.97],
  ] as const)('%s: the share that is right', (part, least) => {
    expect(share(part), wrong(part).join('\n')).toBeGreaterThanOrEqual(least);
  });
});

describe('the measure', () => {
  const line = { family: 'x', layout: 'y', text: 'ERROR failed', time: undefined, logger: undefined };

  test('counts a wrong level and a wrong message', () => {
    const [score] = measureCorpus([{ ...line, level: 'warn', message: 'other' }], []);
    expect(score).toMatchObject({
      right: { level: 0, time: 1, message: 0, logger: 0, folding: 0 },
      total: { level: 1, time: 1, message: 1, logger: 0, folding: 0 },
    });
    expect(score?.differences.map(({ part, actual }) => `${part} ${actual}`)).toEqual([
      'level error',
      'message failed',
    ]);
  });

  test('counts a line that is folded into another record', () => {
    const head = { text: '2026-03-04 10:15:07 ERROR failed', isContinuation: false, level: 'error' };
    const below = { text: '  at a.b(c.java:1)', isContinuation: false, level: undefined };
    const [score] = measureCorpus([], [{ family: 'x', layout: 'y', lines: [head, below] }]);
    expect(score?.right.folding).toBe(1);
    expect(score?.total.folding).toBe(2);
  });
});
