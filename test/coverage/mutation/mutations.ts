import { sourceTypes } from '../../../src/sources/registry.ts';
import { type Claim, drop, type Named, placesOf } from './entries.ts';
import type { Documents, Entry, Value } from './profile-copy.ts';

/** A change of a profile that removes the effect of an entry. */
export interface Mutation {
  readonly claim: Claim;
  /** 'dropped', 'always true'. */
  readonly how: string;
  /** Changes the documents, which belong to this mutation alone. */
  apply(documents: Documents): void;
  /** The profile stays unchanged; in the exercise this step is acknowledged but not executed. */
  readonly inert?: { readonly runbook: string; readonly step: string };
}

/** A number that no reading returns: more than the bytes of a machine. */
const strange = 987_654_321_987;

/** A signal that always has a value, as an input of calculations. */
const helper = { id: 'mutation.base', read: { fact: 'health', fold: 'count' } };

const calculated = (documents: Documents, entry: Named, calc: string): void => {
  for (const place of placesOf(documents, entry)) {
    for (const key of ['source', 'of', 'calc', 'fact', 'where', 'field', 'fold']) delete place[key];
    place.read = { of: { n: helper.id }, calc };
  }
  for (const document of Object.values(documents))
    if (
      typeof document === 'object' &&
      document !== null &&
      !Array.isArray(document) &&
      Array.isArray(document.signals)
    )
      document.signals.push(structuredClone(helper));
};

/** A bound with the same operator that is always crossed, or never. */
const moved = (bound: Value | undefined, passes: boolean): string => {
  const op = /^\s*([<>=!]+)/.exec(String(bound))?.[1] ?? '>=';
  if (op.startsWith('>')) return `${op}${passes ? -strange * 1000 : strange * 1000}`;
  if (op.startsWith('<')) return `${op}${passes ? strange * 1000 : -strange * 1000}`;
  return (op === '!=') === passes ? '!= no-such-word' : '= no-such-word';
};

const limits = ['warn', 'crit'] as const;

const withLimits = (documents: Documents, entry: Named, passes: boolean): void => {
  for (const place of placesOf(documents, entry)) {
    delete place.clear;
    for (const limit of limits) if (place[limit] !== undefined) place[limit] = moved(place[limit], passes);
  }
};

const ofSignal = (claim: Claim): readonly Mutation[] => {
  const { entry, whole } = claim;
  const change = (how: string, apply: Mutation['apply']): Mutation => ({ claim, how, apply });
  return [
    change('without a value', (documents) => calculated(documents, entry, '0 / (n - n)')),
    change('another value', (documents) => calculated(documents, entry, `${strange} + 0 * n`)),
    ...(limits.some((limit) => whole[limit] !== undefined)
      ? [
          change('limits never passed', (documents) => withLimits(documents, entry, false)),
          change('limits always passed', (documents) => withLimits(documents, entry, true)),
        ]
      : []),
  ];
};

const ofView = (claim: Claim): readonly Mutation[] => {
  const { entry, whole } = claim;
  const filters = ['include', 'exclude', 'level'] as const;
  return [
    {
      claim,
      how: 'no line',
      apply: (documents) => {
        for (const place of placesOf(documents, entry)) place.include = 'no such line is ever written';
      },
    },
    ...(filters.some((key) => whole[key] !== undefined)
      ? [
          {
            claim,
            how: 'every line',
            apply: (documents: Documents) => {
              for (const place of placesOf(documents, entry)) for (const key of filters) delete place[key];
            },
          },
        ]
      : []),
  ];
};

/** An expression that is true whenever it is known. */
const alwaysTrue = (that: string): string => `(${that}) or not (${that})`;

const expectsStatus = ({ expect }: Entry): boolean =>
  typeof expect === 'object' && expect !== null && !Array.isArray(expect) && expect.status !== undefined;

/**
 * Makes a verify step true whatever it reads. A failed answer is unknown unless its status is expected, and a status has no
 * bounds: such a step compares facts that every environment has instead.
 */
const loosened = (place: Entry): void => {
  if (typeof place.that === 'string') place.that = alwaysTrue(place.that);
  if (expectsStatus(place)) {
    for (const key of ['use', 'with', 'expect', 'danger']) delete place[key];
    place.that = alwaysTrue('any(health | status = up)');
  } else if (place.expect !== undefined) place.expect = { value: '!= no-such-word' };
};

const declared = await Promise.all(
  sourceTypes.map(async ({ type, load }) =>
    Object.entries((await load()).operations).map(([name, { danger }]) => ({
      name: `${type}.${name}`,
      danger,
    })),
  ),
);

/** The operations that only read, by the type of their source. */
const readOperations: ReadonlySet<string> = new Set(
  declared.flat().flatMap(({ name, danger }) => (danger === 'read' ? [name] : [])),
);

const ofStep = (claim: Claim): readonly Mutation[] => {
  const { entry, whole, operation = '' } = claim;
  if (!('runbook' in entry) || whole.manual === true) return [];
  const dropped: Mutation = { claim, how: 'dropped', apply: (documents) => drop(documents, entry) };
  const change = (how: string, alter: (place: Entry) => void): Mutation => ({
    claim,
    how,
    apply: (documents) => {
      for (const place of placesOf(documents, entry)) alter(place);
    },
  });
  if (entry.section === 'verify') return [dropped, change('always true', loosened)];
  if (entry.section === 'act') {
    const { runbook, id: step } = entry;
    // Steps that only read, or save what they read locally, work the same on the unchanged twin.
    const saves = /"(save|dir)":/.test(JSON.stringify(whole.with ?? {}));
    if (whole.danger === 'read' || readOperations.has(operation) || saves) return [dropped];
    return [
      dropped,
      { claim, how: 'answered and not carried out', apply: () => {}, inert: { runbook, step } },
    ];
  }
  if (typeof whole.that !== 'string') return [dropped];
  return [
    dropped,
    change('negated', (place) => {
      if (typeof place.that === 'string') place.that = `not (${place.that})`;
    }),
  ];
};

/** The mutations that remove the effect of an entry; none for a manual step. */
export const mutationsOf = (claim: Claim): readonly Mutation[] => {
  const { section } = claim.entry;
  if (section === 'signal') return ofSignal(claim);
  return section === 'view' ? ofView(claim) : ofStep(claim);
};
