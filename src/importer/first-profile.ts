import { comment, escapeReferences, quotedScalar } from './yaml-text.ts';

/** A reference to an environment variable, which the profile resolves. Every other value of an entry is data. */
export interface VariableReference {
  readonly variable: string;
}

type EntryValue = string | readonly string[] | VariableReference;

/** A source of a first profile: its id, its entry, and where it was found. */
export interface FirstSource {
  readonly id: string;
  /** The keys of the entry in their order; undefined values are left out. */
  readonly entry: Readonly<Record<string, EntryValue | undefined>>;
  readonly from: string;
}

/** A text as a YAML scalar. It is data: what looks like a reference stays text. */
const scalar = (text: string): string => quotedScalar(escapeReferences(text));

const value = (of: EntryValue): string => {
  if (typeof of === 'string') return scalar(of);
  return 'variable' in of ? quotedScalar(`\${env:${of.variable}}`) : `[${of.map(scalar).join(', ')}]`;
};

const sourceLines = ({ id, entry, from }: FirstSource): readonly string[] => {
  const parts = Object.entries(entry).flatMap(([key, of]) =>
    of === undefined ? [] : [`${quotedScalar(key)}: ${value(of)}`],
  );
  return [`  ${comment(from)}`, `  ${quotedScalar(id)}: { ${parts.join(', ')} }`];
};

/**
 * The text of a first profile. It may read and nothing else: the tier is production, which is read-only until it is armed, no
 * generic action is permitted, and no account may run more than reading steps.
 */
export const firstProfile = (
  { system, env }: { readonly system: string; readonly env: string },
  sources: readonly FirstSource[],
): string =>
  `${[
    comment(`The first profile of ${system}/${env}, drafted by opsdeck init.`),
    'opsdeck: 1',
    `system: ${scalar(system)}`,
    `env: ${scalar(env)}`,
    '',
    '# Nothing can be changed: production is read-only until it is armed, no generic action is permitted, and every account may',
    '# only read. Lift this deliberately, and one line after the other.',
    'tier: production',
    'guard: { actions: [] }',
    'authority: [{ id: everyone, who: "*", may: read }]',
    '',
    'sources:',
    ...sources.flatMap(sourceLines),
  ].join('\n')}\n`;
