import { isSecretText, looksRandom } from './assignment-value.ts';
import { secretsOfPrograms } from './program-secrets.ts';
import { patternRecognizer, type Recognizer } from './recognizers.ts';
import { isSecretName, isSecretValue } from './secret-fields.ts';
import { strongWords, wordEndings } from './secret-words.ts';
import { secretsOfStatements } from './statement-secrets.ts';
import { typedSecrets } from './typed-secrets.ts';

const namesSecret = (value: string, { groups }: RegExpExecArray): boolean => {
  const { name = '' } = groups ?? {};
  return (isSecretName(name) && isSecretText(value)) || isSecretValue(name, value);
};

const nameKeys = '(?:name|key|id|field|variable|k)';
const sign = String.raw`\\{0,3}["']?[ ]{0,3}[:=]\s{0,3}`;
const named = String.raw`\\{0,3}["']?(?<name>[\w.-]{1,64})\\{0,3}["']?`;
const valueKeys = '(?:value|val|default|v)';
/** Members between the name and the value: `"type":"string"`. */
const between = String.raw`(?:[,;\s]{1,40}["']?\w{1,32}${sign}["']?(?!\s)[^"',;{}[\]<>]{0,64}["']?){0,3}`;
const anyValue = [
  String.raw`\\{1,3}"(?<it>[^"\\]*)`,
  String.raw`"(?<it2>(?:[^"\\]|\\[\s\S]?)*)`,
  "'(?<it3>[^']*)",
  String.raw`(?<it4>[^\s"',;}\]\\]+)`,
].join('|');

/** '"name":"DB_PASSWORD","value":"…"', as variables of a container are printed; also as YAML and XML. */
const pairs = patternRecognizer(
  new RegExp(
    `\\b${nameKeys}${sign}${named}${between}[,;\\s]{1,40}\\\\{0,3}["']?${valueKeys}${sign}(?:${anyValue})`,
    'dgi',
  ),
  'secret',
  namesSecret,
);

/** The same with the value first. */
const reversedPairs = patternRecognizer(
  new RegExp(
    `\\b${valueKeys}${sign}(?:["'](?<it>[^"'\\\\]{1,512})["']|(?<it2>[^\\s"'\\\\,;{}[\\]]{1,512}))[,;\\s]{1,40}["']?${nameKeys}${sign}${named}`,
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

/** Methods that read by the name of a secret: their argument is that name. */
const reading =
  '(?<!(?:get|find|has|is|read|load|lookup|fetch|delete|remove|check|validate|verify)[\\w]{0,32})';

/** A bracket after a word, before a quote or a long text: few lines have it. */
const callHint = /\w[ \t]{0,3}[([](?:\s{0,20}["'\x60]|[\w+/=~.-]{16})/;

/** setPassword("x"), withToken('x'), password("x"); without quotes a text that looks random: Password [x]. */
const calls = patternRecognizer(
  new RegExp(
    `${reading}(?:${strongWords})${wordEndings}(?:\\(\\s{0,20}["'\x60](?<it>[^"'\x60\\n]{1,512})|[ \\t]{0,3}[([](?<it2>[\\w+/=~.-]{16,512}))`,
    'dgi',
  ),
  'secret',
  (value, { groups }) => (groups?.it === undefined ? looksRandom(value) : isSecretText(value)),
);

/** <entry key="password">x</entry>, also with an element around the value. */
const namedElements = patternRecognizer(
  /\b(?:name|key|id)=["'](?<name>[\w.-]{1,64})["'][^<>]{0,200}>\s{0,80}(?:<\w{1,32}>\s{0,80})?(?<it>[^<\s][^<]*)/dgi,
  'secret',
  namesSecret,
);

/** <name>password</name><value>x</value>: two elements beside each other, as in files of Hadoop and property lists. */
const besideElements = patternRecognizer(
  /<(?:name|key|id|param-name)>\s{0,20}(?<name>[\w.-]{1,64})\s{0,20}<\/[\w-]{1,12}>\s{0,80}<(?:value|string|val|param-value)>\s{0,20}(?<it>[^<\s][^<]*)/dgi,
  'secret',
  namesSecret,
);

/** The default of a variable of Terraform whose name is that of a secret. */
const variableDefaults = patternRecognizer(
  /\bvariable\s{1,8}"(?<name>[\w.-]{1,64})"\s{0,8}\{[^{}]{0,400}\bdefault\s{0,40}=\s{0,8}"(?<it>[^"\n]+)/dg,
  'secret',
  namesSecret,
);

/** Private members of a JSON Web Key (RFC 7517, 9.2; RFC 7518, 6). */
const webKeys = patternRecognizer(/"(?:d|p|q|dp|dq|qi|k)"\s{0,20}:\s{0,20}"(?<it>[\w-]{16,})"/dg, 'secret');

/** Private numbers of a key in XML (XML Signature Syntax, 4.5.2.2). */
const xmlKeys = patternRecognizer(/<(?:D|P|Q|DP|DQ|InverseQ)>\s{0,20}(?<it>[\w+/=]{16,})/dg, 'secret');

/** Statements and files that have a password at a certain place. */
const placed: readonly Recognizer[] = [
  // SQL: CREATE USER … IDENTIFIED BY 'x'; Oracle has no quotes.
  /\bIDENTIFIED\s+(?:WITH\s+\S{1,64}\s+)?(?:BY|AS)\s+(?:PASSWORD\s+)?(?:'(?<it>(?:[^'\\]|''|\\.)*)|"(?<it2>[^"]*)|(?<it3>[^\s;'"]+))/dgi,
  // SQL: SET PASSWORD FOR x = 'y', PASSWORD('x')
  /\bPASSWORD\s+FOR\s+\S{1,128}\s*=\s*(?:PASSWORD\()?'(?<it>[^']*)/dgi,
  // MongoDB: db.auth("user", "x"); of languages: new Credentials("user", "x"), login("user", "x")
  /(?:auth|credentials?|login|authenticate)\(\s{0,20}["'][^"']{1,64}["'],\s{0,20}["'](?<it>[^"']{1,256})/dgi,
  /\b(?:PASSWORD|CRYPT|PGP_SYM_(?:EN|DE)CRYPT)\(\s*'(?<it>[^']*)/dgi,
  // .pgpass: host:port:database:user:password
  /(?<![^\s"'])[\w.*-]{1,253}:(?:\*|54\d\d|6432):[\w*-]{1,63}:[\w.*-]{1,63}:(?<it>[^\s"']+)/dg,
  // Go: user:password@tcp(host)
  /(?<![^\s"'=])[\w.-]{1,64}:(?<it>[^\s@/:"']{1,256})@(?:tcp|unix|udp)\(/dg,
  // JDBC of Oracle: jdbc:oracle:thin:user/password@host
  /\bjdbc:oracle:\w{2,8}:[^\s/@]{1,64}\/(?<it>[^\s@]{1,256})@/dgi,
  // sqlplus and other clients of Oracle: user/password@host:port/service
  /(?<![\w/.:@-])[\w.$#]{1,64}\/(?<it>[^\s@/]{4,256})@(?:\/\/)?[\w.-]{1,253}:\d{2,5}\/\w/dg,
  // Redis: AUTH password, AUTH user password
  /(?:^|[>"'\]\s])AUTH\s+(?:[\w-]{1,64}\s+)?"?(?<it>[^\s"']{6,})"?\s*$/dgm,
  // Redis: ACL SETUSER user on >password, MIGRATE … AUTH2 user password
  /\bSETUSER\s+\S{1,64}\s(?:[^\n>]{0,200}\s)?>(?<it>[^\s"']+)/dgi,
  /\bAUTH2\s+\S{1,64}\s+(?<it>[^\s"']+)/dg,
  // HAProxy: stats auth user:password, user x insecure-password y
  /\bstats\s+auth\s+[^\s:]{1,64}:(?<it>\S+)/dg,
  /\binsecure-password\s+(?<it>[^\s"']+)/dg,
  // Network devices: enable secret 5 x, username x password 7 y; communities of SNMP.
  /\b(?:password|secret|key-string)\s+[05-9]\s+(?<it>(?=\S*\d)(?=\S*[A-Za-z$])[^\s"']{6,256})/dgi,
  /\b(?:r[ow]community6?|snmp-server\s+community)\s+(?<it>[^\s"']+)/dg,
  // A connection without a scheme: user:password@host/database
  /(?<![\w/.@:"'-])(?!mailto:|sip:|xmpp:)[a-z][\w.%+-]{0,63}:(?<it>[^\s@/:"'<>]{4,128})@[\w.-]{1,253}(?::\d{2,5})?\/\w/dgi,
  // Terraform: a planned change of a value
  new RegExp(
    `(?:${strongWords})["']?\\s{0,40}[=:]\\s{0,4}"[^"\\n]{0,512}"\\s{1,4}->\\s{1,4}"(?<it>[^"\\n]+)`,
    'dgi',
  ),
  // Couchbase, Neo4j: SET PASSWORD FROM 'x' TO 'y'
  /\bPASSWORD\s+FROM\s+'(?<it>[^']*)/dgi,
  /\bPASSWORD\s+FROM\s+'[^']{0,256}'\s+TO\s+'(?<it>[^']*)/dgi,
  // Kafka: users of a JAAS section
  /\buser_\w{1,64}="(?<it>[^"]+)/dg,
  // Redis: a line of an ACL file
  /\buser\s+\S{1,64}\s+(?:on|off)\s(?:[^\n>]{0,200}\s)?>(?<it>[^\s"']+)/dg,
  /changeUserPassword\(\s{0,20}["'][^"']{1,64}["'],\s{0,20}["'](?<it>[^"']{1,256})/dgi,
  // Keys of encryption in SQL, and of encrypted SQLite files
  /\b(?:PGP_SYM_\w{2}CRYPT\w{0,6}|AES_\w{2}CRYPT)\(\s{0,20}(?:[^(),']{1,128}|'[^']{0,512}')\s{0,20},\s{0,20}'(?<it>[^']+)/dgi,
  /\bATTACH\s[^\n;']{0,40}'[^'\n]{0,200}'\s[^\n;']{0,80}\bKEY\s{1,8}'(?<it>[^'\n]+)/dgi,
  /\bPRAGMA\s{1,8}(?:hex)?(?:re)?key\s{0,8}=\s{0,8}["'](?<it>[^"'\n]+)/dgi,
  // PHP: the keys of WordPress
  /\bdefine\(\s{0,8}["']\w{0,40}(?:KEY|SALT)["'],\s{0,20}["'](?<it>[^"'\n]{12,})/dg,
  // strongSwan: ipsec.secrets
  /(?:^|[\s:])(?:PSK|EAP|XAUTH|NTLM)\s{1,8}"(?<it>[^"\n]+)/dg,
  // Network devices
  /\bisakmp\s+key\s+(?:\d\s+)?(?<it>\S+)\s+(?:address|hostname)/dg,
  /\b(?:tacacs|radius)(?:-server)?\s(?:[^\n]{0,100}\s)?key\s+(?:\d\s+)?(?<it>\S+)/dg,
  // Net-SNMP
  /\bcreateUser\s+\S{1,64}\s+(?:MD5|SHA\S{0,6})\s+"?(?<it>[^\s"]+)/dg,
  /\bcreateUser\s+\S{1,64}\s+(?:MD5|SHA\S{0,6})\s+\S{1,128}\s+(?:AES|DES)\S{0,6}\s+"?(?<it>[^\s"]+)/dg,
  // Postfix: sasl_passwd; sendmail: authinfo
  /\]:\d{2,5}\s+[\w.@-]{1,64}:(?<it>[^\s:]+)$/dgm,
  /\bauthinfo\b[^\n]{0,200}[\s"]P:(?<it>[^\s"]+)/dgi,
  // PuTTY: the private part of a key.
  /\bPrivate-Lines: \d{1,4}\r?\n(?<it>(?:[A-Za-z0-9+/=]+\r?\n?)+)/dg,
].map((pattern) => patternRecognizer(pattern, 'secret', isSecretText));

const placeHint =
  /identified|password(?:\(|\s+for)|crypt\(|(?:auth|credentials?|login|authenticate)\(|:(?:\*|54\d\d|6432):|@(?:tcp|unix|udp)\(|jdbc:oracle|\/[^\s@/]{4,256}@|\bAUTH2?\s|setuser|Private-Lines|stats\s+auth|insecure-password|(?:password|secret|key-string)\s+\d\s|community|:[^\s@/:]{4,128}@|"\s{1,4}->|password\s+from|loginmodule|\b(?:on|off)\s[^\n]{0,200}>|changeuserpassword|_\w{2}crypt|attach\s|pragma\s|define\(|(?:psk|eap|xauth|ntlm)\s{1,8}"|isakmp|tacacs|radius|createuser|\]:\d|authinfo/i;

/** Recognizes values that their place marks as secrets: beside a name, in an element, after an option, in a statement. */
export const markedValues: Recognizer = (text) => {
  const all: Recognizer[] = [];
  if (/val|default|\bv["']/i.test(text)) all.push(pairs, reversedPairs);
  if (/<|&lt;/.test(text)) all.push(elements, namedElements, besideElements);
  if (callHint.test(text)) all.push(calls);
  if (text.includes('default')) all.push(variableDefaults);
  if (text.includes('"kty"')) all.push(webKeys);
  if (text.includes('RSAKeyValue')) all.push(xmlKeys);
  all.push(secretsOfPrograms, secretsOfStatements, typedSecrets);
  if (placeHint.test(text)) all.push(...placed);
  return all.flatMap((find) => find(text));
};
