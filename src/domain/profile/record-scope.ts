import type { Profile } from './profile.ts';

/**
 * True for a drill of a real environment: a simulator serves it, so its facts are not real, and records about it are kept apart
 * from those of the environment. One that only exists in the simulator has no others.
 */
export const isDrillEnvironment = ({ world }: Pick<Profile, 'world'>, isSimulated: boolean): boolean =>
  isSimulated && world === undefined;

/** The subject of records: an environment, or its drills. */
export interface RecordScope {
  readonly system: string;
  readonly env: string;
  readonly isDrill: boolean;
}

/** The scope of what is recorded about an environment. `isSimulated`: a simulator serves it. */
export const recordScope = (
  profile: Pick<Profile, 'system' | 'env' | 'world'>,
  isSimulated: boolean,
): RecordScope => ({
  system: profile.system,
  env: profile.env,
  isDrill: isDrillEnvironment(profile, isSimulated),
});
