import { isSecretText } from '../../domain/mask/assignment-value.ts';
import { childOf, scalarsIn, type YamlNode } from './tree.ts';

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Schemes where a user without a password is not a secret: the password comes from elsewhere. */
const namesUsers = /^postgres(ql)?$/i;

const isDatabase = /^(postgres(ql)?|mongodb(\+srv)?)$/i;

/**
 * Options in the address of a database whose values are ordinary words ('admin', 'require', 'true'): masked as secrets, they
 * would blank out the same words everywhere else. The values of other options are secrets. Sources: PostgreSQL docs, Connection
 * URIs and parameter key words; MongoDB docs, Connection String Options.
 */
const openOptions: ReadonlySet<string> = new Set(
  [
    [
      'sslmode',
      'target_session_attrs',
      'application_name',
      'connect_timeout',
      'channel_binding',
      'gssencmode',
    ],
    [
      'authsource',
      'authmechanism',
      'replicaset',
      'directconnection',
      'loadbalanced',
      'appname',
      'compressors',
    ],
    ['tls', 'ssl', 'tlsinsecure', 'tlsallowinvalidcertificates', 'tlsallowinvalidhostnames'],
    ['readpreference', 'readconcernlevel', 'maxstalenessseconds', 'w', 'wtimeoutms', 'journal'],
    ['retrywrites', 'retryreads', 'maxpoolsize', 'minpoolsize'],
    ['connecttimeoutms', 'sockettimeoutms', 'serverselectiontimeoutms'],
  ].flat(),
);

/** Returns the secrets of a URL: its password (or the user, when there is no password) and its query values. */
const secretsOfUrl = (text: string): readonly string[] => {
  const [, scheme = '', info] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s]*)@/i.exec(text) ?? [];
  const query = /\?([^#\s]*)/.exec(text)?.[1];
  const [user = '', ...password] = info?.split(':') ?? [];
  const pairs = (query?.split('&') ?? []).map((pair) => [pair.split('=', 1)[0] ?? '', pair] as const);
  const values = pairs
    .filter(([name]) => !isDatabase.test(scheme) || !openOptions.has(name.toLowerCase()))
    .map(([, pair]) => pair.slice(pair.indexOf('=') + 1));
  const alone = namesUsers.test(scheme) ? '' : user;
  const raw = [password.length > 0 ? password.join(':') : alone, ...values].filter((secret) => secret !== '');
  return raw.flatMap((secret) => [secret, decoded(secret)]);
};

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text);

/** Splits into lines, because key files are printed line by line. */
const linesOf = (text: string): readonly string[] =>
  text.includes('\n') ? [text, ...text.split('\n').map((line) => line.trim())] : [text];

/** Returns the secrets of an external value: all of it, unless it is a URL. */
const secretsOfValue = (text: string): readonly string[] =>
  isUrl(text) ? secretsOfUrl(text) : linesOf(text.trim());

/** Keys whose text is a name and not a secret, inside `auth` or beside it. */
const open = /^(user|username|name|type|scheme|header|realm)$/i;
const secret =
  /^(auth|bearer|token|password|passwd|secret|api[-_]?key|authorization|cookie|private[-_]?key)$/i;

/**
 * Returns literal credentials below a node: everything in `auth` except names, and every value under a secret's key.
 */
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

/** Literal credentials of each source. Its id is a name, also one like `bearer` or `cookie`. */
const literalsOfSources = (sources: YamlNode): readonly string[] =>
  sources.is === 'map'
    ? [...sources.entries.values()].flatMap(({ value }) => literals(value, false))
    : literals(sources, false);

const inUrls = (text: string): readonly string[] =>
  // A URL without a scheme, or with a misspelled one, exposes its password too.
  [...text.matchAll(/(?:([a-z][a-z0-9+.-]*):)?(\/\/[^\s/?#]*@\S*)/gi)].flatMap(
    ([, scheme = 'any', rest = '']) => secretsOfUrl(`${scheme}:${rest}`),
  );

/** A reference as a profile writes it; `$${` is a literal `${`. */
const reference = /(?<!\$)\$\{[^{}]*\}/g;
/** Stands for a reference while a URL is taken apart: a private-use character. */
const firstStandIn = 0xe000;
const mostStandIns = 6400;
const standIns = /[\uE000-\uF8FF]/g;

/**
 * Returns the secrets of the URLs in a text that keeps its references, because one has no value. A reference is no secret; the text
 * before and after it may be part of one.
 */
const inUrlsAsWritten = (text: string): readonly string[] => {
  const names = (text.match(reference) ?? []).slice(0, mostStandIns);
  let next = 0;
  const replaced = text.replace(reference, (name) =>
    next < mostStandIns ? String.fromCharCode(firstStandIn + next++) : name,
  );
  const written = (part: string): string =>
    part.replace(standIns, (character) => names[character.charCodeAt(0) - firstStandIn] ?? character);
  return inUrls(replaced).flatMap((secret) => {
    const literal = secret.split(standIns).filter((piece) => piece !== '');
    return literal.length === 0 ? [] : [written(secret), ...literal];
  });
};

/** Names that the profile shows anyway. A variable with the same value must not mask them everywhere. */
const openNames = (tree: YamlNode, sources: YamlNode | undefined): ReadonlySet<string> =>
  new Set([
    ...(sources?.is === 'map' ? sources.entries.keys() : []),
    ...['system', 'env', 'tier'].flatMap((key) => {
      const node = childOf(tree, key);
      return node?.is === 'scalar' && node.gaps === undefined ? [String(node.value)] : [];
    }),
  ]);

/**
 * Returns all texts that no message, ledger or screen may show: external values, literal credentials of sources, and
 * the user info of any URL.
 */
export const secretsInTree = (tree: YamlNode, outside: readonly string[]): readonly string[] => {
  const sources = childOf(tree, 'sources');
  const all = [
    ...outside.flatMap(secretsOfValue),
    ...(sources === undefined ? [] : literalsOfSources(sources)),
    ...scalarsIn(tree).flatMap(({ value, gaps }) => {
      // Only a text with an @ can name a user.
      if (typeof value !== 'string' || !value.includes('@')) return [];
      return gaps === undefined ? inUrls(value) : inUrlsAsWritten(value);
    }),
  ];
  const names = openNames(tree, sources);
  return [...new Set(all.filter((text) => text !== '' && isSecretText(text) && !names.has(text)))];
};

/** Redacts secrets of four letters or more (shorter ones would mask ordinary words), and the user info of URLs; `//USER@` is a hint. */
export const redactSecrets = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((part) => part.length >= 4)
    .sort((a, b) => b.length - a.length)
    .reduce((masked, part) => masked.replaceAll(part, '…masked'), text)
    .replaceAll(/\/\/(?!USER@)[^\s/?#"]*@/g, '//…masked@');
