/**
 * Patterns of configured names, such as those of queues or environments: a name, or a prefix followed by `*`. Case counts,
 * and `*` elsewhere is an ordinary character.
 */

/** The prefix of a pattern: 'orders-' of 'orders-*'; undefined for a name. */
export const prefixOf = (pattern: string): string | undefined =>
  pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;

/** Returns whether a name matches a pattern. */
export const matchesPattern = (pattern: string, name: string): boolean => {
  const prefix = prefixOf(pattern);
  return prefix === undefined ? name === pattern : name.startsWith(prefix);
};

/** Returns whether a name matches any of the patterns. */
export const matchesAny = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => matchesPattern(pattern, name));

/** The patterns that are names, and the prefixes of the others. */
export const splitPatterns = (
  patterns: readonly string[],
): { readonly names: readonly string[]; readonly prefixes: readonly string[] } => ({
  names: patterns.filter((pattern) => prefixOf(pattern) === undefined),
  prefixes: patterns.map(prefixOf).filter((prefix) => prefix !== undefined),
});
