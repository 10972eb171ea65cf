import { expect, test } from 'vitest';
import { parseCsv } from '../../src/sources/kit/values/data-table.ts';

const fieldsOf = (raw: string, delimiter?: string) =>
  parseCsv(raw, delimiter).rows.map(({ fields }) => fields);

test.each([
  [
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,,b\n,\n',
    [
      ['a', '', 'b'],
      ['', ''],
    ],
  ],
  ['"a,b",c\n', [['a,b', 'c']]],
  ['"say ""hi""",x\n', [['say "hi"', 'x']]],
  [
    '"two\nlines",x\n1,2\n',
    [
      ['two\nlines', 'x'],
      ['1', '2'],
    ],
  ],
  ['"",""\n', [['', '']]],
  ['a "quoted" word,b\n', [['a "quoted" word', 'b']]],
  ['\n\na,b\n\n', [['a', 'b']]],
  ['"a"', [['a']]],
  ['x,"a"\n', [['x', 'a']]],
  ['', []],
  ['""\n', [['']]],
  ['"a"\r\n"b,c",d\r\n', [['a'], ['b,c', 'd']]],
])('%j is parsed into its records', (raw, expected) => {
  expect(fieldsOf(raw)).toEqual(expected);
});

test('with another delimiter, a comma is an ordinary character', () => {
  expect(fieldsOf('a;"b;c";1,5\n', ';')).toEqual([['a', 'b;c', '1,5']]);
});

test('records have the line number of their start, also after a multi-line record', () => {
  expect(parseCsv('a\n"x\ny\nz"\nb\n').rows.map(({ line }) => line)).toEqual([1, 2, 5]);
});

test('text after a closing quote is an error, with its line', () => {
  expect(() => parseCsv('a,b\n"x"y,2\n')).toThrow('line 2: unexpected text "y,2" after a closing quote');
});

test('an unclosed quoted field is reported with its line, and its record is omitted', () => {
  expect(parseCsv('a,b\n1,"two\nthree\n')).toEqual({
    rows: [{ line: 1, fields: ['a', 'b'] }],
    unterminatedLine: 2,
  });
});

test('control sequences are removed without swallowing a delimiter', () => {
  expect(fieldsOf('\u001b]0;a,b\nc\u0007,\u001b[31md\u001b[0m\n')).toEqual([
    ['0;a', 'b'],
    ['c', 'd'],
  ]);
});
