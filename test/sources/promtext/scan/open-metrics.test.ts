import { expect, test } from 'vitest';
import { scanPage } from '../../../../src/sources/promtext/scan/scan.ts';
import { flawsOf, seriesOf } from './plain.ts';

const read = (text: string) => scanPage(text, { openMetrics: true });

/** Based on the examples of the OpenMetrics specification 1.0. */
const specified = `# TYPE acme_http_router_request_seconds summary
# UNIT acme_http_router_request_seconds seconds
# HELP acme_http_router_request_seconds Latency though all of ACME's HTTP request router.
acme_http_router_request_seconds_sum{path="/api/v1",method="GET"} 9036.32
acme_http_router_request_seconds_count{path="/api/v1",method="GET"} 807283.0
acme_http_router_request_seconds_created{path="/api/v1",method="GET"} 1605281325.0
# TYPE go_goroutines gauge
# HELP go_goroutines Number of "goroutines" \\"now\\".
go_goroutines 69
# TYPE process_cpu_seconds counter
# UNIT process_cpu_seconds seconds
process_cpu_seconds_total 4.20072246e+06
# TYPE foo histogram
foo_bucket{le="0.0"} 0
foo_bucket{le="1.0"} 5 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67
foo_bucket{le="10.0"} 17 # {trace_id="oHg5SJYRHA0"} 9.8 1520879607.789
foo_bucket{le="+Inf"} 17 # {} 5
foo_count 17
foo_sum 324789.3
foo_created 1520430000.123
# TYPE bar info
bar_info{entity="controller",name="prettyname"} 1.0
# TYPE baz stateset
baz{baz="a"} 1
baz{baz="bb"} 0
# TYPE qux gaugehistogram
qux_bucket{le="+Inf"} 17
qux_gcount 17
qux_gsum 324789.3
# EOF
`;

test('the examples of the specification', () => {
  const page = read(specified);
  expect(flawsOf(page)).toEqual([]);
  expect([...page.families.values()].map(({ name, type, unit }) => [name, type, unit])).toEqual([
    ['acme_http_router_request_seconds', 'summary', 'seconds'],
    ['go_goroutines', 'gauge', undefined],
    ['process_cpu_seconds', 'counter', 'seconds'],
    ['foo', 'histogram', undefined],
    ['bar', 'info', undefined],
    ['baz', 'stateset', undefined],
    ['qux', 'gaugehistogram', undefined],
  ]);
  expect(page.families.get('go_goroutines')?.help).toBe('Number of "goroutines" "now".');
  const series = seriesOf(page);
  expect(series.filter(({ name }) => name.startsWith('foo'))).toEqual([
    { name: 'foo_bucket', labels: { le: '0.0' }, value: 0 },
    {
      name: 'foo_bucket',
      labels: { le: '1.0' },
      value: 5,
      stampMs: 1520879607789,
      exemplar: { labels: { trace_id: 'KOO5S4vxi0o' }, value: 0.67 },
    },
    {
      name: 'foo_bucket',
      labels: { le: '10.0' },
      value: 17,
      exemplar: { labels: { trace_id: 'oHg5SJYRHA0' }, value: 9.8, atMs: 1520879607789 },
    },
    { name: 'foo_bucket', labels: { le: '+Inf' }, value: 17, exemplar: { labels: {}, value: 5 } },
    { name: 'foo_count', labels: {}, value: 17 },
    { name: 'foo_sum', labels: {}, value: 324789.3 },
    { name: 'foo_created', labels: {}, value: 1520430000.123 },
  ]);
  expect(series.find(({ name }) => name === 'process_cpu_seconds_total')?.value).toBe(4_200_722.46);
  expect(page.sampleCount).toBe(18);
});

test('timestamps are seconds with their fraction', () => {
  const stamps = read('a 1 1520879607.789\nb 1 0.5\nc 1 -1\nd 1 1.5e9\n# EOF\n').series.map(
    ({ stampMs }) => stampMs,
  );
  expect(stamps).toEqual([1520879607789, 500, -1000, 1_500_000_000_000]);
});

test.each([
  ['EOF without a line feed', 'a 1\n# EOF', []],
  ['a page without its EOF', 'a 1\n', ['1: # EOF is missing at the end: the page may be truncated']],
  [
    'a page truncated within a line',
    'a 1\na 2',
    [
      '2: the last line has no line end: the page may be truncated',
      '2: # EOF is missing at the end: the page may be truncated',
    ],
  ],
  [
    'content after EOF is ignored',
    'a 1\n# EOF\nb 2\n',
    ['3: there is text after # EOF, which must be the last line'],
  ],
  ['an exemplar without labels', 'a 1 # 5\n# EOF\n', ['1: the exemplar after # has no labels']],
  ['an exemplar without a value', 'a 1 # {b="c"}\n# EOF\n', ['1: missing exemplar']],
  [
    'an exemplar with a name',
    'a 1 # {"b"} 5\n# EOF\n',
    ['1: the exemplar after # has a metric name: only labels are allowed there'],
  ],
  ['an exemplar with an invalid timestamp', 'a 1 # {} 5 NaN\n# EOF\n', ['1: invalid timestamp: NaN']],
  ['text after an exemplar', 'a 1 # {} 5 6 7\n# EOF\n', ['1: there is unexpected text after the value']],
])('%s', (_, text, flaws) => {
  const page = read(text);
  expect(flawsOf(page)).toEqual(flaws);
  expect(page.series.some(({ name }) => name === 'b')).toBe(false);
});

test('an exemplar does not affect the labels of the next line', () => {
  const page = read('a{b="1",c="2"} 1 # {b="9"} 1\na{b="1",c="3"} 1\n# EOF\n');
  expect(seriesOf(page).map(({ labels }) => labels)).toEqual([
    { b: '1', c: '2' },
    { b: '1', c: '3' },
  ]);
});
