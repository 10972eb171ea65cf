import { createHash } from 'node:crypto';

/**
 * Returns the digest that identifies an observed change: two cockpits that see the same change get the same one. Records
 * keep it unmasked, so it must not contain the text itself.
 */
export const observationKey = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
