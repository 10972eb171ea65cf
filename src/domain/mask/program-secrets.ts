import { isSecretText } from './assignment-value.ts';
import { patternRecognizer, type Recognizer, type SensitiveSpan } from './recognizers.ts';

const words = '[^|;&\\n]{0,200}?\\s';

/** Options and arguments that are a password in these programs, and other things in others. */
const places: readonly string[] = [
  // Options
  `\\b(?:sshpass|mongo\\w{0,8}|cqlsh|(?:docker|podman|registry|az|oc|skopeo|buildah)\\s+login|influx|cypher-shell)\\b${words}-p[ =]?`,
  `\\b(?:mysql|mariadb)[\\w-]{0,12}\\b${words}-p`,
  `\\b(?:redis-cli|valkey-cli)\\b${words}-a[ =]?`,
  `\\b(?:sqlcmd|bcp|zip|unzip|ipmitool)\\b${words}-P[ =]?`,
  `\\b7z[ar]?\\s${words}-p`,
  `\\b(?:ldap\\w{3,12}|kadmin)\\b${words}-w[ =]?`,
  `\\b(?:useradd|usermod)\\b${words}-p\\s`,
  `\\bssh-keygen\\b${words}-[NP]\\s`,
  `\\bsnmp\\w{1,12}\\b${words}-[cAX]\\s?`,
  `\\b(?:keytool|jarsigner|apksigner)\\b${words}-(?:store|key)pass\\s`,
  `\\bopenssl\\b${words}(?:-pass(?:in|out)?\\s(?:pass:)|-k\\s)`,
  `\\bput-parameter\\b(?=[^\\n]{0,400}SecureString)${words}--value[ =]`,
  `\\bkubectl\\b${words}--from-literal[ =]["']?[\\w.-]{1,253}=`,
  // After a user
  `\\b(?:curl|wget|https?|httpie|xh|etcdctl)\\b${words}(?:-u|-a|--user|--proxy-user|--auth)[ =]?["']?[^\\s:"']{1,64}:`,
  `\\blftp\\b${words}-u\\s?[^\\s,]{1,64},`,
  `\\bsmbclient\\b${words}-U[ =]?[^\\s%]{1,64}%`,
  '\\bsqlplus\\s(?:-\\w{1,12}\\s){0,3}[\\w.]{1,64}/',
  // A cookie
  `\\bcurl\\b${words}(?:-b|--cookie)[ =]["']?[^\\s"'=]{1,64}=`,
  // Arguments
  '\\bhtpasswd\\s(?:-\\w{1,8}\\s){1,3}\\S{1,200}\\s\\S{1,64}\\s',
  '\\brabbitmqctl\\s(?:add_user|change_password|authenticate_user)\\s\\S{1,64}\\s',
  '\\bvault\\s+login\\s(?:-[\\w=/-]{1,64}\\s){0,5}',
  `\\bvault\\s+(?:kv\\s+)?(?:put|patch|write)\\s${words}[\\w.-]{1,64}=`,
  '\\bconsul\\s+kv\\s+put\\s(?:-\\S{1,64}\\s){0,5}(?=\\S{0,200}(?:secret|pass|token|key|cred))\\S{1,200}\\s',
  `\\bmysqladmin\\b${words}password\\s`,
  '\\bnet\\s+use\\s(?:\\w:|\\*)\\s\\\\\\\\\\S{1,253}\\s',
  // What is piped to a program that reads a password
  '\\b(?:echo|printf)\\s(?:-\\w{1,3}\\s)?(?=[^\\n|]{1,300}\\|[^\\n]{0,200}(?:--(?:password|pass)-stdin|chpasswd|passwd\\s--stdin|with-token|sudo\\s[^\\n|]{0,40}-\\w{0,4}S\\b|kinit\\b|cryptsetup\\s|passphrase-fd))',
  '\\bsudo\\s[^\\n|]{0,40}-\\w{0,4}S\\b[^\\n|]{0,200}<<<\\s?',
];

const ofPrograms = patternRecognizer(
  new RegExp(`(?:${places.join('|')})["']?(?<it>[^\\s"'@-][^\\s"'@]*)`, 'dg'),
  'secret',
  isSecretText,
);

/** Fast pre-check. */
const programs =
  /sshpass|mongo|cqlsh|login|influx|cypher|mysql|mariadb|redis-cli|valkey-cli|sqlcmd|bcp |zip |ipmitool|7z|ldap|kadmin|user(?:add|mod) |ssh-keygen|snmp|curl |wget|https? |\bxh |etcdctl|lftp|smbclient|sqlplus|keytool|signer|openssl|put-parameter|kubectl|htpasswd|rabbitmqctl|net +use|stdin|chpasswd|with-token|sudo |kinit|cryptsetup|passphrase-fd|vault |consul /;

/** The text with blanks in place of the spans, which are in order. */
const blanked = (text: string, spans: readonly SensitiveSpan[]): string => {
  let end = 0;
  const pieces = spans.map(({ from, to }) => {
    const piece = text.slice(end, from) + ' '.repeat(to - from);
    end = to;
    return piece;
  });
  return pieces.join('') + text.slice(end);
};

/** Secrets of one command that are found: `snmpwalk -A x -X y` has two. */
const maxPerCommand = 8;

/** Recognizes the passwords that are arguments of programs. */
export const secretsOfPrograms: Recognizer = (text) => {
  if (!programs.test(text)) return [];
  const spans: SensitiveSpan[] = [];
  let rest = text;
  // A match begins at its program, so the next secret of the same command is found when the one before is blank.
  for (let pass = 0; pass < maxPerCommand; pass++) {
    const found = ofPrograms(rest);
    if (found.length === 0) break;
    spans.push(...found);
    rest = blanked(rest, found);
  }
  return spans.sort((a, b) => a.from - b.from);
};
