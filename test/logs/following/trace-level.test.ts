import { expect, test } from 'vitest';
import { createLineLeveler, createLineScan } from '../../../src/logs/following/line-scan.ts';

const log = [
  '2026-03-04T10:15:07.000Z ERROR 1 --- [x] c.e.Billing : no answer',
  'java.lang.IllegalStateException: no psp',
  '\tat c.e.Billing.pay(Billing.java:12)',
  'Caused by: org.postgresql.util.PSQLException: FATAL: sorry, too many clients already',
  'Caused by: feign.FeignException$ServiceUnavailable: [503] ERROR during GET',
  '\t... 3 more',
  '2026-03-04T10:15:08.000Z  INFO 1 --- [x] c.e.Billing : again',
  '2026-03-04T10:15:09.000Z ERROR 1 --- [x] c.e.Billing : no answer',
  'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
];

test('of an entry with a stack trace only the line that names the level passes, like grep for the level', () => {
  const scan = createLineScan({ include: [], exclude: [], minLevel: 'error' }, createLineLeveler({}));
  const passing = log.filter((line) => scan.passes(line));
  expect(passing).toEqual([log[0], log[7], log[8]]);
  expect(scan.count(Buffer.from(`${log.join('\n')}\n`))).toBe(3);
});
