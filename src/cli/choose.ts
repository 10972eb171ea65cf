import { join, resolve } from 'node:path';
import { complaintLine } from '../domain/position.ts';
import { type Catalogue, type Chosen, chooseProfile, findProfiles } from '../profile/catalogue.ts';
import type { Context } from './context.ts';
import { packageRoot } from './package-root.ts';
import { readSettings } from './settings.ts';

/** Every profile that can be found, and how a name picks one of them. */
export interface Profiles {
  readonly catalogue: Catalogue;
  /** False when the user does not want values to be kept from one cockpit to the next. */
  readonly keepsHistory: boolean;
  /** `env` or `system/env`; undefined: whatever the default system leaves. */
  choose(wanted: string | undefined): Chosen;
}

const nowhere = (catalogue: Catalogue, dirs: readonly string[]): readonly string[] =>
  catalogue.entries.length > 0
    ? []
    : [`looked for profiles in: ${dirs.join(', ')}`, ...catalogue.complaints.map(complaintLine)];

/**
 * A bare name means a profile of the user's own before a shipped one: the shipped default system must not answer for
 * a system that really exists. Only what is shipped, and what the user has set as the default, is left to that default.
 */
const ownFirst = (catalogue: Catalogue, wanted: string | undefined, system: string | undefined): Chosen => {
  const shipped = join(packageRoot, 'profiles');
  const own = catalogue.entries.filter(({ dir }) => resolve(dir) !== shipped);
  const chosen = chooseProfile({ ...catalogue, entries: own }, wanted, system);
  return chosen.is === 'none' ? chooseProfile(catalogue, wanted, system) : chosen;
};

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
    keepsHistory: settings.history !== false,
    choose: (wanted) => {
      const chosen =
        settings.system === undefined
          ? ownFirst(catalogue, wanted, system)
          : chooseProfile(catalogue, wanted, system);
      if (chosen.is !== 'none') return chosen;
      return { is: 'none', message: [chosen.message, ...nowhere(catalogue, dirs)].join('\n') };
    },
  };
};
