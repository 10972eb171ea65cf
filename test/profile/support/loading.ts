import { formatDiagnostic } from '../../../src/domain/text/position.ts';
import { findProfiles } from '../../../src/profile/catalog/profile-catalog.ts';
import {
  type FinishValues,
  type LoadedProfile,
  loadProfile,
  type ResolvedProfile,
} from '../../../src/profile/load.ts';
import { memoryFiles } from './memory-files.ts';
import { toyModules } from './toy-modules.ts';

export const now = Date.UTC(2026, 2, 4, 10, 15, 7);

/** The four lines of every test profile; the tested part starts on line 5. */
export const head = 'opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\n';

interface How {
  readonly files?: Readonly<Record<string, string | Error>>;
  readonly sets?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Directories of the catalogue. */
  readonly dirs?: readonly string[];
  /** Absent: the types of the tests. */
  readonly modules?: typeof toyModules;
}

/** Loads `p/dev.yaml` with this text. */
export const load = async (text: string, how: How = {}): Promise<LoadedProfile> => {
  const files = memoryFiles({ 'p/dev.yaml': text, ...how.files });
  return loadProfile('p/dev.yaml', {
    files,
    modules: how.modules ?? toyModules,
    sets: how.sets ?? {},
    processEnv: how.env ?? {},
    now,
    ...(how.dirs && { catalogue: await findProfiles(how.dirs, files) }),
  });
};

/** Returns the formatted diagnostics about a profile. */
export const saidOf = async (text: string, how: How = {}): Promise<readonly string[]> =>
  (await load(text, how)).diagnostics.map(formatDiagnostic);

/** Loads a valid profile and resolves its values. */
export const finish = async (
  text: string,
  how: How & Partial<FinishValues> = {},
): Promise<ResolvedProfile & { readonly said: readonly string[] }> => {
  const { draft, diagnostics } = await load(text, how);
  if (draft === undefined) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  const finished = await draft.finish({
    exec: how.exec ?? (async () => ''),
    ...(how.simulatorVars && { simulatorVars: how.simulatorVars }),
    ...(how.varOverrides && { varOverrides: how.varOverrides }),
  });
  return { ...finished, said: finished.diagnostics.map(formatDiagnostic) };
};
