import { describe, expect, test } from 'vitest';
import { scanPage, scanPageInTurns } from '../../../../src/sources/promtext/scan/scan.ts';
import { longTest } from '../../../support/layer.ts';
import { flawsOf, seriesOf } from './plain.ts';

/** The example of the text format specification, 0.0.4. */
const specified = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045

# A histogram, which has a pretty complex representation in the text format:
# HELP http_request_duration_seconds A histogram of the request duration.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320

# Finally a summary, which has a complex representation, too:
# HELP rpc_duration_seconds A summary of the RPC duration in seconds.
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.01"} 3102
rpc_duration_seconds{quantile="0.99"} 76656
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
`;

test('the example of the specification', () => {
  const page = scanPage(specified);
  expect(flawsOf(page)).toEqual([]);
  expect(page.sampleCount).toBe(13);
  expect(seriesOf(page)).toEqual([
    {
      name: 'http_requests_total',
      labels: { method: 'post', code: '200' },
      value: 1027,
      stampMs: 1395066363000,
    },
    {
      name: 'http_requests_total',
      labels: { method: 'post', code: '400' },
      value: 3,
      stampMs: 1395066363000,
    },
    {
      name: 'msdos_file_access_time_seconds',
      labels: { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"' },
      value: 1458255915,
    },
    { name: 'metric_without_timestamp_and_labels', labels: {}, value: 12.47 },
    {
      name: 'something_weird',
      labels: { problem: 'division by zero' },
      value: Number.POSITIVE_INFINITY,
      stampMs: -3982045,
    },
    { name: 'http_request_duration_seconds_bucket', labels: { le: '0.05' }, value: 24054 },
    { name: 'http_request_duration_seconds_bucket', labels: { le: '+Inf' }, value: 144320 },
    { name: 'http_request_duration_seconds_sum', labels: {}, value: 53423 },
    { name: 'http_request_duration_seconds_count', labels: {}, value: 144320 },
    { name: 'rpc_duration_seconds', labels: { quantile: '0.01' }, value: 3102 },
    { name: 'rpc_duration_seconds', labels: { quantile: '0.99' }, value: 76656 },
    { name: 'rpc_duration_seconds_sum', labels: {}, value: 17560473 },
    { name: 'rpc_duration_seconds_count', labels: {}, value: 2693 },
  ]);
  expect([...page.families.values()].map(({ name, type, help }) => [name, type, help])).toEqual([
    ['http_requests_total', 'counter', 'The total number of HTTP requests.'],
    ['http_request_duration_seconds', 'histogram', 'A histogram of the request duration.'],
    ['rpc_duration_seconds', 'summary', 'A summary of the RPC duration in seconds.'],
  ]);
  expect(page.series.map(({ line }) => line).slice(0, 3)).toEqual([3, 4, 7]);
});

describe('a line', () => {
  test.each([
    [
      'spaces and tabs anywhere',
      ' \t a \t { \t b \t = \t "c" \t , \t } \t 1 \t 2 \t ',
      { name: 'a', labels: { b: 'c' }, value: 1, stampMs: 2 },
    ],
    ['no space after the labels', 'a{b="c"}1', { name: 'a', labels: { b: 'c' }, value: 1 }],
    ['empty labels', 'a{} 1', { name: 'a', labels: {}, value: 1 }],
    ['a comma after the last label', 'a{b="c",} 1', { name: 'a', labels: { b: 'c' }, value: 1 }],
    ['an empty label value', 'a{b=""} 1', { name: 'a', labels: { b: '' }, value: 1 }],
    [
      'a closing brace in a label value',
      'a{b="} 1 # {"} 2',
      { name: 'a', labels: { b: '} 1 # {' }, value: 2 },
    ],
    [
      'a backslash before an ordinary character',
      'a{b="\\d+"} 1',
      { name: 'a', labels: { b: '\\d+' }, value: 1 },
    ],
    ['UTF-8 in a label', 'a{b="日本 ✓"} 1', { name: 'a', labels: { b: '日本 ✓' }, value: 1 }],
    ['colons in its name', ':a:b:rate5m 1', { name: ':a:b:rate5m', labels: {}, value: 1 }],
    ['a quoted name', '{"my.metric"} 1', { name: 'my.metric', labels: {}, value: 1 }],
    [
      'a quoted name with labels',
      '{"my.metric", "label.name"="v", b="c"} 1 5',
      { name: 'my.metric', labels: { 'label.name': 'v', b: 'c' }, value: 1, stampMs: 5 },
    ],
    ['a quoted name with escapes', '{"a \\"b\\" \\\\ \\n"} 1', { name: 'a "b" \\ \n', labels: {}, value: 1 }],
    ['a quoted label of an unquoted name', 'a{"b.c"="d"} 1', { name: 'a', labels: { 'b.c': 'd' }, value: 1 }],
    [
      'a label named like an Object.prototype property',
      'a{__proto__="x",constructor="y"} 1',
      {
        name: 'a',
        labels: Object.fromEntries([
          ['__proto__', 'x'],
          ['constructor', 'y'],
        ]),
        value: 1,
      },
    ],
  ])('may have %s', (_, line, expected) => {
    const page = scanPage(`${line}\n`);
    expect(flawsOf(page)).toEqual([]);
    expect(seriesOf(page)).toEqual([expected]);
  });

  test.each([
    ['hello world', 'value is not a number: world'],
    ['<html>', 'the line is not a sample: a metric name cannot begin like this'],
    ['{"status":"UP"}', 'a comma is missing between two labels'],
    ['{"status"="UP"} 1', 'the line has no metric name'],
    ['a', 'the line is not a sample: a metric name cannot begin like this'],
    ['a ', 'missing value'],
    ['a 1x', 'value is not a number: 1x'],
    ['a 1 2.5', 'invalid timestamp: 2.5'],
    ['a 1 soon', 'timestamp is not a number: soon'],
    ['a 1 2 3', 'there is unexpected text after the value'],
    ['9a 1', 'the line is not a sample: a metric name cannot begin like this'],
    ['a-b 1', 'the line is not a sample: a metric name cannot begin like this'],
    ['a{b="c" 1', 'a comma is missing between two labels'],
    ['a{b="c"', 'the labels are not closed with }'],
    ['a{b="c', 'unterminated quote'],
    ['a{b="c\\"} 1', 'unterminated quote'],
    ['a{b=c} 1', 'the value of label b is not quoted'],
    ['a{b} 1', 'label b has no value'],
    ['a{="c"} 1', 'a label has no name'],
    ['a{,} 1', 'a label has no name'],
    ['a{b="c",,d="e"} 1', 'a label has no name'],
    ['a{b="c" d="e"} 1', 'a comma is missing between two labels'],
    ['a{b:c="d"} 1', 'label b has no value'],
    ['a{b="c",b="d"} 1', 'duplicate label b'],
    ['a{__name__="b"} 1', '__name__ is not allowed as a label name'],
    ['a{"b"} 1', 'two metric names, a and b'],
    ['{"a","b"} 1', 'the metric name stands twice, before and inside { }'],
    ['{"a"', 'the labels are not closed with }'],
    ['# TYPE a thing', 'unknown TYPE of a: thing'],
    ['# TYPE', 'TYPE has no metric name'],
    ['# HELP "a', 'unterminated quote'],
  ])('%s is a flaw, and the lines around it are read', (line, what) => {
    const page = scanPage(`before{x="1"} 1\n${line}\nbefore{x="2"} 2\n`);
    expect(flawsOf(page)).toEqual([`2: ${what}`]);
    expect(seriesOf(page)).toEqual([
      { name: 'before', labels: { x: '1' }, value: 1 },
      { name: 'before', labels: { x: '2' }, value: 2 },
    ]);
  });
});

test.each([['# anything at all'], ['#'], ['#HELPLESS'], ['# HELPS a b'], ['# EOF'], [''], [' \t ']])(
  '"%s" is ignored and is not a flaw',
  (line) => {
    const page = scanPage(`${line}\na 1\n`);
    expect([page.sampleCount, page.flawCount, page.families.size]).toEqual([1, 0, 0]);
  },
);

test('descriptions: spaces, escapes, quoted names, units, and no text at all', () => {
  const { families } = scanPage(
    '#   HELP \t a  two\\\\ lines\\n and \\"quotes\\" \n# TYPE "b.c" gauge \n# HELP "b.c" d\n#TYPE e counter\n# UNIT e seconds\n# HELP f\n# HELP g \n',
  );
  expect([...families.values()]).toEqual([
    { name: 'a', help: 'two\\ lines\n and \\"quotes\\" ', type: undefined, unit: undefined },
    { name: 'b.c', help: 'd', type: 'gauge', unit: undefined },
    { name: 'e', help: undefined, type: 'counter', unit: 'seconds' },
    { name: 'f', help: '', type: undefined, unit: undefined },
    { name: 'g', help: '', type: undefined, unit: undefined },
  ]);
});

test('families with a common prefix are distinguished', () => {
  const names = ['a', 'ab', '"a  "', '"a  b"', '"a"', 'a'];
  const { families, flaws } = scanPage(
    names.map((name, index) => `# HELP ${name} ${index}\n# TYPE ${name} gauge\n`).join(''),
  );
  expect([...families.values()].map(({ name, help, type }) => [name, help, type])).toEqual([
    ['a', '5', 'gauge'],
    ['ab', '1', 'gauge'],
    ['a  ', '2', 'gauge'],
    ['a  b', '3', 'gauge'],
  ]);
  expect(flaws.map(({ line }) => line)).toEqual([9, 10, 11, 12]);
});

test.each([
  'counter',
  'gauge',
  'histogram',
  'summary',
  'untyped',
  'unknown',
  'info',
  'stateset',
  'gaugehistogram',
])('a family may be a %s', (type) => {
  expect(scanPage(`# TYPE a ${type}\n`).families.get('a')?.type).toBe(type);
});

test('a repeated description is reported, and the last one counts', () => {
  const page = scanPage(
    '# TYPE a gauge\n# HELP a one\na 1\n# TYPE b gauge\n# TYPE a counter\n# HELP a two\n',
  );
  expect(flawsOf(page)).toEqual([
    '5: duplicate TYPE of a. The last one is used',
    '6: duplicate HELP of a. The last one is used',
  ]);
  expect(page.families.get('a')).toMatchObject({ type: 'counter', help: 'two' });
});

test('a last line without a line feed was truncated, and is ignored', () => {
  for (const last of ['a{b="c"} 1', 'a{b="c"} 12', 'a{b=', '# TYPE a gauge', '# HELP a cut of', 'a']) {
    const page = scanPage(`first 1\n${last}`);
    expect(flawsOf(page), last).toEqual(['2: the last line has no line end: the page may be truncated']);
    expect([page.sampleCount, page.families.size]).toEqual([1, 0]);
  }
});

test('the first five flaws are reported, and all are counted', () => {
  const page = scanPage(`good 1\n${'junk\n'.repeat(12)}good_too 1\n`);
  expect(page.flaws.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
  expect([page.flawCount, page.sampleCount]).toEqual([12, 2]);
});

test('the prefix shared with the previous line is not overestimated', () => {
  const lines = [
    'a{b="1",c="2"} 1',
    'a{b="1",c="23"} 2',
    'a{b="1"} 3',
    'ab{b="1",c="2"} 4',
    'a{b="1",c="2",d="3"} 5',
    'a{b="1\\"",c="2"} 6',
    'a{b="1\\"",c="2"} 7',
    'a{b="1\\\\",c="2"} 8',
    '{"a","b"="1",c="2"} 9',
    '{"a","b"="1",c="3"} 10',
    'a{b="1",b="1"} 11',
    'a{b="1",b="2"} 12',
    'a{b="1" 13',
    'a{b="1"} 14',
    'a 15',
    'a 16',
    'a{b="1"} 17',
    'a              18',
    'a              {c="2"} 19',
    'a{b="1",c="2"} 20',
    'a{b="1",c="3"} x',
    'a{b="1",c="3",d="4"} 22',
  ];
  const page = scanPage(`${lines.join('\n')}\n`);
  const alone = lines.flatMap((line) => seriesOf(scanPage(`${line}\n`)));
  expect(seriesOf(page)).toEqual(alone);
  expect(flawsOf(page)).toEqual([
    '11: duplicate label b',
    '12: duplicate label b',
    '13: a comma is missing between two labels',
    '21: value is not a number: x',
  ]);
});

test('the labels of one metric are not confused with those of a later one', () => {
  const page = scanPage('a{b="1"} 1\nabcdefghijklm{x="1"} 2\nabcdefghijkl{c="3"} 3\n', {
    names: new Set(['a', 'abcdefghijkl']),
  });
  expect(seriesOf(page).map(({ labels }) => labels)).toEqual([{ b: '1' }, { c: '3' }]);
});

test('wanted names are parsed completely, others only superficially; flaws are reported in either case', () => {
  const text = `# TYPE a gauge
# TYPE b gauge
b{c="1"} 1
a{c="1"} 1
a{c="2"} 2
bbbbbbbb{c="1"} nonsense!
aa{c="3"} 3
a{c="4"} nonsense
{"a",c="5"} 5
{"b",c="6"} 6
???
b NaN
b 1 # {trace="x"} 0.5
b{c="open} 1
`;
  const page = scanPage(text, { names: new Set(['a', 'other']) });
  expect(seriesOf(page).map(({ value }) => value)).toEqual([1, 2, 5]);
  expect([...page.families.keys()]).toEqual(['a']);
  expect(flawsOf(page)).toEqual([
    '6: the line is not a sample, because no number stands at the end',
    '8: value is not a number: nonsense',
    '11: the line is not a sample: a metric name cannot begin like this',
  ]);
  expect(page.sampleCount).toBe(9);
});

longTest('a large page is scanned in slices that yield to other tasks, with the same result', async () => {
  const page = Array.from({ length: 40_000 }, (_, n) => `a{n="${n}",b="same"} ${n}\n`).join('') + 'junk';
  let turns = 0;
  const read = await scanPageInTurns(page, {}, async () => {
    turns += 1;
  });
  expect(turns).toBe(Math.floor(page.length / 250_000));
  expect(read).toEqual(scanPage(page));
});
