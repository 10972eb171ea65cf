import type { Scenario } from './open-through.ts';

const selector = '{namespace="recorded"}';
const entry = { url: 'http://loki.example:3100', query: selector, lookback: '1h' };
const errors = `count_over_time(${selector} |= "ERROR" [1h])`;

/**
 * Two streams: `api` with four lines, of which two hold ERROR and two are of the same nanosecond, and `worker` with one line.
 * While `tail` is recorded, two more lines are written to `worker`.
 */
export const lokiScenarios: readonly Scenario[] = [
  {
    name: 'lines',
    asked: 'all lines of a stream',
    entry,
    calls: [{ tail: 'app=api', from: { follow: false } }],
  },
  {
    name: 'pages',
    asked: 'all lines of a stream, three at once',
    entry: { ...entry, page: 3 },
    calls: [{ tail: 'app=api', from: { follow: false } }],
  },
  {
    name: 'last-lines',
    asked: 'the last two lines of a stream that hold ERROR',
    entry,
    calls: [
      {
        tail: 'app=api',
        from: {
          follow: false,
          lines: 2,
          filter: { include: [{ text: 'ERROR', regex: false, ignoreCase: false }], exclude: [] },
        },
      },
    ],
  },
  {
    name: 'counts',
    asked: 'lines that hold ERROR by stream, of all streams together, and of streams that do not exist',
    entry,
    signals: [
      { id: 'errors', read: { query: `sum by (app) (${errors})` } },
      { id: 'total', read: { query: errors, fold: 'sum' } },
      { id: 'none', read: { query: 'sum(count_over_time({namespace="nowhere"}[1h]))' } },
    ],
    calls: ['feed query:errors', 'feed query:total', 'feed query:none'],
  },
  {
    name: 'parse-error',
    asked: 'a query that is no LogQL',
    entry,
    signals: [{ id: 'broken', read: { query: 'sum(count_over_time({namespace=recorded}[1h]))' } }],
    calls: ['feed query:broken'],
  },
  { name: 'doctor', asked: 'the examination', entry, calls: ['doctor'] },
  {
    name: 'no-streams',
    asked: 'the streams of a selector that matches none',
    entry: { ...entry, query: '{namespace="nowhere"}' },
    calls: ['doctor'],
  },
  {
    name: 'tail',
    asked: 'the last line of a stream, and two lines that are written while it is followed',
    entry,
    calls: [{ tail: 'app=worker', from: { follow: true, lines: 1 }, most: 3 }],
  },
];

/** Pages of Loki's API that the simulator implements but the source does not read. */
export const lokiPages: readonly string[] = [
  '/loki/api/v1/labels',
  '/loki/api/v1/label/app/values',
  '/loki/api/v1/label/missing/values',
  '/nowhere',
];
