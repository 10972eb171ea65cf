import { isSecretName } from '../../../../domain/mask/secret-fields.ts';
import { hiddenValueMark, redactPasswords, secretArgumentIndexes } from '../../../kit/values/secrets.ts';
import { entries, field, text } from '../../../kit/values/wire-value.ts';

/** Masks the values of a Secret, or those of a ConfigMap under secret-looking names. */
const redactValues = (content: unknown, isHidden: (key: string) => boolean): unknown =>
  Object.fromEntries(
    entries(content).map(([key, value]) => [
      key,
      isHidden(key) && typeof value === 'string' ? hiddenValueMark : redactObject(value),
    ]),
  );

/** Prepares an object of the API, or a part of one, for display: masks variables whose names mark them as secret. */
export const redactObject = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    const places = secretArgumentIndexes(value);
    return value.map((element, index) => (places.has(index) ? hiddenValueMark : redactObject(element)));
  }
  if (typeof value === 'string') return redactPasswords(value);
  if (typeof value !== 'object' || value === null) return value;
  const name = text(field(value, 'name'));
  const kind = text(field(value, 'kind'));
  return Object.fromEntries(
    entries(value).map(([key, content]) => {
      if (key === 'value' && name !== undefined && isSecretName(name)) return [key, hiddenValueMark];
      if (kind === 'Secret' && (key === 'data' || key === 'stringData'))
        return [key, redactValues(content, () => true)];
      if (kind === 'ConfigMap' && key === 'data') return [key, redactValues(content, isSecretName)];
      return [key, redactObject(content)];
    }),
  );
};
