import { isSecretText } from './assignment-value.ts';
import { patternRecognizer, type Recognizer } from './recognizers.ts';
import { isSecretField, isSecretName } from './secret-fields.ts';
import { strongWords, wordEndings } from './secret-words.ts';

const namesSecret = (value: string, { groups }: RegExpExecArray): boolean => {
  const { name = '' } = groups ?? {};
  return (isSecretName(name) || isSecretField(name)) && isSecretText(value);
};

const nameKeys = '(?:name|key|id|field|variable)';
const sign = String.raw`\\{0,3}["']?[ ]{0,3}[:=]\s{0,3}`;
const named = String.raw`\\{0,3}["']?(?<name>[\w.-]{1,64})\\{0,3}["']?`;
const valueKeys = '(?:value|val|default)';
const anyValue = [
  String.raw`\\{1,3}"(?<it>[^"\\]*)`,
  String.raw`"(?<it2>(?:[^"\\]|\\[\s\S]?)*)`,
  "'(?<it3>[^']*)",
  String.raw`(?<it4>[^\s"',;}\]\\]+)`,
].join('|');

/** '"name":"DB_PASSWORD","value":"…"', as variables of a container are printed; also as YAML and XML. */
const pairs = patternRecognizer(
  new RegExp(
    `\\b${nameKeys}${sign}${named}[,;\\s]{1,40}\\\\{0,3}["']?${valueKeys}${sign}(?:${anyValue})`,
    'dgi',
  ),
  'secret',
  namesSecret,
);

/** The same with the value first. */
const reversedPairs = patternRecognizer(
  new RegExp(
    `\\b${valueKeys}${sign}["'](?<it>[^"'\\\\]{1,512})["'][,;\\s]{1,40}["']?${nameKeys}${sign}${named}`,
    'dgi',
  ),
  'secret',
  namesSecret,
);

/** <password>x</password>, also escaped for HTML. */
const elements = patternRecognizer(
  new RegExp(
    `(?:<|&lt;)[\\w:.-]{0,64}(?:${strongWords})${wordEndings}(?:\\s[^<>]{0,200})?(?:>|&gt;)\\s{0,80}(?:<!\\[CDATA\\[)?(?<it>[^<&\\s](?:[^<&\\]]|&(?!lt;))*)`,
    'dgi',
  ),
  'secret',
  isSecretText,
);

/** <entry key="password">x</entry> */
const namedElements = patternRecognizer(
  /\b(?:name|key|id)=["'](?<name>[\w.-]{1,64})["'][^<>]{0,200}>\s{0,80}(?<it>[^<\s][^<]*)/dgi,
  'secret',
  namesSecret,
);

const words = '[^|;&\\n]{0,200}?\\s';
/** Options that take a password in these programs, and other things in others. */
const programOptions = [
  `\\b(?:sshpass|mongo\\w{0,8}|cqlsh|(?:docker|podman|registry|az|oc|skopeo|buildah)\\s+login|influx|cypher-shell)\\b${words}-p[ =]?`,
  `\\b(?:mysql|mariadb)[\\w-]{0,12}\\b${words}-p`,
  `\\b(?:redis-cli|valkey-cli)\\b${words}-a[ =]?`,
  `\\b(?:sqlcmd|bcp)\\b${words}-P[ =]?`,
  `\\b(?:ldap\\w{3,12}|kadmin)\\b${words}-w[ =]?`,
  `\\b(?:curl|wget|https?|httpie|xh)\\b${words}(?:-u|-a|--user|--proxy-user|--auth)[ =]?["']?[^\\s:"']{1,64}:`,
  `\\bsmbclient\\b${words}-U[ =]?[^\\s%]{1,64}%`,
  `\\bsqlplus\\s(?:-\\w{1,12}\\s){0,3}[\\w.]{1,64}/`,
  `\\b(?:keytool|jarsigner|apksigner)\\b${words}-(?:store|key)pass\\s`,
  `\\bopenssl\\b${words}-pass(?:in|out)?\\s(?:pass:)`,
  '\\bhtpasswd\\s(?:-\\w{1,8}\\s){1,3}\\S{1,200}\\s\\S{1,64}\\s',
];

const ofPrograms = patternRecognizer(
  new RegExp(`(?:${programOptions.join('|')})["']?(?<it>[^\\s"'@-][^\\s"'@]*)`, 'dg'),
  'secret',
  isSecretText,
);

const programs =
  /sshpass|mongo|cqlsh|login|influx|cypher|mysql|mariadb|redis-cli|valkey-cli|sqlcmd|bcp |ldap|kadmin|curl |wget|https? |\bxh |smbclient|sqlplus|keytool|signer|openssl|htpasswd/;

/** Statements and files that have a password at a certain place. */
const placed: readonly Recognizer[] = [
  // SQL: CREATE USER … IDENTIFIED BY 'x'; Oracle has no quotes.
  /\bIDENTIFIED\s+(?:WITH\s+\S{1,64}\s+)?(?:BY|AS)\s+(?:PASSWORD\s+)?(?:'(?<it>(?:[^'\\]|''|\\.)*)|"(?<it2>[^"]*)|(?<it3>[^\s;'"]+))/dgi,
  // SQL: SET PASSWORD FOR x = 'y', PASSWORD('x')
  /\bPASSWORD\s+FOR\s+\S{1,128}\s*=\s*(?:PASSWORD\()?'(?<it>[^']*)/dgi,
  /\b(?:PASSWORD|CRYPT|PGP_SYM_(?:EN|DE)CRYPT)\(\s*'(?<it>[^']*)/dgi,
  // .pgpass: host:port:database:user:password
  /(?<![^\s"'])[\w.*-]{1,253}:(?:\*|54\d\d|6432):[\w*-]{1,63}:[\w.*-]{1,63}:(?<it>[^\s"']+)/dg,
  // Go: user:password@tcp(host)
  /(?<![^\s"'=])[\w.-]{1,64}:(?<it>[^\s@/:"']{1,256})@(?:tcp|unix|udp)\(/dg,
  // JDBC of Oracle: jdbc:oracle:thin:user/password@host
  /\bjdbc:oracle:\w{2,8}:[^\s/@]{1,64}\/(?<it>[^\s@]{1,256})@/dgi,
  // Redis: AUTH password, AUTH user password
  /(?:^|[>"'\]\s])AUTH\s+(?:[\w-]{1,64}\s+)?"?(?<it>[^\s"']{6,})"?\s*$/dgm,
  // PuTTY: the private part of a key.
  /\bPrivate-Lines: \d{1,4}\r?\n(?<it>(?:[A-Za-z0-9+/=]+\r?\n?)+)/dg,
].map((pattern) => patternRecognizer(pattern, 'secret', isSecretText));

const placeHint =
  /identified|password(?:\(|\s+for)|crypt\(|:(?:\*|54\d\d|6432):|@(?:tcp|unix|udp)\(|jdbc:oracle|\bAUTH\s|Private-Lines/i;

/** Recognizes values that their place marks as secrets: beside a name, in an element, after an option, in a statement. */
export const markedValues: Recognizer = (text) => {
  const all: Recognizer[] = [];
  if (/val|default/i.test(text)) all.push(pairs, reversedPairs);
  if (/<|&lt;/.test(text)) all.push(elements, namedElements);
  if (programs.test(text) && /\s-/.test(text)) all.push(ofPrograms);
  if (placeHint.test(text)) all.push(...placed);
  return all.flatMap((find) => find(text));
};
