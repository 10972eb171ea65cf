import { shownValue } from '../../secret-name.ts';
import { entries, field, list, text } from '../../wire-value.ts';

/** A variable of a container: its value, or where it comes from ('secretKeyRef db/password'). */
export type Variable = { readonly value: string } | { readonly from: string };

/** Values as a profile may write them; null: the variable is to go. */
export type WantedValues = Readonly<Record<string, string | number | boolean | null>>;

/** The variables of a container. The API leaves out a value that is empty. */
export const variablesOf = (container: unknown): ReadonlyMap<string, Variable> =>
  new Map(
    list(field(container, 'env')).map((one) => {
      const [from] = entries(field(one, 'valueFrom'));
      const variable: Variable =
        from === undefined
          ? { value: text(field(one, 'value')) ?? '' }
          : { from: [from[0], refOf(from[1])].filter((part) => part !== '').join(' ') };
      return [text(field(one, 'name')) ?? '', variable] as const;
    }),
  );

const refOf = (from: unknown): string =>
  [text(field(from, 'name')), text(field(from, 'key')) ?? text(field(from, 'fieldPath'))]
    .filter((part) => part !== undefined)
    .join('/');

/** Items for a strategic merge patch of `env`, which is merged by names: what is not named stays. */
export const envItems = (wanted: WantedValues): readonly unknown[] =>
  Object.entries(wanted).map(([name, value]) =>
    value === null ? { name, $patch: 'delete' } : { name, value: String(value) },
  );

/** Names that are asked for and whose values are taken from elsewhere: a literal would stand beside the reference. */
export const referredNames = (wanted: WantedValues, now: ReadonlyMap<string, Variable>): readonly string[] =>
  Object.keys(wanted).flatMap((name) => {
    const variable = now.get(name);
    return variable !== undefined && 'from' in variable ? [`${name} (from ${variable.from})`] : [];
  });

/** The values that were there before; null where there was none. */
export const earlierValues = (
  wanted: WantedValues,
  now: ReadonlyMap<string, Variable>,
): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    Object.keys(wanted).map((name) => {
      const variable = now.get(name);
      return [name, variable !== undefined && 'value' in variable ? variable.value : null];
    }),
  );

/** 'GOGC=100, DB_PASSWORD=…, GOMAXPROCS not set' */
export const valuesWords = (values: WantedValues): string =>
  Object.entries(values)
    .map(([name, value]) => {
      if (value === null) return `${name} not set`;
      return `${name}=${shownValue(name, String(value))}`;
    })
    .join(', ');
