import { isSecretText } from './assignment-value.ts';
import { patternRecognizer, type Recognizer, type SensitiveSpan } from './recognizers.ts';

const words = '[^|;&\\n]{0,200}?\\s';

/** Options and arguments that are a password in these programs, and other things in others. */
const places: readonly string[] = [
  // Options
  `\\b(?:sshpass|mongo\\w{0,8}|cqlsh|rdesktop|psexec|twine|(?:docker|podman|registry|az|oc|skopeo|buildah)\\s+login|influx|cypher-shell)\\b${words}-p[ =]?`,
  `\\b(?:mysql|mariadb)[\\w-]{0,12}\\b${words}-p`,
  `\\b(?:redis-cli|valkey-cli)\\b${words}-a[ =]?`,
  `\\b(?:sqlcmd|bcp|isql|tsql|zip|unzip|ipmitool|mosquitto_[prs]\\w{1,3})\\b${words}-P[ =]?`,
  `\\b(?:racadm|plink|pscp)\\b${words}-pw?\\s`,
  `\\b(?:skopeo|podman|buildah|crane)\\b${words}--(?:src-|dest-)?creds[ =][^\\s:]{1,64}:`,
  '\\bisql\\s[\\w.-]{1,64}\\s[\\w.-]{1,64}\\s(?!-)',
  `\\b7z[ar]?\\s${words}-p`,
  `\\b(?:un)?rar\\s${words}-h?p`,
  `\\bswaks\\b${words}-ap\\s`,
  `\\bnuget\\b${words}-k\\s`,
  `\\bkubeadm\\b${words}--certificate-key[ =]`,
  `\\b\\w{0,3}freerdp\\d?\\b${words}/p:`,
  `\\b(?:ldap\\w{3,12}|kadmin)\\b${words}-w[ =]?`,
  `\\b(?:useradd|usermod)\\b${words}-p\\s`,
  `\\bssh-keygen\\b${words}-[NP]\\s`,
  `\\bsnmp\\w{1,12}\\b${words}-[cAX]\\s?`,
  `\\b(?:keytool|jarsigner|apksigner)\\b${words}-(?:store|key)pass\\s`,
  `\\bopenssl\\b${words}(?:-pass(?:in|out)?\\s(?:pass:)|-k\\s)`,
  '\\bopenssl\\s+passwd\\s(?:-(?:salt\\s\\S{1,32}|\\w{1,8})\\s){1,4}',
  `\\bput-parameter\\b(?=[^\\n]{0,400}SecureString)${words}--value[ =]`,
  `\\bkubectl\\b${words}--from-literal[ =]["']?[\\w.-]{1,253}=`,
  // After a user
  `\\b(?:curl|wget|https?|httpie|xh|etcdctl)\\b${words}(?:-u|-U|-a|--user|--proxy-user|--auth)[ =]?["']?[^\\s:"']{1,64}:(?!//)`,
  `\\blftp\\b${words}-u\\s?[^\\s,]{1,64},`,
  `\\b(?:smb(?:client|get|map)|winexe|rpcclient|wmic)\\b${words}-U[ =]?[^\\s%]{1,64}%`,
  '\\b(?:sqlplus|expdp|impdp|sqlldr|rman\\starget)\\s(?:-\\w{1,12}\\s){0,3}[\\w.]{1,64}/',
  // A cookie
  `\\bcurl\\b${words}(?:-b|--cookie)[ =]["']?[^\\s"'=]{1,64}=`,
  // Arguments
  '\\bhtpasswd\\s(?:-\\w{1,8}\\s){1,3}\\S{1,200}\\s\\S{1,64}\\s',
  '\\brabbitmqctl\\s(?:add_user|change_password|authenticate_user)\\s\\S{1,64}\\s',
  '\\bhtpasswd\\s(?=[^\\n]{0,40}-\\w{0,6}n)(?:-\\w{1,8}\\s){1,3}\\S{1,64}\\s',
  '\\bvault\\s+(?:login|(?:operator\\s+)?unseal|token\\s+(?:lookup|renew|revoke|capabilities))\\s(?:-[\\w=/-]{1,64}\\s){0,5}',
  '\\bconsul\\s+acl\\s+set-agent-token\\s(?:-\\S{1,64}\\s){0,5}\\w{1,32}\\s',
  '\\bmc\\s+(?:alias\\s+set|config\\s+host\\s+add)\\s\\S{1,64}\\s\\S{1,253}\\s\\S{1,128}\\s',
  '\\brclone\\s+obscure\\s',
  `\\b(?:gh|glab)\\s+(?:secret|variable)\\s+set\\s${words}(?:--body|-b|--value|-v)[ =]`,
  '\\b(?:fly(?:ctl)?|doppler)\\s+secrets\\s+set\\s(?:-\\S{1,64}\\s){0,4}[A-Z]\\w{0,64}[= ]',
  '\\bsecret\\s+put\\s\\S{1,64}\\s<<<\\s?',
  `\\bncftp\\w{0,6}\\b${words}-p\\s`,
  '\\bcargo\\s+login\\s',
  '\\bwpa_passphrase\\s\\S{1,32}\\s',
  '\\bnet\\s+user\\s[\\w.-]{1,64}\\s(?![/*])',
  `\\bvault\\s+(?:kv\\s+)?(?:put|patch|write)\\s${words}[\\w.-]{1,64}=`,
  '\\bconsul\\s+kv\\s+put\\s(?:-\\S{1,64}\\s){0,5}(?=\\S{0,200}(?:secret|pass|token|key|cred))\\S{1,200}\\s',
  `\\bmysqladmin\\b${words}password\\s`,
  '\\bnet\\s+use\\s(?:\\w:|\\*)\\s\\\\\\\\\\S{1,253}\\s',
  // What is piped to a program that reads a password
  '\\b(?:echo|printf)\\s(?:-\\w{1,3}\\s)?(?=[^\\n|]{1,300}\\|[^\\n]{0,200}(?:--(?:password|pass)-stdin|chpasswd|passwd\\s--stdin|with-token|sudo\\s[^\\n|]{0,40}-\\w{0,4}S\\b|kinit\\b|cryptsetup\\s|passphrase-fd))',
  '\\b(?:sudo\\s[^\\n|]{0,40}-\\w{0,4}S|kinit|cryptsetup|chpasswd)\\b[^\\n|]{0,200}<<<\\s?',
  '--(?:with-token|(?:password|pass)-stdin)\\s?<<<\\s?',
];

const ofPrograms = patternRecognizer(
  new RegExp(`(?:${places.join('|')})["']?(?<it>[^\\s"'@-][^\\s"'@]*)`, 'dg'),
  'secret',
  isSecretText,
);

/** Fast pre-check. */
const programs =
  /racadm|plink|pscp|skopeo|podman|buildah|crane|sshpass|mongo|cqlsh|login|influx|cypher|mysql|mariadb|redis-cli|valkey-cli|sqlcmd|bcp |zip |ipmitool|7z|ldap|kadmin|user(?:add|mod) |ssh-keygen|snmp|curl |wget|https? |\bxh |etcdctl|lftp|smbclient|sqlplus|keytool|signer|openssl|put-parameter|kubectl|htpasswd|rabbitmqctl|net +use|rdesktop|psexec|twine|isql|tsql|mosquitto|rar |swaks|nuget|kubeadm|freerdp|smb\w|winexe|rpcclient|expdp|impdp|sqlldr|rman |mc |rclone|cargo +login|wpa_pass|stdin|chpasswd|with-token|sudo |kinit|cryptsetup|passphrase-fd|vault |consul |secrets? +(?:set|put)|variable +set|ncftp/;

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
