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

/** The incidents to follow: without names the required ones and those of demo; else these ids, scenarios and 'system/scenario', in every system that has them. */
export const incidentsNamed = (names: readonly string[]): readonly RequiredIncident[] => {
  const required = requiredIncidents();
  if (names.length === 0) return required;
  const all = Object.keys(expectedSuggestions).flatMap((system) => scenariosOf(system));
  const isNamed = ({ env, incident }: RequiredIncident): boolean =>
    names.includes(incident) || names.includes(`${env.split('/')[0]}/${incident}`);
  const byId = required.filter(({ id }) => id !== undefined && names.includes(id));
  return [
    ...byId,
    ...all.filter(isNamed).map((scenario) => {
      const id = required.find(
        ({ env, incident }) => env === scenario.env && incident === scenario.incident,
      )?.id;
      return { ...(id === undefined ? {} : { id }), ...scenario };
    }),
  ];
};
