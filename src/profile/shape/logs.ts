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
    name: zTitle.meta({
      description: 'name by which `--view`, the cockpit and `lines:` of a signal refer to this view',
    }),
    title: zTitle.exactOptional().meta({ description: 'short title' }),
    include: zPatterns().meta({
      description: 'regular expressions. The view shows only lines that match at least one of them',
    }),
    exclude: zPatterns().meta({
      description: 'regular expressions. The view hides lines that match any of them',
    }),
    ignoreCase: z.boolean().exactOptional().meta({ description: 'ignore case' }),
    level: zLogLevel().exactOptional().meta({ description: 'minimum level' }),
    of: z
      .array(
        z.strictObject({
          source: z.string().min(1),
          of: z.string().min(1).exactOptional().meta({
            description:
              'which target of the source to read: pod/x, deployment/x, app=x, a container, a unit or a file (default: all)',
          }),
        }),
      )
      .min(1)
      .exactOptional()
      .meta({
        description: 'the view reads these log streams. By default, the view reads the streams shown',
      }),
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
    description:
      'JSON keys to look for, the first match wins, in capital or small letters. `a.b` also matches `b` in the object `a`',
  }),
);

/** Keys of `logs:` besides its views. */
const settingsShape = onFirstUse(() => ({
  sources: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ description: 'Logs reads these sources first. By default, Logs reads every source with logs' }),
  follow: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'how many log streams of one source Logs follows at once (default 50)' }),
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
      description:
        'names of the JSON keys that hold time, level, message and logger, tried before the known names',
    }),
  keep: z
    .strictObject({
      lines: z
        .int()
        .min(1000)
        .optional()
        .meta({ description: 'Logs keeps at most this many lines in memory. The default is 1000000' }),
      bytes: zSize()
        .optional()
        .meta({ description: 'the lines of Logs may take at most this much memory. The default is 128MB' }),
    })
    .optional()
    .meta({
      description: 'how many log lines the cockpit keeps in memory. Older lines are dropped and counted',
    }),
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
    description: 'which word of a line, counted from 1, Logs uses to group lines by type',
  }),
  anonymise: z
    .strictObject({
      names: zWords().default([]).meta({ description: 'words that an anonymized export masks' }),
      keep: zWords().default([]).meta({ description: 'words that an anonymized export never masks' }),
    })
    .optional()
    .meta({
      description:
        'words that an anonymized export masks or keeps, besides the hosts, users and addresses that opsdeck detects',
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
