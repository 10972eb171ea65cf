import { expect, test } from 'vitest';
import { countStatuses, parseLine } from '../src/access-log.ts';
import { parseStubStatus } from '../src/stub-status.ts';

const page = (waiting = 106): string => `Active connections: 291 
server accepts handled requests
 16630948 16630946 31070465 
Reading: 6 Writing: 179 Waiting: ${waiting} 
`;

test('parses a stub_status page', () => {
  expect(parseStubStatus(page())).toEqual({
    active: 291,
    accepts: 16_630_948,
    handled: 16_630_946,
    requests: 31_070_465,
    reading: 6,
    writing: 179,
    waiting: 106,
  });
});

test.each(['', '<html>Sign in</html>', page().slice(0, 60), `${page()}more`])(
  'rejects %j as a status page',
  (text) => {
    expect(parseStubStatus(text)).toBeUndefined();
  },
);

const line = (time: string, status: number): string =>
  `203.0.113.9 - ann [04/Mar/2026:${time} +0100] "GET /a?b=\\"c HTTP/1.1" ${status} 612 "-" "curl/8"`;

test('parses a line of the combined format', () => {
  expect(parseLine(line('11:15:07', 502))).toEqual({ at: Date.parse('2026-03-04T10:15:07Z'), status: 502 });
});

test.each(['', 'no request', line('11:15:07', 502).replace('Mar', 'Mrz'), line('99:15:07', 502)])(
  'rejects %j as a request line',
  (text) => {
    expect(parseLine(text)).toBeUndefined();
  },
);

const since = Date.parse('2026-03-04T10:15:00Z');

test('counts the requests of the last minutes by status class', () => {
  const log = [
    line('11:14:59', 500),
    line('11:15:00', 502),
    line('11:15:01', 200),
    'not a request',
    line('11:15:02', 503),
  ];
  const counted = countStatuses(`${log.join('\n')}\n`, since, true);
  expect([...counted.byClass]).toEqual([
    [5, 2],
    [2, 1],
  ]);
  expect(counted).toMatchObject({ skipped: 1, isWhole: true });
});

test('reports no count when the log does not go back far enough', () => {
  const cut = `${line('11:15:00', 502).slice(30)}\n${line('11:15:01', 200)}\n`;
  expect(countStatuses(cut, since, false)).toMatchObject({ isWhole: false, skipped: 0 });
  expect(countStatuses(`cut\n${line('11:14:00', 200)}\n`, since, false).isWhole).toBe(true);
});
