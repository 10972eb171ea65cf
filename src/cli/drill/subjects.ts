import { defined } from '../../domain/base/defined.ts';
import {
  bestDrill,
  type DrillRecord,
  type DrillSubject,
  isHidden,
  isSameDrill,
} from '../../domain/drills/drill-record.ts';
import type { ProfileCatalog } from '../../profile/catalog/profile-catalog.ts';

/** An incident that can be practiced in an environment. */
export interface PracticeSubject extends DrillSubject {
  /** True in the environment that is meant if none is named. */
  readonly isDefault: boolean;
}

/** The environment of an incident if none is named: production, else the first. */
const defaultEnv = (environments: readonly string[]): string | undefined =>
  environments.includes('production') ? 'production' : environments[0];

/** Every incident of every simulated system, in each environment with a profile in which it is visible. */
export const practiceSubjects = async ({ entries }: ProfileCatalog): Promise<readonly PracticeSubject[]> => {
  const { simulatedEnvironments, simulatedSystems, systemSpec } = await import('../../simulator/systems.ts');
  return simulatedSystems.flatMap((system) => {
    const environments = simulatedEnvironments(system).filter((env) =>
      entries.some((entry) => entry.system === system && entry.env === env),
    );
    return systemSpec(system).incidents.flatMap(({ name: incident, title, env: only }) => {
      const visible = environments.filter((env) => only === undefined || env === only);
      return visible.map((env) => ({ system, env, incident, title, isDefault: env === defaultEnv(visible) }));
    });
  });
};

/** An incident with what was achieved before. */
export interface PracticedSubject {
  readonly subject: PracticeSubject;
  readonly count: number;
  readonly last?: DrillRecord;
  readonly best?: DrillRecord;
}

/**
 * The incidents with their last and best drill: each in its default environment, and where it was practiced. A running
 * blind drill is left out, because it would be named.
 */
export const practiced = (
  subjects: readonly PracticeSubject[],
  drills: readonly DrillRecord[],
): readonly PracticedSubject[] =>
  subjects.flatMap((subject): readonly PracticedSubject[] => {
    const own = drills.filter((record) => isSameDrill(record, subject) && !isHidden(record));
    if (own.length === 0 && !subject.isDefault) return [];
    const last = own.at(-1);
    const best = bestDrill(own);
    return [
      {
        subject,
        count: own.length,
        ...defined({ last, best }),
      },
    ];
  });
