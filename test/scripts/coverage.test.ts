import { describe, expect, test } from 'vitest';
import { type CatalogueRow, classedRows, readCatalogue } from '../../scripts/coverage/catalogue.ts';
import { isExcepted, lackOf } from '../../scripts/coverage/judge.ts';
import { coverageOf, reportLines } from '../../scripts/coverage/report.ts';
import type { Touch } from '../../src/domain/touch.ts';

const row = (more: Partial<CatalogueRow> = {}): CatalogueRow => ({
  id: 'S0-I3-A5',
  says: 'force reset',
  danger: 'disruptive',
  sources: ['actuator', 'http'],
  ...more,
});
const touch = (more: Partial<Touch> = {}): Touch => ({
  ids: ['S0-I3-A5'],
  by: 'breakers-open a5',
  danger: 'disruptive',
  types: ['actuator'],
  ...more,
});
const written = new Set(['S0-I3-A5']);

describe('a row counts', () => {
  test('when an entry that names it was executed in its class, by a source that it asks for', () => {
    expect(lackOf(row(), [touch({ ids: ['S0-R11'] }), touch()], written)).toBeUndefined();
  });

  test('without sources, whoever answered: a step that a person ticked asks none', () => {
    const { sources: _, ...manual } = row({ danger: 'manual' });
    expect(lackOf(manual, [touch({ danger: 'manual', types: [] })], written)).toBeUndefined();
  });

  test.each([
    ['nobody wrote an entry', row(), [], new Set<string>(), 'no entry covers it'],
    ['it was never executed', row(), [touch({ ids: ['S0-I3'] })], written, 'no test executed it'],
    [
      'it was executed in another class',
      row({ danger: 'safe' }),
      [touch()],
      written,
      'executed as disruptive by breakers-open a5, asked as safe',
    ],
    [
      'another type of source answered',
      row({ sources: ['kubernetes'] }),
      [touch()],
      written,
      'executed by actuator, asked of kubernetes',
    ],
    [
      'the right class by one entry and the right type by another are not both by one',
      row(),
      [touch({ types: ['docker'] }), touch({ danger: 'read' })],
      written,
      'executed by docker, asked of actuator, http',
    ],
  ])('not when %s', (_, asked, touches, named, why) => {
    expect(lackOf(asked, touches, named)).toBe(why);
  });
});

test('only rows that nothing but github can serve are excepted', () => {
  expect(isExcepted(row({ sources: ['github'] }))).toBe(true);
  expect(isExcepted(row({ sources: ['github', 'host'] }))).toBe(false);
  const { sources: _, ...any } = row();
  expect(isExcepted(any)).toBe(false);
});

test('the catalogue: every id once, and as many classed rows as the runbooks have', async () => {
  const catalogue = await readCatalogue();
  const ids = catalogue.rows.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const counts = Object.values(catalogue.systems).map((system) => [
    system,
    classedRows(catalogue, system).length,
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    'event-bus': 113,
    trading: 166,
    'event-processing': 119,
    saga: 111,
    eventmesh: 149,
  });
});

test('the report: by class, what waits for another source apart, and each missing row with why', () => {
  const catalogue = {
    systems: { S0: 'event-bus' },
    rows: [
      row(),
      row({ id: 'S0-R01', danger: 'read' }),
      row({ id: 'S0-C1-1', danger: 'read', sources: ['github'] }),
      { id: 'S0-CT1', says: 'L1' },
      { id: 'S0-SV1', says: 'P0' },
    ],
  };
  const coverage = coverageOf(catalogue, 'event-bus', [touch(), touch({ ids: ['S0-CT1'] })], written);
  expect(reportLines([coverage]).map((line) => line.trimEnd())).toEqual([
    '                          read        safe  disruptive destructive      manual         all',
    'event-bus                  0/1         0/0         1/1         0/0         0/0         1/2   and 1 that wait for github',
    '',
    'event-bus: 1 of 2 severities, rungs, contacts and links are listed; not S0-SV1',
    '',
    'event-bus: missing 1',
    '  S0-R01     read        no entry covers it · force reset',
  ]);
});
