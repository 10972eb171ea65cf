import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { compilePattern } from '../../domain/pattern.ts';
import { zDuration } from '../../domain/schema.ts';
import { columnReadShape } from '../data-table.ts';
import { parseJsonPath } from '../json.ts';

const zFile = z
  .string()
  .min(1)
  .meta({ description: 'a file, or a glob whose newest file is meant; relative to the profile' });

const staleWords = { description: 'a file that nobody has written for this long has no value any more' };

/** In a signal a time stays a text, so that what was checked can be checked again. */
const zTime = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: (issue) => `"${String(issue.input)}" is no time: 30s, 1m, 26h`,
});

export const fileConfig = z.strictObject({
  paths: z
    .array(zFile)
    .min(1)
    .meta({ description: 'globs of the files to list, and of the logs whose lines are counted' }),
  staleAfter: zDuration.meta(staleWords).exactOptional(),
  olderThan: zDuration
    .meta({
      description:
        'only files that were last written longer ago than this: what a retention should have deleted',
    })
    .exactOptional(),
  mayBeEmpty: z
    .boolean()
    .meta({ description: 'true: that no file matches is no fault, as long as the directory is there' })
    .exactOptional(),
  every: zDuration.prefault('15s').meta({ description: 'how often it is read' }),
  timeout: zDuration.prefault('5s').meta({ description: 'how long a disk may take' }),
});

export type FileConfig = z.infer<typeof fileConfig> & {
  /** Where its files are when it is reached through `via:`; absent: on this machine. */
  readonly endpoints?: readonly string[];
};

const zCsv = z
  .strictObject({
    csv: zFile,
    ...columnReadShape,
    as: z
      .literal('daysLeft')
      .meta({ description: 'of dates: days from today to each, negative once it has passed' })
      .exactOptional(),
    staleAfter: zTime.meta(staleWords).exactOptional(),
  })
  .meta({ description: 'a value of a column of a CSV file' });
const zJson = z
  .strictObject({
    json: zFile,
    path: z
      .string()
      .refine((path) => parseJsonPath(path) !== undefined, { error: 'a path: build.seconds, runs[0].ok' })
      .exactOptional(),
    staleAfter: zTime.meta(staleWords).exactOptional(),
  })
  .meta({ description: 'a value of a JSON file, or of the last line of a file of JSON lines' });
const zNewest = z
  .strictObject({ newest: zFile, read: z.enum(['ageHours', 'bytes', 'ofPrevious', 'count']) })
  .meta({
    description:
      'the age or size of the newest file that a glob matches, its size in percent of that of the one before, or how many there are',
  });
const zWhole = z
  .strictObject({
    whole: zFile,
    complete: z
      .string()
      .refine((pattern) => typeof compilePattern(pattern) !== 'string', { error: 'no regular expression' })
      .meta({ description: 'a regular expression that one of its last five lines must match' })
      .exactOptional(),
    holds: z
      .array(z.string().min(1))
      .min(1)
      .meta({ description: 'files that it, a tar archive, must hold, none of them empty: [bin/api]' })
      .exactOptional(),
  })
  .refine(({ complete, holds }) => complete === undefined || holds === undefined, {
    error: 'a text ends with a line, an archive holds files; write complete or holds',
  })
  .meta({
    description: '1 when a file, or the newest that a glob matches, can be read and unpacked to its end',
  });
const zAge = z.strictObject({ age: zFile }).meta({ description: 'seconds since it was last written' });
const zBytes = z.strictObject({ bytes: zFile }).meta({ description: 'its size' });
const zExists = z.strictObject({ exists: zFile }).meta({ description: '1 when it is there, 0 when not' });
const zLines = z
  .strictObject({
    lines: z.string().min(1).meta({ description: 'a view of logs: { views }' }),
    per: zTime.meta({ description: 'over how long they are counted; default: 1m' }).exactOptional(),
  })
  .meta({ description: 'lines of the files in paths that a log view shows, per time' });

export type CsvRead = z.infer<typeof zCsv>;
export type JsonRead = z.infer<typeof zJson>;
export type NewestRead = z.infer<typeof zNewest>;
export type WholeRead = z.infer<typeof zWhole>;
export type StatRead = z.infer<typeof zAge> | z.infer<typeof zBytes> | z.infer<typeof zExists>;
export type FileLinesRead = z.infer<typeof zLines>;

/** What a signal reads: exactly one of these. */
export const fileReads = z.union([zCsv, zJson, zNewest, zWhole, zAge, zBytes, zExists, zLines]);
