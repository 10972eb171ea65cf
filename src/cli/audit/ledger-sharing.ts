import { profileWords } from '../../domain/mask/profile-words.ts';
import type { LedgerRecord } from '../../persistence/ledger/entry.ts';
import { loadProfile } from '../../profile/load.ts';
import { searchProfiles } from '../choose.ts';
import type { Context } from '../context.ts';
import { modulesWith, pluginsOf } from '../plugins.ts';
import type { Sharing } from '../sharing.ts';

type Actor = Pick<LedgerRecord, 'who' | 'host' | 'system' | 'env'>;

/** A command of a profile is no business of who reads the ledger: what it would have given is masked by its form, or not known. */
const notRun = (): Promise<string> => Promise.reject(new Error('not run to read a ledger'));

/**
 * Teaches share mode what the profiles of these records name; runs and contacts nothing. Gives the environments of which
 * there is no profile here that can be read: what only it would list stays as it is.
 */
export const learnLedger = async (
  context: Context,
  records: AsyncIterable<LedgerRecord>,
  sharing: Sharing,
): Promise<readonly string[]> => {
  const { catalogue } = await searchProfiles(context);
  const plugins = await pluginsOf(context);
  const names = new Set<string>();
  // Who acted where is little, however many records say it. The profiles' names come first, then these.
  const actors = new Map<string, Actor>();
  for await (const { who, host, system, env } of records) {
    names.add(`${system}/${env}`);
    actors.set(JSON.stringify([who, host, system, env]), { who, host, system, env });
  }
  const missing: string[] = [];
  for (const name of names) {
    // An untrusted file would say itself which names stay readable.
    const entry = catalogue.entries.find(
      ({ system, env, conflicts }) => `${system}/${env}` === name && conflicts === undefined,
    );
    const { processEnv, clock } = context;
    const options = {
      files: entry?.files ?? context.files,
      modules: modulesWith(context, plugins),
      plugins,
      sets: context.options.sets,
      processEnv,
      now: clock.now(),
      catalogue,
    };
    const draft = entry && (await loadProfile(entry.file, options)).draft;
    if (draft === undefined) missing.push(name);
    else sharing.learnWords(profileWords((await draft.finish({ exec: notRun })).profile));
  }
  sharing.learnRecords([...actors.values()]);
  return missing;
};
