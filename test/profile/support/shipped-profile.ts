import type { Profile } from '../../../src/domain/profile/profile.ts';
import { formatDiagnostic } from '../../../src/domain/text/position.ts';
import { localFiles } from '../../../src/platform/files/local-files.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import { sourceModules } from '../../support/source-modules.ts';
import { now } from './loading.ts';

type Vars = Readonly<Record<string, string>>;

const load = async (name: string, sets: Vars): Promise<Profile> => {
  const { draft, diagnostics } = await loadProfile(`profiles/${name}.yaml`, {
    files: localFiles,
    modules: sourceModules,
    sets,
    processEnv: {},
    now,
  });
  if (draft === undefined) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return (await draft.finish({ exec: async () => '' })).profile;
};

const known = new Map<string, Promise<Profile>>();

/** A shipped profile, `event-bus/production`, with vars. It is loaded once per process: many tests read it, and none changes it. */
export const shippedProfile = (name: string, sets: Vars = {}): Promise<Profile> => {
  const key = JSON.stringify([name, sets]);
  const loaded = known.get(key) ?? load(name, sets);
  known.set(key, loaded);
  return loaded;
};
