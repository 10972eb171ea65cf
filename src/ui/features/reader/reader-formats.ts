import type { DescriptionFormat } from '../../../domain/facts/object-description.ts';

/** The keys of the formats of a description. */
export const formatKeys: readonly {
  readonly how: DescriptionFormat;
  readonly key: string;
  readonly hint: string;
  readonly description: string;
}[] = [
  { how: 'describe', key: 'd', hint: 'd describe', description: 'show the description' },
  { how: 'yaml', key: 'Y', hint: 'Y YAML', description: 'show the YAML, or the unit file' },
  { how: 'events', key: 'V', hint: 'V events', description: 'show the events, newest first' },
  { how: 'applied', key: 'a', hint: 'a applied', description: 'compare with the last kubectl apply' },
];
