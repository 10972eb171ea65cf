import { z } from 'zod';
import { parseSize } from '../../domain/format.ts';
import { logLevels } from '../../domain/log-level.ts';
import { compilePattern } from '../../domain/pattern.ts';
import { zOneOrMore } from '../../domain/schema.ts';
import { zCovers, zRegex, zTitle } from './words.ts';

/** A pattern that is matched against every line there is: it must not take for ever on one of them. */
const zLineRegex = zRegex.superRefine((text, context) => {
  const compiled = compilePattern(text);
  // What is no pattern at all has been said already.
  if (typeof compiled === 'string' && compiled.includes('for ever'))
    context.addIssue({ code: 'custom', message: `"${text}": ${compiled}` });
});

const zPatterns = zOneOrMore.pipe(z.array(zLineRegex)).default([]);

const zLogLevel = z.enum(logLevels);

export const zLogView = z.strictObject({
  name: zTitle.meta({ description: 'what `--view`, the cockpit and `lines:` of a signal call it' }),
  title: zTitle.exactOptional().meta({ description: 'what it shows, in a few words' }),
  include: zPatterns.meta({ description: 'regular expressions: a line has to match one of them' }),
  exclude: zPatterns.meta({ description: 'regular expressions: a line must match none of them' }),
  ignoreCase: z.boolean().exactOptional().meta({ description: 'upper and lower case are the same' }),
  level: zLogLevel.exactOptional().meta({ description: 'lines at least this grave' }),
  of: z
    .array(
      z.strictObject({
        source: z.string().min(1),
        of: z.string().min(1).exactOptional().meta({
          description: 'pod/x, deployment/x, app=x, a container, a unit, a file; absent: all of it',
        }),
      }),
    )
    .min(1)
    .exactOptional()
    .meta({ description: 'of which streams; absent: of those that are shown' }),
  covers: zCovers,
});

const zSize = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number' ? `${issue.input} needs a unit: ${issue.input}MB` : undefined,
  })
  .meta({ description: 'a size with its unit, in powers of 1024', examples: ['128MB'] })
  .transform((text, context) => {
    const bytes = parseSize(text);
    if (bytes !== undefined && bytes >= 1024 * 1024) return bytes;
    const message = bytes === undefined ? `"${text}" is no size: 64MB, 1GB` : `"${text}" is less than 1MB`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

const zWords = z.array(z.string().trim().min(2, { error: 'a word of one letter is in every text' }));

/** What `logs:` says besides its views. */
const settingsShape = {
  sources: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ description: 'what is read when nobody says; absent: every source that has lines' }),
  levels: z
    .strictObject({
      trace: zLineRegex.optional(),
      debug: zLineRegex.optional(),
      info: zLineRegex.optional(),
      warn: zLineRegex.optional(),
      error: zLineRegex.optional(),
      fatal: zLineRegex.optional(),
    })
    .optional()
    .meta({ description: 'patterns that tell the level of lines that do not name it in a known way' }),
  keep: z
    .strictObject({
      lines: z.int().min(1000).optional().meta({ description: 'default: 1000000' }),
      bytes: zSize.optional().meta({ description: 'default: 128MB' }),
    })
    .optional()
    .meta({ description: 'how much the cockpit keeps; what is older goes, and is counted' }),
  zone: z.enum(['utc', 'local']).optional().meta({ description: 'of times that name none; default: utc' }),
  typeField: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'which word of a line is its type, counted from 1, for grouping' }),
  anonymise: z
    .strictObject({
      names: zWords.default([]).meta({ description: 'masked wherever they stand by themselves' }),
      keep: zWords.default([]).meta({ description: 'never masked' }),
    })
    .optional()
    .meta({ description: 'what an anonymised export masks and leaves, beyond what it finds by itself' }),
};

/** The settings; the views, which are checked one by one, may be anything here. */
export const zLogSettings = z.strictObject({ ...settingsShape, views: z.unknown().optional() });

/** The whole section, for the editor's schema. */
export const zLogs = z.strictObject({ ...settingsShape, views: z.array(zLogView).optional() });
