/** A source of a first profile: its id, its entry, and where it was found. */
export interface FirstSource {
  readonly id: string;
  /** The keys of the entry in their order; undefined values are left out. */
  readonly entry: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly from: string;
}

/** A comment of one line: nothing from outside ends it. */
const comment = (text: string): string => `# ${text.replaceAll(/\s+/g, ' ')}`;

const isPlain = /^[A-Za-z][A-Za-z0-9_./-]*$/;
const isKeyword = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** A text as a YAML scalar; `${` would start a reference, except in the values that are written as references. */
const scalar = (text: string): string =>
  isPlain.test(text) && !isKeyword.test(text) ? text : JSON.stringify(text);

const value = (of: string | readonly string[]): string =>
  typeof of === 'string' ? scalar(of) : `[${of.map(scalar).join(', ')}]`;

const sourceLines = ({ id, entry, from }: FirstSource): readonly string[] => {
  const parts = Object.entries(entry).flatMap(([key, of]) =>
    of === undefined ? [] : [`${key}: ${value(of)}`],
  );
  return [`  ${comment(from)}`, `  ${id}: { ${parts.join(', ')} }`];
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
