import type { Kind } from './found.ts';

/** Words whose value is a secret, in a text before `=` or `:`, and as the name of a field. */
export const secretWords: string = [
  'pass(?:word|wd|phrase|code)?',
  'pwd',
  'secret',
  'token',
  'api[-_]?key',
  'auth[-_]?key',
  'private[-_]?key',
  'secret[-_]?key',
  'client[-_]?secret',
  'access[-_]?(?:key|token)',
  'refresh[-_]?token',
  'id[-_]?token',
  'session[-_]?(?:id|key|token)',
  'signature',
  'credentials?',
  'authorization',
  '(?:set-)?cookie',
].join('|');

/** Numbers of cards and the like: short ones are recognized by their field only. */
const codeWords = 'cvv2?|cvc2?|pin|otp|iin';

const secretField = new RegExp(`(?:^|[^a-z0-9])(?:${secretWords})(?:[-_.](?:value|text|plain|raw|hash))?$`);
const userField =
  /(?:^|[^a-z0-9])(?:user|usr|login|account|customer|client|member|principal|subject|actor|operator)(?:[-_.]?(?:id|name|no))?$/;

/** Fields and labels that say of their value what it is. */
const kinds: Readonly<Record<string, Kind>> = {
  node: 'host',
  exported_node: 'host',
  nodename: 'host',
  host: 'host',
  hostname: 'host',
  kubernetes_node: 'host',
  client: 'host',
  client_addr: 'host',
  server: 'host',
  cluster: 'cluster',
  kubernetes_cluster: 'cluster',
  cluster_name: 'cluster',
  user: 'user',
  username: 'user',
  usename: 'user',
  user_id: 'user',
  userid: 'user',
  login: 'user',
  customer: 'user',
  customer_id: 'user',
};

/** What the value of a fact's field or of a label is, by its whole name. */
export const labelKind = (name: string): Kind | undefined =>
  Object.hasOwn(kinds, name.toLowerCase()) ? kinds[name.toLowerCase()] : undefined;

/** A log has the same few fields in each of its lines. */
const mostKept = 2000;
const remembered = <T>(work: (name: string) => T): ((name: string) => T) => {
  const known = new Map<string, T>();
  return (name) => {
    const had = known.get(name);
    if (had !== undefined || known.has(name)) return had as T;
    if (known.size >= mostKept) known.clear();
    const found = work(name);
    known.set(name, found);
    return found;
  };
};

/** 'dbPassword' and 'db.password' as 'db_password' and 'db.password'. */
const inWords = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

const codeField = new RegExp(`(?:^|[^a-z0-9])(?:${codeWords})$`);

/** True for a few digits under a name that makes them a secret: a PIN, the code of a card. */
export const isCodeField = (name: string, value: string): boolean =>
  /^\d{3,8}$/.test(value) && codeField.test(inWords(name));

export const isSecretField: (name: string) => boolean = remembered((name) => secretField.test(inWords(name)));

/** What a field of a log line is, by its name or the end of it; undefined where that says nothing. */
export const fieldKind: (name: string) => Kind | 'secret' | undefined = remembered((name) => {
  if (isSecretField(name)) return 'secret';
  const words = inWords(name);
  return labelKind(words.split(/[.\s]/).at(-1) ?? '') ?? (userField.test(words) ? 'user' : undefined);
});

/** True for a name that is no word of prose, so that it can be masked wherever it occurs. */
export const isTelling = (name: string): boolean =>
  name.length >= 4 && /[\d@_-]|\p{L}\.\p{L}|[a-z][A-Z]/u.test(name);
