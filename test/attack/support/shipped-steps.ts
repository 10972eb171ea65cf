import type { Profile } from '../../../src/domain/profile/profile.ts';
import { localFiles } from '../../../src/platform/files/local-files.ts';
import { findProfiles } from '../../../src/profile/catalog/profile-catalog.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import { referencedNames } from '../../../src/runs/runbooks/binding/bind.ts';
import { now } from '../../profile/support/loading.ts';
import { sourceModules } from '../../support/source-modules.ts';

/** A step of a shipped runbook with a parameter. */
export interface ShippedStep {
  readonly name: string;
  readonly profile: Profile;
  readonly use: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly params: readonly string[];
}

const stepsOf = (profile: Profile): readonly ShippedStep[] =>
  profile.runbooks.flatMap(({ id, diagnose, act, verify }) =>
    [...diagnose, ...act, ...(verify === 'none' ? [] : verify)].flatMap((step): readonly ShippedStep[] => {
      const params = referencedNames(step.with ?? {});
      return step.use === undefined || step.with === undefined || params.length === 0
        ? []
        : [
            {
              name: `${profile.system}/${profile.env} ${id} ${step.id}`,
              profile,
              use: step.use,
              with: step.with,
              params,
            },
          ];
    }),
  );

/** All steps with a parameter in all shipped environments. */
export const shippedSteps = async (): Promise<readonly ShippedStep[]> => {
  const catalogue = await findProfiles(['profiles'], localFiles);
  const options = { files: localFiles, modules: sourceModules, sets: {}, processEnv: {}, now, catalogue };
  const profiles = await Promise.all(
    catalogue.entries.map(async ({ file }) => {
      const { draft } = await loadProfile(file, options);
      return draft?.finish({ exec: async () => 'x', simulatorVars: {} });
    }),
  );
  return profiles.flatMap((finished) => (finished === undefined ? [] : stepsOf(finished.profile)));
};
