import { isSecretName } from '../domain/secret-name.ts';
import { withoutPasswords } from './secret-text.ts';

/** What stands where a secret was. */
export const hidden = '…';

/** The value of a variable for people: nothing of a secret one, and of an address or a connection string not its password. */
export const shownValue = (name: string, value: string): string =>
  isSecretName(name) ? hidden : withoutPasswords(value);

/** True when a value must not be written down as it is. */
export const isSecret = (name: string, value: string): boolean => shownValue(name, value) !== value;

/** The places in a list of arguments that hold what the option before them says is secret: `--password`, `s3cret`. */
export const secretPlaces = (list: readonly unknown[]): ReadonlySet<number> =>
  new Set(
    list.flatMap((one, index) =>
      typeof one === 'string' && /^--?[\w.-]+$/.test(one) && isSecretName(one) ? [index + 1] : [],
    ),
  );
