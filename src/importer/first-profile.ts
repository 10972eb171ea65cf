import type { Tier } from '../domain/profile/profile.ts';
import { isProduction, tiers } from '../runs/policy/tiers.ts';
import { comment, escapeReferences, quotedScalar, singleLine } from './yaml-text.ts';

/** A reference to an environment variable, which the profile resolves. Every other value of an entry is data. */
export interface VariableReference {
  readonly variable: string;
}

/** A reference to the output of a program. Its words are written as they are, so they have no space, quote or brace. */
export interface CommandReference {
  readonly argv: readonly string[];
}

export type EntryValue =
  | string
  | number
  | boolean
  | readonly (string | NestedMap)[]
  | VariableReference
  | CommandReference
  | NestedMap;

/** A map inside of an entry. */
export interface NestedMap {
  readonly nested: Entry;
}

/** The keys of an entry in their order; undefined values are left out. */
export type Entry = Readonly<Record<string, EntryValue | undefined>>;

/** A signal of a first profile. `read` has the keys of its source's form; thresholds are comparisons, `>=1`. */
export interface FirstSignal {
  readonly id: string;
  readonly title: string;
  /** The id of its source. */
  readonly source: string;
  readonly read: Entry;
  readonly unit: string;
  readonly warn?: string;
  readonly crit?: string;
  readonly for?: string;
  /** Set where no data is no problem. */
  readonly noData?: 'ok';
}

/** A source of a first profile: its id, its entry, and where it was found. */
export interface FirstSource {
  readonly id: string;
  readonly entry: Entry;
  readonly from: string;
  /** Signals that it provides. */
  readonly signals?: readonly FirstSignal[];
}

/** A text as a YAML scalar. It is data: what looks like a reference stays text. */
const scalar = (text: string): string => quotedScalar(escapeReferences(text));

const value = (of: EntryValue): string => {
  if (typeof of === 'string') return scalar(of);
  if (typeof of === 'number' || typeof of === 'boolean') return String(of);
  if ('nested' in of) return map(of.nested);
  if ('variable' in of) return quotedScalar(`\${env:${of.variable}}`);
  return 'argv' in of ? quotedScalar(`\${exec:${of.argv.join(' ')}}`) : `[${of.map(value).join(', ')}]`;
};

function map(entry: Entry): string {
  const parts = Object.entries(entry).flatMap(([key, of]) =>
    of === undefined ? [] : [`${quotedScalar(key)}: ${value(of)}`],
  );
  return `{ ${parts.join(', ')} }`;
}

const sourceLines = ({ id, entry, from }: FirstSource): readonly string[] => [
  `  ${comment(from)}`,
  `  ${quotedScalar(id)}: ${map(entry)}`,
];

/** Sources as comments: each becomes an entry when its `# ` is removed. */
const offerLines = (offers: readonly FirstSource[]): readonly string[] =>
  offers.length === 0
    ? []
    : [
        '  # Hosts of the cluster as HTTP checks. Nothing requests them: to request one every minute, remove the "# " before its name, and correct path where / answers an error.',
        ...offers.flatMap(({ id, entry, from }) => [
          `  ${comment(from)}`,
          `  ${comment(`${quotedScalar(id)}: ${map(entry)}`)}`,
        ]),
      ];

const signalKeys = ['id', 'title', 'source', 'unit', 'warn', 'crit', 'for', 'noData'] as const;

/** A signal on lines of its own: a query may be long. */
const signalLines = ({ read, ...signal }: FirstSignal): readonly string[] =>
  signalKeys
    .flatMap((key) => {
      const text = signal[key];
      return text === undefined ? [] : [`${key}: ${scalar(text)}`];
    })
    .concat(`read: ${map(read)}`)
    .map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`);

const signalSection = (sources: readonly FirstSource[]): readonly string[] => {
  const signals = sources.flatMap((source) => source.signals ?? []);
  return signals.length === 0 ? [] : ['', 'signals:', ...signals.flatMap(signalLines)];
};

/** Names by which people call an environment of a tier. Any other name is that of production. */
const namesOfTiers: Readonly<Record<Tier, readonly string[]>> = {
  local: ['local', 'localhost', 'laptop'],
  dev: ['dev', 'develop', 'development', 'sandbox'],
  staging: ['stage', 'stg', 'test', 'qa', 'uat', 'preprod', 'pre-production', 'preview', 'staging'],
  production: [],
};

/** The tier that the name of an environment says; production for any other name. */
const tierNamed = (env: string): Tier =>
  tiers.find((tier) => namesOfTiers[tier].includes(env.toLowerCase())) ?? 'production';

/** The generic actions that the accounts of the found systems may carry out, as those systems say. */
export interface PermittedActions {
  /** The account of this machine, which the profile would permit them to. */
  readonly account: string;
  readonly allowed: readonly string[];
  /** Verbs that are permitted, too, and that a first profile does not list. */
  readonly leftOut: readonly string[];
  /** Verbs that are not permitted, or about which no system has answered, each with the reason. */
  readonly missing: readonly { readonly verbs: readonly string[]; readonly why: string }[];
}

/** The lines of a first profile whose systems were asked what the account may do. One edit permits the listed actions. */
const askedPermissions = (
  tier: Tier,
  { account, allowed, leftOut, missing }: PermittedActions,
): readonly string[] => [
  isProduction(tier)
    ? '# Nothing can be changed: production is read-only until armed, and every account may only read.'
    : `# The tier is ${tier}, after the name of the environment: changes need a confirmation, but no arming. If customers use it, write production.`,
  `tier: ${tier}`,
  allowed.length === 0
    ? '# Actions from the keyboard. The account is permitted none of them:'
    : '# Actions from the keyboard: what the account is permitted to do. Remove the actions that you do not want here.',
  `guard: { actions: [${allowed.join(', ')}] }`,
  ...missing.map(({ verbs, why }) => `#   ${singleLine(`${verbs.join(', ')}: ${why}`)}`),
  ...(leftOut.length === 0 ? [] : [`#   ${leftOut.join(', ')}: permitted to the account, but left out here`]),
  ...(allowed.length === 0
    ? []
    : [
        '# Nothing can be changed yet: every account may only read. To permit these actions, replace the next line with:',
        `#   authority: [{ id: me, who: ${scalar(account)}, may: disruptive }, { id: everyone, who: "*", may: read }]`,
      ]),
  'authority: [{ id: everyone, who: "*", may: read }]',
];

/** The lines that permit nothing, below the one edit that permits something. */
const permissions = (tier: Tier): readonly string[] => [
  ...(isProduction(tier)
    ? [
        '# Nothing can be changed: production is read-only until armed, no generic action is permitted, and every account may',
        '# only read. To restart and scale from the keyboard, replace the last two lines with these, and write your account:',
        '#   guard: { actions: [restart, scale] }',
        '#   authority: [{ id: me, who: ACCOUNT, may: disruptive }, { id: everyone, who: "*", may: read }]',
      ]
    : [
        `# The tier is ${tier}, after the name of the environment: changes need a confirmation, but no arming. If customers use it, write production.`,
        '# Nothing can be changed yet. To restart and scale from the keyboard, replace the last two lines with:',
        '#   guard: { actions: [restart, scale] }',
      ]),
  `tier: ${tier}`,
  'guard: { actions: [] }',
  'authority: [{ id: everyone, who: "*", may: read }]',
];

/**
 * The text of a first profile. It may read and nothing else: no account may run more than reading steps, and only the generic
 * actions are listed that its systems permit (`permitted`; none if they were not asked). `offers` are comments. The tier is the one that the name of the environment says, else production, which is read-only until armed.
 */
export const firstProfile = (
  { system, env, title }: { readonly system: string; readonly env: string; readonly title?: string },
  sources: readonly FirstSource[],
  permitted?: PermittedActions,
  offers: readonly FirstSource[] = [],
): string =>
  `${[
    comment(`The first profile of ${system}/${env}, drafted by opsdeck init.`),
    'opsdeck: 1',
    `system: ${scalar(system)}`,
    `env: ${scalar(env)}`,
    ...(title === undefined ? [] : [`title: ${scalar(title)}`]),
    '',
    ...(permitted === undefined ? permissions(tierNamed(env)) : askedPermissions(tierNamed(env), permitted)),
    '',
    'sources:',
    ...sources.flatMap(sourceLines),
    ...offerLines(offers),
    ...signalSection(sources),
  ].join('\n')}\n`;
