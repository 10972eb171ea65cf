import { complaintLine } from '../domain/position.ts';
import { type Catalogue, type Chosen, chooseProfile, findProfiles } from '../profile/catalogue.ts';
import type { Context } from './context.ts';
import { readSettings } from './settings.ts';

/** Every profile that can be found, and how a name picks one of them. */
export interface Profiles {
  readonly catalogue: Catalogue;
  /** `env` or `system/env`; undefined: whatever the default system leaves. */
  choose(wanted: string | undefined): Chosen;
}

const nowhere = (catalogue: Catalogue, dirs: readonly string[]): readonly string[] =>
  catalogue.entries.length > 0
    ? []
    : [`looked for profiles in: ${dirs.join(', ')}`, ...catalogue.complaints.map(complaintLine)];

/** Looks for profiles in every place that the options name. */
export const searchProfiles = async (context: Context): Promise<Profiles> => {
  const [catalogue, settings] = await Promise.all([
    findProfiles(context.dirs, context.files),
    readSettings(context),
  ]);
  const system = settings.system ?? catalogue.defaultSystem;
  const { dirs } = context;
  return {
    catalogue,
    choose: (wanted) => {
      const chosen = chooseProfile(catalogue, wanted, system);
      if (chosen.is !== 'none') return chosen;
      return { is: 'none', message: [chosen.message, ...nowhere(catalogue, dirs)].join('\n') };
    },
  };
};
