import { field, number, text } from '../../wire-value.ts';
import { writtenPrint } from './field-diff.ts';

/** By what an object is pinned that has no value of its own to be pinned by: what somebody wrote last. */
export const standingOf = (raw: unknown): string => {
  if (raw === undefined) return 'not there';
  const metadata = field(raw, 'metadata');
  const generation = number(field(metadata, 'generation'));
  if (generation !== undefined && generation > 0) return `generation ${generation}`;
  // Of what says how it fares (an autoscaler, a node, a pod) the version changes all the time by itself.
  if (field(raw, 'status') !== undefined) return `as written, ${writtenPrint(raw)}`;
  return `version ${text(field(metadata, 'resourceVersion')) ?? 'unknown'}`;
};
