import { expect, test } from 'vitest';
import { joinSeries } from '../../../src/expressions/calc/evaluate.ts';

type Labels = Readonly<Record<string, string>>;

/** Parses 'pod=x zone=eu' into labels; '' has none. */
const parseLabels = (text: string): { readonly labels: Labels } => ({
  labels: Object.fromEntries(
    text
      .split(' ')
      .filter((part) => part !== '')
      .map((part) => part.split('=')),
  ),
});

const joined = (operands: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  joinSeries(new Map(Object.entries(operands).map(([name, series]) => [name, series.map(parseLabels)]))).map(
    ({ labels, of }) => {
      const text = (from: Labels) =>
        Object.entries(from)
          .map((pair) => pair.join('='))
          .join(' ');
      return `{${text(labels)}} ${[...of]
        .map(([name, one]) => `${name}{${text(one.labels)}}`)
        .toSorted()
        .join(' ')}`;
    },
  );

test.each([
  ['two single series', { a: [''], b: [''] }, ['{} a{} b{}']],
  [
    'keeps labels that are equal on both sides',
    { a: ['pod=x zone=eu'], b: ['pod=x zone=us'] },
    ['{pod=x} a{pod=x zone=eu} b{pod=x zone=us}'],
  ],
  ['keeps the labels of the labeled side', { a: ['pod=x'], b: [''] }, ['{pod=x} a{pod=x} b{}']],
  [
    'equal labels in any order',
    { a: ['pod=x zone=eu', 'pod=y zone=eu'], b: ['zone=eu pod=y', 'zone=eu pod=x'] },
    [
      '{pod=x zone=eu} a{pod=x zone=eu} b{zone=eu pod=x}',
      '{pod=y zone=eu} a{pod=y zone=eu} b{zone=eu pod=y}',
    ],
  ],
  [
    'a single series joins with all',
    { a: ['pod=x', 'pod=y'], b: [''] },
    ['{pod=x} a{pod=x} b{}', '{pod=y} a{pod=y} b{}'],
  ],
  [
    'a single series with other label names joins with all',
    { a: ['pod=x', 'pod=y'], b: ['job=all'] },
    ['{pod=x} a{pod=x} b{job=all}', '{pod=y} a{pod=y} b{job=all}'],
  ],
  [
    'several series join with equal labels only',
    { a: ['pod=x', 'pod=y'], b: ['pod=x'] },
    ['{pod=x} a{pod=x} b{pod=x}', '{pod=y} a{pod=y}'],
  ],
  [
    'keeps unmatched series of both sides',
    { a: ['pod=x', 'pod=y'], b: ['pod=y', 'pod=z'] },
    ['{pod=x} a{pod=x}', '{pod=y} a{pod=y} b{pod=y}', '{pod=z} b{pod=z}'],
  ],
  ['a number alone', {}, ['{} ']],
] as const)('%s', (_, operands, expected) => {
  expect(joined(operands)).toEqual(expected);
});
