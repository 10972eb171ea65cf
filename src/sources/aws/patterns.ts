import { WireError } from '../../platform/wire-error.ts';

/** True for a prefix that ends with `*`. */
export const isPrefix = (pattern: string): boolean => pattern.endsWith('*');

/** True if a name or a prefix matches. */
export const matchesPattern = (pattern: string, name: string): boolean =>
  isPrefix(pattern) ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** True if any of the names and prefixes matches. */
export const matchesAny = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => matchesPattern(pattern, name));

/** True if the error concerns one resource only; any other fails the whole reading. */
export const isOfOneResource = (error: unknown): error is WireError =>
  error instanceof WireError && (error.kind === 'denied' || error.kind === 'missing');
