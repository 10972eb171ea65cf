import { describe, expect, test } from 'vitest';
import {
  readableOutput,
  textInWords,
  withReadableTimes,
} from '../../../src/ui/features/cards/readable-text.ts';
import { createTextPen } from '../../../src/ui/kit/text/pen.ts';
import type { RenderContext } from '../../../src/ui/shell/contract/render-context.ts';

const wall = Date.parse('2026-03-04T10:20:00Z');
const view = {
  now: 0,
  wallOffset: wall,
  pen: createTextPen(false),
  columns: 120,
} as unknown as RenderContext;

describe('a time as a source writes it', () => {
  test.each([
    ['written 2026-03-04T10:15:07.000Z', 'written 10:15:07'],
    ['running since 2026-03-04T10:15:07Z, shop:1.2', 'running since 10:15:07, shop:1.2'],
    ['2026-03-01T10:15:07.123456Z', '01 Mar 10:15'],
    ['2026-03-04T12:15:07+02:00', '10:15:07'],
    ['no time: 2026-13-45T99:99Z', 'no time: 2026-13-45T99:99Z'],
    ['restore-20260304T101507Z.tar', 'restore-20260304T101507Z.tar'],
    ['10:15', '10:15'],
  ])('%j is %j', (text, readable) => {
    expect(withReadableTimes(view, text)).toBe(readable);
  });
});

describe('data are words', () => {
  test.each([
    ['{"currentState":"CLOSED","message":"it was OPEN"}', 'currentState CLOSED, message it was OPEN'],
    ['{"at":"2026-03-04T10:15:07Z","n":2,"none":null}', 'at 10:15:07, n 2, none –'],
    ['{"items":[{"id":1,"tags":["a","b"]}]}', 'items [(id 1, tags 2 items)]'],
    ['["a","b"]', 'a, b'],
    ['{not json}', '{not json}'],
    ['exited with 0\n\nall good\r\n', 'exited with 0 · all good ·'],
  ])('%j is %j', (text, readable) => {
    expect(textInWords(view, text).trim()).toBe(readable);
  });
});

test('a request and its answer are one row, with the body below it', () => {
  const request = 'POST http://10.4.0.7:81/actuator/circuitbreakers/psp';
  expect(
    readableOutput(view, [request, '{"currentState":"CLOSED"}', '', `${request} → 200 OK`, 'done', request]),
  ).toEqual([
    'POST …/circuitbreakers/psp → 200 OK',
    '  currentState CLOSED',
    'done',
    'POST …/circuitbreakers/psp',
  ]);
});
