/** The semantic version of `opsdeck/sdk`, independent of the version of opsdeck. */
export const sdkVersion = '0.1.0';

const parse = (version: string): readonly [number, number, number] | undefined => {
  const [, major, minor = '0', patch = '0'] = /^\^?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
};

/**
 * Returns whether a plugin written for one SDK version runs on another. Follows npm's caret range: the same major
 * version (before 1.0.0 the same minor version), and not newer than ours. False for an invalid version.
 */
export const isCompatibleSdk = (required: string, ours = sdkVersion): boolean => {
  const [wanted, given] = [parse(required), parse(ours)];
  if (wanted === undefined || given === undefined) return false;
  const sameLine = wanted[0] === given[0] && (wanted[0] > 0 || wanted[1] === given[1]);
  const isNewer = wanted[1] > given[1] || (wanted[1] === given[1] && wanted[2] > given[2]);
  return sameLine && !isNewer;
};
