import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import { logLevels } from '../../domain/facts/log-level.ts';
import { zOneOrMore } from '../../domain/facts/schema.ts';
import { compilePattern, isExplosive } from '../../domain/regex/pattern.ts';
import { parseSize } from '../../domain/text/format.ts';
import { isZone, zCovers, zRegex, zTitle } from './words.ts';

/** A pattern matched against every line; catastrophic backtracking is rejected. */
const zLineRegex = onFirstUse(() =>
  zRegex.superRefine((text, context) => {
    const compiled = compilePattern(text);
    // Invalid patterns are already reported by zRegex.
    if (typeof compiled === 'string' && isExplosive(text))
      context.addIssue({ code: 'custom', message: `"${text}": ${compiled}` });
  }),
);

const zPatterns = onFirstUse(() => zOneOrMore.pipe(z.array(zLineRegex())).default([]));

const zLogLevel = onFirstUse(() => z.enum(logLevels));

export const zLogView = onFirstUse(() =>
  z.strictObject({
    name: zTitle.meta({ description: 'name used by `--view`, the cockpit and `lines:` of a signal' }),
    title: zTitle.exactOptional().meta({ description: 'short title' }),
    include: zPatterns().meta({ description: 'regular expressions: a line must match one of them' }),
    exclude: zPatterns().meta({ description: 'regular expressions: a line must match none of them' }),
    ignoreCase: z.boolean().exactOptional().meta({ description: 'ignore case' }),
    level: zLogLevel().exactOptional().meta({ description: 'minimum level' }),
    of: z
      .array(
        z.strictObject({
          source: z.string().min(1),
          of: z.string().min(1).exactOptional().meta({
            description: 'pod/x, deployment/x, app=x, a container, a unit or a file (default: all)',
          }),
        }),
      )
      .min(1)
      .exactOptional()
      .meta({ description: 'streams to search (default: the streams shown)' }),
    covers: zCovers,
  }),
);

const zSize = onFirstUse(() =>
  z
    .string({
      error: (issue) =>
        typeof issue.input === 'number' ? `${issue.input} needs a unit. Write ${issue.input}MB` : undefined,
    })
    .meta({ description: 'a size with a unit, in powers of 1024', examples: ['128MB'] })
    .transform((text, context) => {
      const bytes = parseSize(text);
      if (bytes !== undefined && bytes >= 1024 * 1024) return bytes;
      const message =
        bytes === undefined
          ? `"${text}" is not a size: use 64MB or 1GB`
          : `"${text}" is less than the minimum 1MB`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }),
);

const zWords = onFirstUse(() =>
  z.array(z.string().trim().min(2, { error: 'a word needs at least two letters' })),
);

const zKeyNames = onFirstUse(() =>
  z.array(z.string().trim().min(1)).min(1).exactOptional().meta({
    description: 'JSON keys in order of priority, case-insensitive. `a.b` also matches `b` in the object `a`',
  }),
);

/** Keys of `logs:` besides its views. */
const settingsShape = onFirstUse(() => ({
  sources: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ description: 'sources that Logs reads by default (default: every source with logs)' }),
  follow: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'number of streams of a source that Logs follows at once (default 50)' }),
  levels: z
    .strictObject({
      trace: zLineRegex().optional(),
      debug: zLineRegex().optional(),
      info: zLineRegex().optional(),
      warn: zLineRegex().optional(),
      error: zLineRegex().optional(),
      fatal: zLineRegex().optional(),
    })
    .optional()
    .meta({ description: 'regular expressions that detect the level of lines without a known level word' }),
  keys: z
    .strictObject({ time: zKeyNames(), level: zKeyNames(), message: zKeyNames(), logger: zKeyNames() })
    .optional()
    .meta({
      description: 'keys of time, level, message and logger in JSON lines, tried before the known ones',
    }),
  keep: z
    .strictObject({
      lines: z
        .int()
        .min(1000)
        .optional()
        .meta({ description: 'maximum number of lines in the buffer (default 1000000)' }),
      bytes: zSize().optional().meta({ description: 'maximum size of the buffer (default 128MB)' }),
    })
    .optional()
    .meta({ description: 'log buffer of the cockpit. Older lines are dropped and counted' }),
  zone: z
    .string()
    .refine((name) => name === 'local' || isZone(name), {
      error: (issue) =>
        `"${String(issue.input)}" is not a time zone. Write utc, local or a name such as Europe/Berlin`,
    })
    .optional()
    .meta({
      description: 'time zone of timestamps without a zone: utc (default), local, or a name',
      examples: ['Europe/Berlin'],
    }),
  typeField: z.int().min(1).optional().meta({
    description: 'position of the word that Logs uses as the line type for grouping, starting at 1',
  }),
  anonymise: z
    .strictObject({
      names: zWords().default([]).meta({ description: 'words to mask' }),
      keep: zWords().default([]).meta({ description: 'words never to mask' }),
    })
    .optional()
    .meta({
      description: 'words that an anonymized export masks or keeps, in addition to the detected words',
    }),
}));

/** Schema of the settings; views may be anything here, since they are validated one by one. */
export const zLogSettings = onFirstUse(() =>
  z.strictObject({ ...settingsShape(), views: z.unknown().optional() }),
);

/** Schema of the whole section, for editors. */
export const zLogs = onFirstUse(() =>
  z.strictObject({ ...settingsShape(), views: z.array(zLogView()).optional() }),
);
