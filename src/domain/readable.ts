import type { ParamValues } from './param-value.ts';

const reference = /\$\{(?:param\.([^}]*)|(each))\}/g;

/** A title or an expression for people: its parameters as their values, where they have one. Only shown, never parsed. */
export const readable = (text: string, values: ParamValues): string =>
  text.replaceAll(reference, (written: string, param?: string, each?: string) => {
    const value = values[param ?? each ?? ''];
    if (value === undefined) return written;
    return typeof value === 'object' ? value.join(', ') : String(value);
  });

/** Steps whose titles are read by people. */
export const readableSteps = <S extends { readonly title: string }>(
  steps: readonly S[],
  values: ParamValues,
): readonly S[] => steps.map((step) => ({ ...step, title: readable(step.title, values) }));
