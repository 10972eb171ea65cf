import { isSecretText } from '../../domain/mask/assignment-value.ts';
import { isSecretSpec, type ParamSpec, type ParamValue } from '../../domain/runbooks/runbook.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';

/**
 * Registers the values of secret parameters with the masker. Called before anything repeats them: a diagnostic about a
 * value, a title, a plan, or the response of a server.
 */
export const learnSecretParams = (
  specs: readonly ParamSpec[],
  values: Readonly<Record<string, ParamValue>>,
): void => {
  for (const spec of specs) {
    const value = Object.hasOwn(values, spec.name) ? values[spec.name] : spec.default;
    if (value !== undefined && isSecretSpec(spec))
      // A typed value is no placeholder: it may begin like one.
      for (const text of typeof value === 'object' ? value : [value])
        if (/^(?:<|\$\{)/.test(String(text)) || isSecretText(String(text))) secretMasker.add(String(text));
  }
};
