import { isSecretName } from '../../../domain/mask/secrets.ts';
import { hidden, secretPlaces, withoutPasswords } from '../../secret-name.ts';
import { entries, field, text } from '../../wire-value.ts';

/** The values of a Secret, or those of a ConfigMap under such names, without what they are. */
const hiddenValues = (held: unknown, isHidden: (key: string) => boolean): unknown =>
  Object.fromEntries(
    entries(held).map(([key, value]) => [
      key,
      isHidden(key) && typeof value === 'string' ? hidden : withoutSecrets(value),
    ]),
  );

/** An object of the API, or a part of one, for people: without values of variables whose names say that they are secret. */
export const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    const places = secretPlaces(value);
    return value.map((one, index) => (places.has(index) ? hidden : withoutSecrets(one)));
  }
  if (typeof value === 'string') return withoutPasswords(value);
  if (typeof value !== 'object' || value === null) return value;
  const name = text(field(value, 'name'));
  const kind = text(field(value, 'kind'));
  return Object.fromEntries(
    entries(value).map(([key, held]) => {
      if (key === 'value' && name !== undefined && isSecretName(name)) return [key, hidden];
      if (kind === 'Secret' && (key === 'data' || key === 'stringData'))
        return [key, hiddenValues(held, () => true)];
      if (kind === 'ConfigMap' && key === 'data') return [key, hiddenValues(held, isSecretName)];
      return [key, withoutSecrets(held)];
    }),
  );
};
