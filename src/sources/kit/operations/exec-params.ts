import { z } from 'zod';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Matcher } from '../../../domain/regex/matcher.ts';
import { compilePattern } from '../../../domain/regex/pattern.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { formatArgv } from '../../../domain/text/format.ts';

/** A file of many gigabytes takes this long. */
export const maxExecMs: Millis = 2 * 60 * 60_000;

const zPath = (what: string) => z.string().min(1).meta({ description: what }).exactOptional();

/** Parameters of a program whose stdout is saved to a local file, or that reads one from stdin. `names`: in `save`. */
export const execFileShape = (names: string) => ({
  save: zPath(`path of a new local file that gets the stdout of the program. ${names} are replaced`),
  gzip: z
    .boolean()
    .meta({ description: 'with true, opsdeck compresses the saved file with gzip. The default is false' })
    .exactOptional(),
  sumOf: zPath('file in the container whose SHA-256 the saved output must match'),
  feed: zPath('path of a local file that the program gets as stdin. A gzip file is decompressed'),
  complete: z
    .string()
    .refine((pattern) => typeof compilePattern(pattern) !== 'string', {
      error: 'not a valid regular expression: check brackets and backslashes',
    })
    .meta({
      description:
        'regular expression that one of the last lines of a complete file matches. Without a match, the step fails',
    })
    .exactOptional(),
  abort: z
    .string()
    .min(1)
    .meta({
      description:
        'text that opsdeck writes to stdin when the run is canceled or fails, so that the program fails too',
    })
    .exactOptional(),
});

/** The parameters of `execFileShape`. */
export interface ExecFileParams {
  readonly save?: string;
  readonly gzip?: boolean;
  readonly sumOf?: string;
  readonly feed?: string;
  readonly complete?: string;
  readonly abort?: string;
}

/** Reports combinations of these parameters that have no meaning. */
export const refineExecFile = (
  { save, gzip, sumOf, feed, complete, abort }: ExecFileParams,
  context: z.RefinementCtx,
): void => {
  const report = (isWrong: boolean, message: string): void => {
    if (isWrong) context.addIssue({ code: 'custom', message });
  };
  report(save !== undefined && feed !== undefined, 'one step can either save or feed: remove save or feed');
  report(save === undefined && gzip !== undefined, 'gzip works only with save: add save, or remove gzip');
  report(
    save === undefined && sumOf !== undefined,
    'sumOf works only with save: add save to this step, or remove sumOf',
  );
  report(feed === undefined && abort !== undefined, 'abort works only with feed: add feed, or remove abort');
  report(
    complete !== undefined && (save ?? feed) === undefined,
    'complete works only with save or feed: add one of them, or remove complete',
  );
};

/** A timeout of a program: at most 2 h. */
export const zExecTimeout = (what: string) =>
  z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'the value is not a duration: use 30s or 5m' })
    .refine((text) => (parseDuration(text) ?? 0) <= maxExecMs, { error: 'at most 2h' })
    .meta({ description: what })
    .exactOptional();

/** The pattern of a complete file, where the parameters have one. */
export const completionPattern = ({ complete }: ExecFileParams): Matcher | undefined => {
  const pattern = complete === undefined ? undefined : compilePattern(complete);
  return typeof pattern === 'string' ? undefined : pattern;
};

/** Adds the redirections and pipes for the program's output and input, in shell syntax. */
export const redirectedCommand = (
  command: string,
  { save, feed, gzip }: ExecFileParams,
  file: string | undefined,
): string => {
  const path = formatArgv([file ?? '']);
  if (save !== undefined) return `${command} ${gzip === true ? '| gzip ' : ''}> ${path}`;
  if (feed === undefined) return command;
  return /\.t?gz$/.test(file ?? '') ? `gunzip -c ${path} | ${command}` : `${command} < ${path}`;
};

/** Effects of a program that cannot be undone. */
export const irreversibleText = ({ save, feed }: ExecFileParams): string => {
  const program = 'opsdeck does not know what this program changes, and cannot undo the changes';
  if (save !== undefined) return `${program}. The file is kept until you delete it`;
  return feed === undefined
    ? program
    : `${program}. If you cancel the run, the program may have processed a part of the input`;
};
