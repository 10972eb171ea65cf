/** The semantic version of `opsdeck/sdk`, which changes apart from the version of opsdeck. */
export const sdkVersion = '0.1.0';

const parse = (version: string): readonly [number, number, number] | undefined => {
  const [, major, minor = '0', patch = '0'] = /^\^?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
};

/**
 * Whether a plugin that was written for one version of the SDK runs on another: as npm's caret range, so the same major version
 * (before 1.0.0 the same minor version), and none that is newer than ours. False for a text that is no version.
 */
export const isCompatibleSdk = (asked: string, ours = sdkVersion): boolean => {
  const [wanted, given] = [parse(asked), parse(ours)];
  if (wanted === undefined || given === undefined) return false;
  const sameLine = wanted[0] === given[0] && (wanted[0] > 0 || wanted[1] === given[1]);
  const isNewer = wanted[1] > given[1] || (wanted[1] === given[1] && wanted[2] > given[2]);
  return sameLine && !isNewer;
};
