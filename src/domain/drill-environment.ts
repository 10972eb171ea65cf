import type { Profile } from './profile.ts';

/**
 * True for a drill of a real environment: a simulator serves it, so its facts are not real, and records about it are kept apart
 * from those of the environment. One that only exists in the simulator has no others.
 */
export const isDrillEnvironment = ({ world }: Pick<Profile, 'world'>, isSimulated: boolean): boolean =>
  isSimulated && world === undefined;
