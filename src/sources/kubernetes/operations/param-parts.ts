import { z } from 'zod';
import { durationText, parseDuration } from '../../../domain/duration.ts';

/** No step of a run goes on for longer. */
const longestMs = 5 * 60_000;

/** The executor has these values read by the schema twice, so that nothing is turned into something else here. */
export const zSpan = (what: string, mostMs = longestMs) =>
  z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'a duration with its unit: 30s, 2m' })
    .refine((text) => (parseDuration(text) ?? 0) <= mostMs, { error: `at most ${durationText(mostMs)}` })
    .meta({ description: what })
    .exactOptional();

export const zName = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
      error: (issue) => `"${String(issue.input)}" is no name of an object`,
    })
    .meta({ description: what });

export const zNamespace = zName("default: the source's first namespace").exactOptional();
export const zContainer = zName('default: its only container').exactOptional();
export const zWait = zSpan('how long the rollout is waited for; default: not at all, at most 5m');
