import type { SensitiveSpan } from './recognizers.ts';
import { yamlBlockValues } from './yaml-block.ts';

/** Secrets of a text, and the lists and objects that are themselves one. */
export interface SecretParts {
  readonly values: readonly SensitiveSpan[];
  /** `from`: the bracket at which the list or object begins. */
  readonly lists: readonly { readonly from: number }[];
}

const none: SecretParts = { values: [], lists: [] };

/** A Secret of Kubernetes, as YAML or JSON, also as text in JSON. */
const isOfSecret = /\bkind\\{0,3}["']?\s{0,3}:\s{0,3}\\{0,3}["']?Secret(?:List)?\b/;
const dataKey = /(?<=^|[\n{,\s"'])(?:stringData|data)\\{0,3}["']?[ \t]{0,3}:/g;

/** Tokens by host, as `auth.json` of Composer has them. Source: its documentation, "Authentication for privately hosted packages". */
const tokensByHost =
  /["'](?:(?:github|gitlab|bitbucket)-oauth|(?:gitlab|forgejo)-token|bearer|client-certificate)["']\s{0,8}:\s{0,8}(?=\{)/g;

/** The objects in a text of which all values are tokens. */
const tokenObjects = (text: string): SecretParts => ({
  values: [],
  lists: [...text.matchAll(tokensByHost)].map(({ 0: { length }, index }) => ({ from: index + length })),
});

/**
 * Returns the values of `data` and `stringData` in a text with a Secret of Kubernetes: all are secrets, whatever their keys are called.
 * Source: Kubernetes API reference, Secret v1.
 */
const valuesOfSecret = (text: string): SecretParts => {
  if (!isOfSecret.test(text)) return none;
  const values: SensitiveSpan[] = [];
  const lists: { readonly from: number }[] = [];
  for (const { 0: match, index } of text.matchAll(dataKey)) {
    const end = index + match.length;
    const block = yamlBlockValues(text, index, end, () => true);
    const from = end + (/^\s{0,40}/.exec(text.slice(end, end + 40))?.[0].length ?? 0);
    if (block !== undefined) values.push(...block.values);
    else if (text[from] === '{') lists.push({ from });
  }
  return { values, lists };
};

/** Returns the values of objects that are secrets as a whole: a Secret of Kubernetes, tokens by host. */
export const secretObjectValues = (text: string): SecretParts => {
  const ofSecret = valuesOfSecret(text);
  const tokens = tokenObjects(text);
  return tokens.lists.length === 0 ? ofSecret : { ...ofSecret, lists: [...ofSecret.lists, ...tokens.lists] };
};
