import type { KubeParts } from '../parts.ts';

/** The profile's own label selector, as a list and a watch take it. */
export const narrowed = ({ config }: KubeParts): Readonly<Record<string, string>> =>
  config.selector === undefined ? {} : { labelSelector: config.selector };
