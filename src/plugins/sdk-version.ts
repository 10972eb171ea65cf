/** The semantic version of `opsdeck/sdk`, independent of the version of opsdeck. */
export const sdkVersion = '0.2.9';

const parse = (version: string): readonly [number, number, number] | undefined => {
  const [, major, minor = '0', patch = '0'] = /^\^?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
};

/**
 * Returns whether a plugin written for one SDK version runs on another. Follows npm's caret range: the same major
 * version (before 1.0.0 the same minor version), and not newer than ours; 0.2 runs plugins for 0.1, too. False for an invalid
 * version.
 */
export const isCompatibleSdk = (required: string, available = sdkVersion): boolean => {
  const requiredVersion = parse(required);
  const ownVersion = parse(available);
  if (requiredVersion === undefined || ownVersion === undefined) return false;
  // 0.2.0 has changed types alone.
  if (/^0,1,/.test(String(requiredVersion)) && /^0,2,/.test(String(ownVersion))) return true;
  const sameLine =
    requiredVersion[0] === ownVersion[0] && (requiredVersion[0] > 0 || requiredVersion[1] === ownVersion[1]);
  const isNewer =
    requiredVersion[1] > ownVersion[1] ||
    (requiredVersion[1] === ownVersion[1] && requiredVersion[2] > ownVersion[2]);
  return sameLine && !isNewer;
};
