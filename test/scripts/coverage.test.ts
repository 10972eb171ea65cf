import { describe, expect, test } from 'vitest';
import { type CatalogueRow, classedRows, readCatalogue } from '../../scripts/coverage/catalogue.ts';
import { executedOnlyReasons } from '../../scripts/coverage/executed-only.ts';
import { kindsOf, lackOf } from '../../scripts/coverage/judge.ts';
import { readMutations } from '../../scripts/coverage/mutated.ts';
import { coverageOf, reportLines } from '../../scripts/coverage/report.ts';
import type { Touch } from '../../scripts/coverage/touch.ts';

const row = (more: Partial<CatalogueRow> = {}): CatalogueRow => ({
  id: 'S0-I3-A5',
  says: 'force reset',
  danger: 'disruptive',
  sources: ['actuator', 'http'],
  ...more,
});
const touch = (more: Partial<Touch> = {}): Touch => ({
  ids: ['S0-I3-A5'],
  kind: 'act',
  by: 'breakers-open a5',
  danger: 'disruptive',
  types: ['actuator'],
  ...more,
});
const written = new Set(['S0-I3-A5']);

describe('a requirement is covered', () => {
  test('if an entry that names it was executed with its danger, by a source of a requested type', () => {
    expect(lackOf(row(), [touch({ ids: ['S0-R11'] }), touch()], written)).toBeUndefined();
  });

  test('by any source if it names none, such as a manual step', () => {
    const { sources: _, ...manual } = row({ danger: 'manual' });
    expect(lackOf(manual, [touch({ danger: 'manual', types: [] })], written)).toBeUndefined();
  });

  test('also by a destructive entry where it asks for a disruptive one, whose gates are fewer', () => {
    const touches = [touch({ danger: 'destructive' })];
    expect(lackOf(row(), touches, written)).toBeUndefined();
    expect(lackOf(row({ danger: 'safe' }), touches, written)).toMatch(/asked as safe/);
    expect(lackOf(row({ danger: 'destructive' }), [touch()], written)).toMatch(/asked as destructive/);
  });

  test.each([
    ['no entry names it', row(), [], new Set<string>(), 'no entry covers it'],
    ['it was never executed', row(), [touch({ ids: ['S0-I3'] })], written, 'no test executed it'],
    [
      'it was executed with another danger',
      row({ danger: 'safe' }),
      [touch()],
      written,
      'executed as disruptive by breakers-open a5, asked as safe',
    ],
    [
      'the entry is of another section than requested',
      row({ id: 'S0-I3-D1', danger: 'read' }),
      [touch({ ids: ['S0-I3-D1'], kind: 'signal', by: 'signal sla', danger: 'read' })],
      written,
      'claimed by signal sla, served by diagnose alone',
    ],
    [
      'another source type executed it',
      row({ sources: ['kubernetes'] }),
      [touch()],
      written,
      'executed by actuator, asked of kubernetes',
    ],
    [
      'one entry has the right danger and another the right source type',
      row(),
      [touch({ types: ['docker'] }), touch({ danger: 'read' })],
      written,
      'executed by docker, asked of actuator, http',
    ],
  ])('not if %s', (_, askedRow, touches, named, why) => {
    expect(lackOf(askedRow, touches, named)).toBe(why);
  });
});

test('a metric is covered by any read, a disruptive diagnosis by an act step, other requirements by steps', () => {
  const of = (id: string, danger: CatalogueRow['danger']) => kindsOf({ id, says: '', danger });
  expect(of('S0-R07', 'read')).toEqual(['signal', 'view', 'diagnose', 'verify']);
  expect(of('S0-I2-D3', 'read')).toEqual(['diagnose']);
  expect(of('S0-I2-D4', 'disruptive')).toEqual(['act']);
  expect(of('S0-P2-1', 'disruptive')).toEqual(['diagnose', 'act', 'verify']);
});

test('the catalogue has unique ids and as many classified requirements as the runbooks', async () => {
  const catalogue = await readCatalogue();
  const ids = catalogue.rows.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const counts = Object.values(catalogue.systems).map((system) => [
    system,
    classedRows(catalogue, system).length,
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    'event-bus': 113,
    trading: 196,
    'event-processing': 131,
    saga: 111,
    eventmesh: 149,
  });
});

test('the report counts by danger, lists manual steps separately, missing requirements with the reason, and doubtful claims', () => {
  const catalogue = {
    systems: { S0: 'event-bus' },
    rows: [
      row(),
      row({ id: 'S0-R01', danger: 'read' }),
      row({ id: 'S0-C1-1', danger: 'read', sources: ['github'] }),
      { id: 'S0-I3-A4', says: 'fix the cause', danger: 'manual' as const },
      { id: 'S0-CT1', says: 'L1' },
      { id: 'S0-SV1', says: 'P0' },
    ],
  };
  const touches = [touch(), touch({ ids: ['S0-I3-A4'], danger: 'manual', types: [] })];
  const coverage = coverageOf(
    catalogue,
    'event-bus',
    touches,
    {
      ids: written,
      doubts: ['S0-I3-A5 is claimed by 12 entries'],
    },
    { 'S0-CT1': 'contacts' },
  );
  expect(reportLines([coverage]).map((line) => line.trimEnd())).toEqual([
    '                          read        safe  disruptive destructive         all    (ticked)',
    'event-bus                  0/2         0/0         1/1         0/0         1/3         1/1',
    '',
    'event-bus: 1 of 2 severities, escalation levels, contacts and links are shown (contacts 1); not S0-SV1',
    '',
    'event-bus: missing 2',
    '  S0-R01     read        no entry covers it · force reset',
    '  S0-C1-1    read        no entry covers it · force reset',
    '  doubtful: S0-I3-A5 is claimed by 12 entries',
  ]);
});

test('every row is executed, and shown by effect or executed only for a reason', async () => {
  const systems = Object.entries(await readMutations());
  expect(systems.map(([system]) => system).toSorted()).toEqual(
    Object.values((await readCatalogue()).systems).toSorted(),
  );
  const missing = systems.flatMap(([, { rows }]) => rows.missing);
  const unexplained = systems.flatMap(([, { rows }]) =>
    rows.executedOnly.filter((id) => executedOnlyReasons[id] === undefined),
  );
  expect({ missing, unexplained }).toEqual({ missing: [], unexplained: [] });
});

test('rows that are executed only for a reason are rows of the catalogue, and none of them is shown by effect', async () => {
  const rows = new Set((await readCatalogue()).rows.map(({ id }) => id));
  const byEffect = new Set(Object.values(await readMutations()).flatMap((system) => system.rows.effect));
  const ids = Object.keys(executedOnlyReasons);
  expect(ids.filter((id) => !rows.has(id))).toEqual([]);
  expect(ids.filter((id) => byEffect.has(id))).toEqual([]);
});
