import { maskWordsOf } from '../../domain/profile/profile-words.ts';
import { loadProfile } from '../../profile/load.ts';
import type { CommandContext } from '../command/context.ts';
import { searchProfiles } from './choose-profile.ts';
import { pluginsOf, typesWith } from './plugins.ts';
import type { Sharing } from './sharing.ts';

/** Reading records must not run a profile's commands; the values of `${exec:…}` stay unresolved. */
const notRun = (): Promise<string> =>
  Promise.reject(new Error('opsdeck starts no program of the profile just to read records'));

/**
 * Teaches share mode the names in the profiles of the environments that records are of (`system/env`). Runs and contacts
 * nothing. Returns the environments without a readable profile: names that only their profiles list stay unmasked.
 */
export const learnRecordedNames = async (
  context: CommandContext,
  environments: Iterable<string>,
  sharing: Sharing,
): Promise<readonly string[]> => {
  const { catalogue } = await searchProfiles(context);
  const plugins = await pluginsOf(context);
  const missing: string[] = [];
  for (const name of environments) {
    // An untrusted profile must not decide which names stay readable.
    const entry = catalogue.entries.find(
      ({ system, env, conflicts }) => `${system}/${env}` === name && conflicts === undefined,
    );
    const { processEnv, clock } = context;
    const options = {
      files: entry?.files ?? context.files,
      ...typesWith(context, plugins),
      sets: context.options.sets,
      processEnv,
      now: clock.now(),
      catalogue,
    };
    const draft = entry && (await loadProfile(entry.file, options)).draft;
    if (draft === undefined) missing.push(name);
    else sharing.learnWords(maskWordsOf((await draft.finish({ exec: notRun })).profile));
  }
  return missing;
};

/** Warns that the names of an environment may be unmasked. */
export const unmaskedNamesWarning = (name: string): string =>
  `opsdeck: warning: no profile of ${name} found: names that only that profile lists are not masked`;
