import { childOf, scalarsIn, type YamlNode } from './tree.ts';

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Who logs in to a database is no secret: its password comes from elsewhere when the user stands alone. */
const namesUsers = /^postgres(ql)?$/i;

/** Of an address only these are secret: its password (or the user, when it stands alone) and its query's values. */
const secretsOfUrl = (text: string): readonly string[] => {
  const [, scheme = '', info] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s]*)@/i.exec(text) ?? [];
  const query = /\?([^#\s]*)/.exec(text)?.[1];
  const [user = '', ...password] = info?.split(':') ?? [];
  const values = (query?.split('&') ?? []).map((pair) => pair.slice(pair.indexOf('=') + 1));
  const alone = namesUsers.test(scheme) ? '' : user;
  const raw = [password.length > 0 ? password.join(':') : alone, ...values].filter((secret) => secret !== '');
  return raw.flatMap((secret) => [secret, decoded(secret)]);
};

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text);

/** A key file is printed line by line. */
const linesOf = (text: string): readonly string[] =>
  text.includes('\n') ? [text, ...text.split('\n').map((line) => line.trim())] : [text];

/** What is secret of a value that came from the environment, a file or a command: all of it, unless it is an address. */
const secretsOfValue = (text: string): readonly string[] =>
  isUrl(text) ? secretsOfUrl(text) : linesOf(text.trim());

/** Keys whose text names a thing and is no secret, inside `auth` or beside it. */
const open = /^(user|username|name|type|scheme|header|realm)$/i;
const secret =
  /^(auth|bearer|token|password|passwd|secret|api[-_]?key|authorization|cookie|private[-_]?key)$/i;

/** Literal credentials below a node: everything in `auth` but names, and every value under a word for a secret. */
const literals = (node: YamlNode, within: boolean): readonly string[] => {
  if (node.is === 'list') return node.items.flatMap((item) => literals(item, within));
  if (node.is === 'map')
    return [...node.entries].flatMap(([key, { value }]) => {
      if (value.is === 'scalar' && open.test(key)) return [];
      return literals(value, within || secret.test(key));
    });
  if (node.value === null || node.gaps !== undefined) return [];
  const text = String(node.value);
  return within || text.includes('PRIVATE KEY') ? linesOf(text) : [];
};

const inUrls = (text: string): readonly string[] =>
  // An address without a scheme, or with a misspelt one, gives its password away all the same.
  [...text.matchAll(/(?:([a-z][a-z0-9+.-]*):)?(\/\/[^\s/?#]*@\S*)/gi)].flatMap(
    ([, scheme = 'any', rest = '']) => secretsOfUrl(`${scheme}:${rest}`),
  );

/**
 * Everything in a resolved profile that no message, ledger or screen may show: values from outside, literal
 * credentials of sources, and what stands before the @ of any address.
 */
export const secretsInTree = (tree: YamlNode, outside: readonly string[]): readonly string[] => {
  const texts = [...scalarsIn(tree)].flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  const sources = childOf(tree, 'sources');
  const all = [
    ...outside.flatMap(secretsOfValue),
    ...(sources === undefined ? [] : literals(sources, false)),
    ...texts.flatMap(inUrls),
  ];
  return [...new Set(all.filter((text) => text !== ''))];
};

/**
 * A text without secrets of four letters or more (shorter ones would blot out ordinary words), and without whatever
 * stands before the @ of an address.
 */
export const redactSecrets = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((one) => one.length >= 4)
    .sort((a, b) => b.length - a.length)
    .reduce((masked, one) => masked.replaceAll(one, '…masked'), text)
    .replaceAll(/\/\/[^\s/?#"]*@/g, '//…masked@');
