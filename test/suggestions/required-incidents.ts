import catalogue from '../../docs/catalogue.json' with { type: 'json' };
import { runbooksOf } from '../drills/incident-drill.ts';
import { expectedSuggestions } from './expected.ts';

/** A scenario of a simulator, and the incident of the requirements that it stands for: 'S1-I4'. */
export interface RequiredIncident {
  /** Absent: the scenario belongs to demo. */
  readonly id?: string;
  readonly env: string;
  readonly incident: string;
}

const systems: Readonly<Record<string, string>> = catalogue.systems;

const ids = [...new Set(catalogue.rows.flatMap(({ id }) => /^(S\d-I\d+)-/.exec(id)?.[1] ?? []))].sort();

/** The scenarios of a system that a runbook ends: one of these, or any. */
const scenariosOf = (system: string, own?: ReadonlySet<string>): readonly RequiredIncident[] =>
  Object.entries(expectedSuggestions[system] ?? {}).flatMap(
    ([incident, { env = 'production', right, endsOutside }]) =>
      endsOutside === undefined && right.some((runbook) => own?.has(runbook) !== false)
        ? [{ env: `${system}/${env}`, incident }]
        : [],
  );

/**
 * One scenario for each of the 28 incidents of the requirements, a different one where there are several, and those of demo
 * that have a runbook.
 */
export const requiredIncidents = (): readonly RequiredIncident[] => {
  const taken = new Set<string>();
  const required = ids.flatMap((id): readonly RequiredIncident[] => {
    const own = scenariosOf(systems[id.slice(0, 2)] ?? '', new Set(runbooksOf(id)));
    const scenario = own.find(({ env, incident }) => !taken.has(`${env} ${incident}`)) ?? own[0];
    if (scenario === undefined) return [];
    taken.add(`${scenario.env} ${scenario.incident}`);
    return [{ id, ...scenario }];
  });
  return [...required, ...scenariosOf('demo')];
};
