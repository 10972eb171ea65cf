import { z } from 'zod';
import { parseBound } from '../../domain/bound.ts';
import type { FactKind } from '../../domain/facts.ts';
import { kindOf, madeOfKinds, perKind } from '../../kinds/registry.ts';
import { tiers } from '../../runs/policy/tiers.ts';
import { didYouMean } from '../did-you-mean.ts';
import { zCovers, zLevel, zName, zTitle } from './words.ts';

const levels: readonly string[] = zLevel.options;

const zLimit = z.string({
  error: (issue) =>
    typeof issue.input === 'number' ? `${issue.input} is no bound; write ">=${issue.input}"` : undefined,
});

const zLimitsOf = (kind: FactKind) => {
  const states = kindOf(kind).levels.closed;
  return z.record(z.string(), zLimit).superRefine((words, context) => {
    for (const [word, level] of Object.entries(words)) {
      const say = (message: string): void => context.addIssue({ code: 'custom', path: [word], message });
      if (word === 'warn' || word === 'crit') {
        const bound = parseBound(level);
        if ('error' in bound) say(bound.error);
      } else if (states?.includes(word.toLowerCase()) === false)
        say(`"${word}" is no state of ${kind}; ${didYouMean(word, ['warn', 'crit', ...states])}`);
      else if (!levels.includes(level)) say(`"${level}" is no level; ${didYouMean(level, levels)}`);
    }
  });
};

/** Overrides of the built-in levels: a word's level, or `warn` and `crit` bounds on the kind's number. */
export const zLimits = madeOfKinds(() => z.strictObject(perKind((kind) => zLimitsOf(kind).optional())));

const zShareWords = z
  .array(z.string().trim().min(2, { error: 'a word of one letter is in every text' }))
  .default([]);

/** What share mode masks, and leaves, beyond what it finds by itself. */
export const zShare = z.strictObject({
  names: zShareWords.meta({
    description: 'masked wherever they stand by themselves: customers, people, hosts that nothing else names',
  }),
  allow: zShareWords.meta({ description: 'never masked, although they look like a host or a user' }),
});

export const zContact = z.strictObject({
  id: z.string().min(1).optional(),
  name: zTitle,
  role: z.string().default(''),
  reach: z.string().default('').meta({ description: 'how to reach them: a channel, a number, an address' }),
  covers: zCovers,
});

export const zLink = z
  .strictObject({
    id: z.string().min(1).optional(),
    title: zTitle,
    url: z
      .string()
      .refine((text) => /^[a-z][\w+.-]*:\S+$/i.test(text), {
        error: (issue) => `${JSON.stringify(issue.input)} is no address; write it whole: https://HOST/PATH`,
      })
      .optional(),
    file: z.string().min(1).optional().meta({ description: 'a file, where there is no address' }),
    note: z.string().min(1).optional().meta({ description: 'how it is reached' }),
    covers: zCovers,
  })
  .refine(({ url, file }) => (url === undefined) !== (file === undefined), {
    error: 'it leads to one place; write url or file',
  });

const colors = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white', 'gray'] as const;

/** What names the environment. */
export const headShape = {
  opsdeck: z.literal(1).meta({ description: 'the version of this format' }),
  system: zName,
  env: zName,
  tier: z.enum(tiers).meta({ description: "the gates' row" }),
  title: zTitle.optional(),
  color: z.enum(colors).optional().meta({ description: "the header's colour" }),
  across: z.array(zName).optional().meta({ description: 'the columns of HEALTH and MATRIX' }),
  world: z.strictObject({ system: zName }).optional().meta({ description: 'served by the embedded world' }),
  covers: zCovers.optional(),
};
