import { expect, test } from 'vitest';
import { builtInRunbooks } from '../../../src/engine/cockpit/built-in-runbooks.ts';
import { checkRunbook } from '../../../src/runs/runbooks/check.ts';
import { alertmanager } from '../../../src/sources/alertmanager/index.ts';
import type { Operation } from '../../../src/sources/source.ts';

const operation = (name: string): Operation => ({
  name,
  danger: () => 'safe',
  plan: async () => ({ use: '', danger: 'safe', targets: [], calls: [], objects: [], params: {} }),
  recheck: async () => undefined,
  act: async function* () {},
});
const source = (id: string, ...operations: readonly string[]) =>
  [id, { id, operations: operations.map(operation) }] as const;
const made = (runbooks: readonly { id: string }[], ...sources: readonly ReturnType<typeof source>[]) =>
  builtInRunbooks({ runbooks, file: 'p.yaml' }, new Map(sources));

test('a source with a silence operation provides a built-in runbook; other sources provide none', () => {
  expect(made([], source('bus', 'breaker'), source('api'))).toEqual([]);
  const [runbook, ...more] = made([], source('bus', 'breaker'), source('am', 'silence', 'expire'));
  expect(more).toEqual([]);
  expect(runbook).toMatchObject({ id: 'silence-alert', act: [{ use: 'am.silence' }] });
  expect(runbook?.params.map(({ name, default: value }) => [name, value])).toEqual([
    ['alert', undefined],
    ['for', undefined],
    ['reason', undefined],
  ]);
});

test('the built-in runbook is valid: its expressions parse, its parameters exist, its source accepts the arguments', () => {
  const [runbook] = made([], source('am', 'silence'));
  if (runbook === undefined) throw new Error('no runbook');
  const known = { sources: { am: { feeds: ['alerts'], operations: ['silence'] } }, signals: [] };
  expect(checkRunbook(runbook, known)).toEqual([]);
  const given = { alert: 'X', for: '2h', reason: 'why' };
  expect(Object.keys(runbook.act[0]?.with ?? {})).toEqual(Object.keys(given));
  expect(alertmanager.operations.silence?.params.safeParse(given).success).toBe(true);
});

test('several sources get one runbook each with unique names; a runbook from the profile wins', () => {
  expect(
    made([], source('eu', 'silence'), source('us', 'silence')).map(({ id, title }) => [id, title]),
  ).toEqual([
    ['silence-alert-eu', 'Silence an alert (eu)'],
    ['silence-alert-us', 'Silence an alert (us)'],
  ]);
  expect(made([{ id: 'silence-alert' }], source('am', 'silence'))).toEqual([]);
});
