import { z } from 'zod';
import { zDuration } from '../../domain/facts/schema.ts';
import { compilePattern } from '../../domain/regex/pattern.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { columnReadShape } from '../kit/values/data-table.ts';
import { parseJsonPath } from '../kit/values/json.ts';

const zFile = z
  .string()
  .min(1)
  .meta({ description: 'file path, or a glob: the newest match is read, relative to the profile' });

const staleWords = { description: 'maximum age: the signal is unknown while the file is older' };

/** In a signal a time stays a text, so that it can be validated again. */
const zTime = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: (issue) => `"${String(issue.input)}" is not a duration: use 30s, 1m or 26h`,
});

export const fileConfig = z.strictObject({
  paths: z
    .array(zFile)
    .min(1)
    .meta({ description: 'globs of the files to list, and of the log files whose lines are counted' }),
  staleAfter: zDuration.meta(staleWords).exactOptional(),
  olderThan: zDuration
    .meta({
      description: 'only files older than this, such as files that retention should have deleted',
    })
    .exactOptional(),
  mayBeEmpty: z
    .boolean()
    .meta({ description: 'true: no matching file is not an error, as long as the directory exists' })
    .exactOptional(),
  every: zDuration.prefault('15s').meta({ description: 'poll interval' }),
  timeout: zDuration.prefault('5s').meta({ description: 'read timeout' }),
});

export type FileConfig = z.infer<typeof fileConfig> & {
  /** Endpoints with its files, when reached through `via:`; absent: on this machine. */
  readonly endpoints?: readonly string[];
};

const zCsv = z
  .strictObject({
    csv: zFile,
    ...columnReadShape,
    as: z
      .literal('daysLeft')
      .meta({ description: 'for dates: days until the date, negative for a past date' })
      .exactOptional(),
    staleAfter: zTime.meta(staleWords).exactOptional(),
  })
  .meta({ description: 'value from a column of a CSV file' });
const zJson = z
  .strictObject({
    json: zFile,
    path: z
      .string()
      .refine((path) => parseJsonPath(path) !== undefined, {
        error: 'not a JSON path: use build.seconds or runs[0].ok',
      })
      .exactOptional(),
    staleAfter: zTime.meta(staleWords).exactOptional(),
  })
  .meta({ description: 'value from a JSON file, or from the last line of a JSON Lines file' });
const zNewest = z
  .strictObject({ newest: zFile, read: z.enum(['ageHours', 'bytes', 'ofPrevious', 'count']) })
  .meta({
    description:
      'age or size of the newest matching file, the size in percent of the previous one, or the number of matching files',
  });
const zWhole = z
  .strictObject({
    whole: zFile,
    complete: z
      .string()
      .refine((pattern) => typeof compilePattern(pattern) !== 'string', {
        error: 'not a valid regular expression: check brackets and backslashes',
      })
      .meta({ description: 'regular expression that one of the last five lines must match' })
      .exactOptional(),
    holds: z
      .array(z.string().min(1))
      .min(1)
      .meta({ description: 'files that the tar archive must contain, non-empty: [bin/api]' })
      .exactOptional(),
  })
  .refine(({ complete, holds }) => complete === undefined || holds === undefined, {
    error: 'set either complete (text file) or holds (tar archive)',
  })
  .meta({
    description: '1 if the file, or the newest match of the glob, can be read and unpacked completely',
  });
const zLineCount = z
  .strictObject({ lineCount: zFile })
  .meta({ description: 'number of lines of the file, or of the newest match of the glob, unpacked' });
const zAge = z.strictObject({ age: zFile }).meta({ description: 'seconds since the last modification' });
const zBytes = z.strictObject({ bytes: zFile }).meta({ description: 'file size in bytes' });
const zExists = z.strictObject({ exists: zFile }).meta({ description: '1 if the file exists, else 0' });
const zLines = z
  .strictObject({
    lines: z.string().min(1).meta({ description: 'name of a log view (logs: { views })' }),
    per: zTime.meta({ description: 'window to count over (default: 1m)' }).exactOptional(),
  })
  .meta({ description: 'number of log lines in paths that match a log view, per window' });

export type CsvRead = z.infer<typeof zCsv>;
export type JsonRead = z.infer<typeof zJson>;
export type NewestRead = z.infer<typeof zNewest>;
export type WholeRead = z.infer<typeof zWhole>;
export type FileLineCountRead = z.infer<typeof zLineCount>;
export type StatRead = z.infer<typeof zAge> | z.infer<typeof zBytes> | z.infer<typeof zExists>;
export type FileLinesRead = z.infer<typeof zLines>;

/** Read target of a signal: exactly one of these. */
export const fileReads = z.union([zCsv, zJson, zNewest, zWhole, zLineCount, zAge, zBytes, zExists, zLines]);
