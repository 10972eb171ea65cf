import { z } from 'zod';
import { compilePattern } from '../../../domain/pattern.ts';
import { targetProblem } from '../target.ts';
import { zContainer, zName, zNamespace, zSpan } from './param-parts.ts';

/** A file of many gigabytes takes its time. */
const longestExecMs = 2 * 60 * 60_000;

const zPath = (what: string) => z.string().min(1).meta({ description: what }).exactOptional();

export const execParams = z
  .strictObject({
    pod: zName('a pod').exactOptional(),
    pods: z
      .array(zName('a pod'))
      .min(1)
      .max(100)
      .meta({ description: 'these pods, one after another' })
      .exactOptional(),
    deployment: zName('every running pod of a deployment').exactOptional(),
    selector: z
      .string()
      .min(1)
      .refine((text) => targetProblem(text) === undefined, {
        error: 'no label selector (app=NAME) and no object (statefulset/NAME)',
      })
      .meta({
        description: 'every running pod that a label selector, statefulset/NAME or service/NAME selects',
      })
      .exactOptional(),
    first: z.boolean().meta({ description: 'true: only in the first of them' }).exactOptional(),
    container: zContainer,
    argv: z
      .array(z.string())
      .min(1)
      .meta({ description: 'the program in the container and its arguments; no shell' }),
    save: zPath('a new file of this machine for what it writes to stdout; {time} and {pod} are filled in'),
    gzip: z.boolean().meta({ description: 'true: packs that file' }).exactOptional(),
    sumOf: zPath('a file in the container: what is saved must have its SHA-256, or nothing is kept'),
    feed: zPath('a file of this machine for its stdin, unpacked where it is gzip'),
    complete: z
      .string()
      .refine((pattern) => typeof compilePattern(pattern) !== 'string', { error: 'no regular expression' })
      .meta({ description: 'what one of the last lines of that file must match for it to be whole' })
      .exactOptional(),
    abort: z
      .string()
      .min(1)
      .meta({ description: 'what is fed at last when it is broken off, so that the program fails' })
      .exactOptional(),
    timeout: zSpan('after how long it is left; default: 1m, at most 2h', longestExecMs),
    namespace: zNamespace,
  })
  .refine(({ save, feed }) => save === undefined || feed === undefined, { error: 'say one of save, feed' })
  .refine(({ save, gzip }) => save !== undefined || gzip === undefined, { error: 'gzip is for save' })
  .refine(({ save, sumOf }) => save !== undefined || sumOf === undefined, { error: 'sumOf is for save' })
  .refine(({ feed, abort }) => feed !== undefined || abort === undefined, { error: 'abort is for feed' })
  .refine(({ save, feed, complete }) => complete === undefined || (save ?? feed) !== undefined, {
    error: 'complete is for save and feed',
  })
  .refine(
    (one) => [one.pod, one.pods, one.deployment, one.selector].filter((of) => of !== undefined).length === 1,
    { error: 'say one of pod, pods, deployment, selector' },
  );

export type ExecParams = z.infer<typeof execParams>;
