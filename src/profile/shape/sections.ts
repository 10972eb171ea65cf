import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import type { FactKind } from '../../domain/facts/facts.ts';
import { noBound } from '../../domain/facts/level.ts';
import { zDuration, zHttpUrl, zOneOrMore } from '../../domain/facts/schema.ts';
import { formatThreshold, isReachedBefore, parseBound } from '../../domain/facts/threshold.ts';
import { isPackageName } from '../../domain/profile/settings.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { derivedFromKinds, kindOf, perKind } from '../../kinds/registry/registry.ts';
import { dangers } from '../../runs/policy/danger.ts';
import { tiers } from '../../runs/policy/tiers.ts';
import { didYouMean } from '../document/diagnostics.ts';
import { zCovers, zIdentifier, zLevel, zTitle, zZone } from './words.ts';

const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00Z`).toJSON()?.slice(0, 10) === text;

/** Schema of the review schedule of the profile's original documents, with its owner. */
export const zReview = onFirstUse(() =>
  z.strictObject({
    owner: z.string().default('').meta({ description: 'owner' }),
    every: z.string().default('').meta({ description: 'interval: monthly' }),
    next: z
      .string()
      .refine(isDay, {
        error: (issue) => `${JSON.stringify(issue.input)} is not a date. Write 2026-12-20`,
      })
      .optional()
      .meta({ description: 'date on which this profile has to be reviewed next, such as 2026-12-20' }),
    covers: zCovers,
  }),
);

const elsewhere = (what: string) => z.never({ error: what }).optional();

/** Schema of the schedule: the time zone of this system's dates. */
export const zSchedule = onFirstUse(() =>
  z.strictObject({
    tz: zZone.optional().meta({
      description:
        'IANA time zone for the dates of this profile, such as Europe/Berlin (default: the zone of this machine)',
    }),
    quiet: elsewhere('schedule cannot hold quiet hours. Write them as guard.quiet'),
    maintenance: elsewhere('schedule cannot hold maintenance windows. Write them as guard.freeze'),
  }),
);

/** Schema of the plugin list. The user's settings decide where plugins are and whether they may load. */
export const zPlugins = onFirstUse(() =>
  z
    .array(
      z.string().refine(isPackageName, {
        error: (issue) =>
          `"${String(issue.input)}" is not a package name. config.yaml says where a plugin is installed`,
      }),
    )
    .meta({ description: "names of required plugins. The user's config.yaml must allow them" }),
);

/** Schema of one escalation step; the list starts with the first responder. */
export const zEscalation = onFirstUse(() =>
  z.strictObject({
    id: zIdentifier,
    title: zTitle.optional(),
    contact: z.string().min(1).optional().meta({ description: 'contact id' }),
    respond: z
      .string()
      .default('')
      .meta({ description: 'within which time this person is expected to respond' }),
    authority: z
      .string()
      .default('')
      .meta({ description: 'text that says what people on this level may decide' }),
    when: z.string().default('').meta({ description: 'text that says when to escalate to this level' }),
    after: zDuration
      .optional()
      .meta({ description: 'how long to wait after the previous level before escalating to this one' }),
    covers: zCovers,
  }),
);

/** Schema of one authority level; the list starts with the lowest. */
export const zAuthorityLevel = onFirstUse(() =>
  z.strictObject({
    id: zIdentifier,
    title: zTitle.optional(),
    who: zOneOrMore.meta({ description: "operating system account names. '*' means every account" }),
    may: z.enum(dangers).meta({ description: 'up to which danger these accounts may run actions' }),
    also: z
      .array(z.string().min(1))
      .default([])
      .meta({ description: 'ids of runbooks that these accounts may run, whatever their danger' }),
    covers: zCovers,
  }),
);

const syslogAddress = /^(udp|tcp):\/\/(\[[\da-f:]+\]|[\w.-]+)(?::(\d{1,5}))?\/?$/i;

const zSyslog = onFirstUse(() =>
  z
    .strictObject({
      syslog: z.string().regex(syslogAddress, { error: 'write udp://HOST:514, or tcp://HOST:PORT' }).meta({
        description:
          'syslog server to which opsdeck sends each record: RFC 5424 over UDP, or over TCP with octet counting (default port 514)',
      }),
    })
    .transform(({ syslog }) => {
      const [, over = '', host = '', port = '514'] = syslogAddress.exec(syslog) ?? [];
      return {
        is: 'syslog' as const,
        host: host.replaceAll(/[[\]]/g, ''),
        port: Number(port),
        over: over.toLowerCase() === 'tcp' ? ('tcp' as const) : ('udp' as const),
      };
    }),
);

const zHttp = onFirstUse(() =>
  z
    .strictObject({
      http: zHttpUrl.meta({ description: 'URL to which opsdeck POSTs each record' }),
      bearer: z.string().min(1).exactOptional(),
    })
    .transform(({ http, ...rest }) => ({ is: 'http' as const, url: http, ...rest })),
);

const zCopy = onFirstUse(() => z.union([zSyslog(), zHttp()]));

/** Schema of the targets for copies of the ledger. */
export const zAudit = onFirstUse(() =>
  z.strictObject({
    copy: z
      .union([zCopy(), z.array(zCopy())])
      .transform((copies) => [copies].flat())
      .meta({
        description:
          'opsdeck writes each record to disk, then copies the record to this destination, or to each of a list',
      }),
  }),
);

const zStateUrl = onFirstUse(() =>
  z.string().regex(/^postgres(?:ql)?:\/\/\S+$/, {
    error: 'not a PostgreSQL URL. Use postgres://USER@HOST:PORT/DATABASE',
  }),
);

/** Shortest and longest lease: a heartbeat takes a third of it. */
const leaseLimits = { least: 3_000, most: 10 * 60_000 };
const defaultLeaseMs = 30_000;

/** Schema of the database that several machines share. */
export const zState = onFirstUse(() =>
  z.union([
    zStateUrl().transform((url) => ({ url, leaseMs: defaultLeaseMs, readings: 'shared' as const })),
    z
      .strictObject({
        url: zStateUrl().meta({
          description: 'postgres://USER@HOST:PORT/DATABASE, with sslmode as in libpq',
        }),
        password: z.string().min(1).exactOptional(),
        lease: zDuration
          .refine((ms) => ms >= leaseLimits.least && ms <= leaseLimits.most, {
            error: 'write a duration from 3s to 10m',
          })
          .optional()
          .meta({
            description:
              'after which time another process may take over the locks of one that does not answer (default 30s)',
          }),
        readings: z.enum(['own', 'shared', 'all']).default('shared').meta({
          description:
            'shared: one cockpit polls a source for all cockpits. all: the same, also for sources with credentials. own: each cockpit polls by itself',
        }),
      })
      .transform(({ lease = defaultLeaseMs, ...rest }) => ({ ...rest, leaseMs: lease })),
  ]),
);

const levels: readonly string[] = zLevel.options;

const zLimit = onFirstUse(() =>
  z.string({
    error: (issue) =>
      typeof issue.input === 'number' ? `${issue.input} is not a limit. Write ">=${issue.input}"` : undefined,
  }),
);

/** Why a text is neither a bound nor `off`; undefined if it is one. */
const boundProblem = (text: string): string | undefined => {
  const bound = text === noBound ? undefined : parseBound(text);
  return bound !== undefined && 'error' in bound ? bound.error : undefined;
};

/** Why a crit limit makes the warn limit useless; undefined if it does not. */
const orderProblem = (words: Readonly<Record<string, string>>): string | undefined => {
  const warn = parseBound(words.warn ?? '');
  const crit = parseBound(words.crit ?? '');
  return 'op' in warn && 'op' in crit && isReachedBefore(crit, warn)
    ? `crit ${formatThreshold(crit)} is reached before warn ${formatThreshold(warn)}. Swap the two limits, or correct one of them`
    : undefined;
};

const zLimitsOf = (kind: FactKind) => {
  const states = kindOf(kind).levels.closed;
  return z.record(z.string(), zLimit()).superRefine((words, context) => {
    const disorder = orderProblem(words);
    if (disorder !== undefined) context.addIssue({ code: 'custom', path: ['crit'], message: disorder });
    for (const [word, level] of Object.entries(words)) {
      const say = (message: string): void => context.addIssue({ code: 'custom', path: [word], message });
      if (word === 'warn' || word === 'crit') {
        const why = boundProblem(level);
        if (why !== undefined) say(why);
      } else if (states?.includes(word.toLowerCase()) === false)
        say(
          `"${word}" is not a state of ${kind}. ${sentenceCase(didYouMean(word, ['warn', 'crit', ...states]))}`,
        );
      else if (!levels.includes(level))
        say(`"${level}" is not a level. ${sentenceCase(didYouMean(level, levels))}`);
    }
  });
};

/** Overrides of the built-in levels: the level of a word, or `warn` and `crit` thresholds on the kind's number. */
export const zLimits = derivedFromKinds(() => z.strictObject(perKind((kind) => zLimitsOf(kind).optional())));

const zShareWords = onFirstUse(() =>
  z.array(z.string().trim().min(2, { error: 'a word needs at least two letters' })).default([]),
);

/** Schema of the words that share mode masks and leaves, beyond those it detects. */
export const zShare = onFirstUse(() =>
  z.strictObject({
    names: zShareWords().meta({
      description:
        'words that share mode masks: customers, people and hosts that opsdeck cannot recognize by itself',
    }),
    allow: zShareWords().meta({
      description: 'words that share mode never masks, even if they look like a host or a user',
    }),
  }),
);

export const zContact = onFirstUse(() =>
  z.strictObject({
    id: z.string().min(1).optional(),
    name: zTitle,
    role: z.string().default(''),
    reach: z.string().default('').meta({
      description: 'how to reach this person or team: a channel, a phone number or an email address',
    }),
    covers: zCovers,
  }),
);

export const zLink = onFirstUse(() =>
  z
    .strictObject({
      id: z.string().min(1).optional(),
      title: zTitle,
      url: z
        .string()
        .refine((text) => /^[a-z][\w+.-]*:\S+$/i.test(text), {
          error: (issue) => `${JSON.stringify(issue.input)} is not a URL. Write https://HOST/PATH`,
        })
        .optional(),
      file: z
        .string()
        .min(1)
        .optional()
        .meta({ description: 'path of the file that this link opens, instead of a URL' }),
      note: z
        .string()
        .min(1)
        .optional()
        .meta({ description: 'text that says how to get access to the linked page' }),
      covers: zCovers,
    })
    .refine(({ url, file }) => (url === undefined) !== (file === undefined), {
      error: 'a link needs exactly one target. Write url or file',
    }),
);

/** Schema of the dependencies: an object, and the names of what it depends on. */
export const zDependencies = onFirstUse(() =>
  z.record(
    z.string().trim().min(1),
    z
      .union([z.string().trim().min(1), z.array(z.string().trim().min(1)).min(1)])
      .transform((names) => [names].flat()),
  ),
);

/** Longest text of a sentence: it stands on one row. */
const mostSentenceLetters = 160;

/** Schema of the sentences: an object, and its fact in the words of the team. */
export const zSentence = onFirstUse(() =>
  z.record(
    z.string().trim().min(1),
    z
      .string()
      .trim()
      .min(1)
      .max(mostSentenceLetters)
      .regex(/^[^\p{Cc}\p{Cf}]*$/u, {
        error: 'the sentence must be one line. Remove line feeds and control characters',
      })
      .regex(/(?:^|[^.])$/, {
        error: 'the sentence becomes part of another one. Remove the full stop at the end',
      }),
  ),
);

const colors = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white', 'gray'] as const;

/** The version of the profile format that this opsdeck reads: `opsdeck:` of a profile. */
export const profileFormat = 1;

/** Says that a profile is written for a newer opsdeck. */
export const newerFormatText = (format: number): string =>
  `${format} is the profile format of a newer opsdeck`;

/** Keys that identify the environment. */
export const headShape = {
  opsdeck: z
    .literal(profileFormat, {
      error: ({ input }) =>
        typeof input === 'number' && input > profileFormat
          ? `${newerFormatText(input)}. Update opsdeck`
          : undefined,
    })
    .meta({ description: 'version of the profile format in which this file is written' }),
  system: zIdentifier,
  env: zIdentifier,
  tier: z.enum(tiers).meta({
    description:
      'the tier says how critical the environment is, and so which gates a run must pass before the start',
  }),
  title: zTitle.optional(),
  color: z.enum(colors).optional().meta({ description: 'header color' }),
  across: z
    .array(zIdentifier)
    .optional()
    .meta({ description: 'environments of this system that Health and Threshold matrix show side by side' }),
  world: z
    .strictObject({ system: zIdentifier })
    .optional()
    .meta({ description: 'simulator that stands in for the real system, for drills and demos' }),
  covers: zCovers.optional(),
};
