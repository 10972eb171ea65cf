import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import catalogue from '../../docs/catalogue.json' with { type: 'json' };
import { expectedSuggestions } from '../suggestions/expected.ts';
import { type DrillPath, runbooksOf } from './incident-drill.ts';
import { incidentPaths } from './incident-paths.ts';

const systems: Readonly<Record<string, string>> = catalogue.systems;

/** The incidents of the requirements: 'S1-I4' of the steps 'S1-I4-A1', …. */
const incidents = [...new Set(catalogue.rows.flatMap(({ id }) => /^(S\d-I\d+)-/.exec(id)?.[1] ?? []))].sort();

/** The drills that are called by name, 'S1-I4 recovers'; `incidentDrill` takes each path from the ledger, not from its name. */
const called = readdirSync('test/drills')
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => [
    ...readFileSync(`test/drills/${file}`, 'utf8').matchAll(
      /^incidentDrill\(\s*'(S\d-I\d+)',\s*'(recovers|wrong path)',/gm,
    ),
  ])
  .map(([, id, path]) => `${id} ${path}`);

const drilled = new Set([...called, ...incidentPaths.map(({ id, path }) => `${id} ${path}`)]);

test('the requirements have 28 incidents', () => expect(incidents).toHaveLength(28));

describe.each(incidents)('%s', (id) => {
  test.each<DrillPath>(['recovers', 'wrong path'])('has a drill: %s', (path) =>
    expect(drilled).toContain(`${id} ${path}`),
  );

  test('a runbook of it is expected as the first suggestion of a scenario', () => {
    const own = new Set(runbooksOf(id));
    const expected = Object.values(expectedSuggestions[systems[id.slice(0, 2)] ?? ''] ?? {});
    expect(expected.some(({ right }) => right.some((runbook) => own.has(runbook)))).toBe(true);
  });
});
