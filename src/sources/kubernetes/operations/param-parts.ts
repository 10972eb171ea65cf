import { z } from 'zod';
import { durationText, parseDuration } from '../../../domain/duration.ts';
import { kindNamed } from '../kinds.ts';

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

const deployment = zName('a deployment').exactOptional();
const statefulset = zName('a stateful set').exactOptional();
const daemonset = zName('a daemon set').exactOptional();

export const templated = { deployment, statefulset, daemonset, namespace: zNamespace, wait: zWait };
export const scaled = { deployment, statefulset, namespace: zNamespace, wait: zWait };

/** What names the workload that is meant. */
export interface Named {
  readonly deployment?: string;
  readonly statefulset?: string;
  readonly daemonset?: string;
}

export const isOne = ({ deployment: one, statefulset: two, daemonset: three }: Named): boolean =>
  [one, two, three].filter((name) => name !== undefined).length === 1;
export const sayOne = { error: 'say one of deployment, statefulset, daemonset' };

export const zKind = z
  .string()
  .refine((kind) => kindNamed(kind) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is no kind that is known here: deployment, hpa, configmap`,
  })
  .meta({ description: 'a kind of object: deployment, hpa, configmap' });

export const zFiles = z
  .array(z.string().min(1))
  .min(1)
  .meta({ description: "YAML files, directories or globs, relative to the profile's file" });
export const zElsewhere = zName(
  "for documents that name none; default: the source's first one",
).exactOptional();
