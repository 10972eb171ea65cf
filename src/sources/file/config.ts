import { z } from 'zod';
import { zDuration } from '../../domain/facts/schema.ts';
import { compilePattern } from '../../domain/regex/pattern.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { columnReadShape } from '../kit/values/data-table.ts';
import { parseJsonPath } from '../kit/values/json.ts';

const zFile = z
  .string()
  .min(1)
  .meta({ description: 'path of the file, relative to the profile, or a glob, whose newest match is read' });

const staleWords = { description: 'maximum age of the file. While the file is older, the signal is unknown' };

/** In a signal a time stays a text, so that it can be validated again. */
const zTime = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: (issue) => `"${String(issue.input)}" is not a duration: use 30s, 1m or 26h`,
});

export const fileConfig = z.strictObject({
  paths: z
    .array(zFile)
    .min(1)
    .meta({ description: 'globs of the files to list. Their lines can be read as logs and counted' }),
  staleAfter: zDuration.meta(staleWords).exactOptional(),
  olderThan: zDuration
    .meta({
      description:
        'lists only files older than this, such as files that retention should have deleted (default: every file)',
    })
    .exactOptional(),
  mayBeEmpty: z
    .boolean()
    .meta({
      description:
        'whether the path may match no file, as long as the directory exists (default: false, which reports an error)',
    })
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
      .meta({
        description: 'with daysLeft, reads a date as the number of days until then, negative for a past date',
      })
      .exactOptional(),
    staleAfter: zTime.meta(staleWords).exactOptional(),
  })
  .meta({ description: 'a value from a column of a CSV file' });
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
  .meta({ description: 'a value from a JSON file, or from the last line of a JSON Lines file' });
const zNewest = z
  .strictObject({ newest: zFile, read: z.enum(['ageHours', 'bytes', 'ofPrevious', 'count']) })
  .meta({
    description:
      'what to read of the matching files: age or size of the newest one, the size in percent of the previous one, or their number',
  });
const zWhole = z
  .strictObject({
    whole: zFile,
    complete: z
      .string()
      .refine((pattern) => typeof compilePattern(pattern) !== 'string', {
        error: 'not a valid regular expression: check brackets and backslashes',
      })
      .meta({ description: 'regular expression that one of the last five lines of a complete file matches' })
      .exactOptional(),
    holds: z
      .array(z.string().min(1))
      .min(1)
      .meta({ description: 'files that the tar archive must contain, none of them empty, such as [bin/api]' })
      .exactOptional(),
  })
  .refine(({ complete, holds }) => complete === undefined || holds === undefined, {
    error: 'set either complete, for a text file, or holds, for a tar archive',
  })
  .meta({
    description:
      '1 if the file can be read and unpacked completely, otherwise 0. With a glob, the newest match counts',
  });
const zLineCount = z
  .strictObject({ lineCount: zFile })
  .meta({ description: 'number of lines of the unpacked file. With a glob, of the newest match' });
const zAge = z
  .strictObject({ age: zFile })
  .meta({ description: 'number of seconds since the file was last modified' });
const zBytes = z.strictObject({ bytes: zFile }).meta({ description: 'size of the file in bytes' });
const zExists = z.strictObject({ exists: zFile }).meta({ description: '1 if the file exists, otherwise 0' });
const zLines = z
  .strictObject({
    lines: z
      .string()
      .min(1)
      .meta({ description: 'name of a log view under logs.views, whose matching lines are counted' }),
    per: zTime
      .meta({ description: 'opsdeck counts the lines of this time window. The default is 1m' })
      .exactOptional(),
  })
  .meta({ description: 'number of log lines in `paths` that match a log view, per time window' });

export type CsvRead = z.infer<typeof zCsv>;
export type JsonRead = z.infer<typeof zJson>;
export type NewestRead = z.infer<typeof zNewest>;
export type WholeRead = z.infer<typeof zWhole>;
export type FileLineCountRead = z.infer<typeof zLineCount>;
export type StatRead = z.infer<typeof zAge> | z.infer<typeof zBytes> | z.infer<typeof zExists>;
export type FileLinesRead = z.infer<typeof zLines>;

/** Read target of a signal: exactly one of these. */
export const fileReads = z.union([zCsv, zJson, zNewest, zWhole, zLineCount, zAge, zBytes, zExists, zLines]);
