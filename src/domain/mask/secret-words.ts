/** Objects whose key is a secret: 'apiKey', 'account_key'. A plain 'key' is a name of data. */
const keyOwners =
  'api|app|auth|private|secret|access|account|encryption|encoder|signing|master|storage|session|ssh|jwt|hmac|license|subscription|crypto|cipher|aes|rsa|un(?:seal|lock)|fernet|decryption|recovery|webhook|pre[-_]?shared|instrumentation';

/** Words whose value is a secret whatever precedes them: 'password', 'dbPassword', 'PGPASSWORD'. */
export const strongWords: string = [
  'pass[-_]?(?:words?|wd|phrase|code|key)',
  'passwort|kennwort|wachtwoord|mot[-_ ]de[-_ ]passe|contraseña|senha|hasło|lösenord|пароль|密码|密碼|パスワード|비밀번호',
  'pwd',
  'secret(?:[-_]?key[-_]?base|s?[-_]?(?:string|binary))?',
  'token',
  `(?:${keyOwners})[-_. ]?key`,
  'sess(?:ion)?[-_]?id',
  'shared[-_]?access[-_]?signature',
  'credentials?',
  '(?:recovery|backup)[-_ ]?codes?',
  '(?<![a-z])[th]?otp[-_ ]?(?:seed|secret)|(?<![a-z\\d])[2m]fa[-_ ]?(?:code|seed|secret)',
  'client[-_]?key[-_]?data',
  '(?:master|primary)[-_]?auth',
  '(?<=tls\\.)key',
  '(?<![a-z])psk',
  'client[-_]?assertion(?![-_]?type)|saml[-_]?response|code[-_]?verifier',
].join('|');

/** Words whose items are secrets, and whose number is none: 'tokens: [a, b]', but 'tokens: 1500'. */
export const pluralWords = `tokens|(?:${keyOwners})[-_. ]?keys`;

/** Words whose value goes on to the end of a header. */
export const headerWords = 'authorization|(?:set-)?cookie';

/** Ends of names like 'dbPass', which are not those of ordinary words. */
const passWord = '(?<!by|com|sur|tres|over|under|first|second|last)pass';

/** Abbreviations: 'db_pw', 'dbPw', 'connect.sid', '_session'. */
const shortWords = [
  'pw',
  '(?<![a-z])[th]?otp',
  'aspnet(?:core)?\\.[\\w.]{1,40}',
  '(?<![a-z])sid',
  '(?<=_)session',
  'remember[-_]?me',
];

/** Words whose value is a secret only if it is one random word: names of data have the same keys. */
const randomWords: readonly string[] = [
  '(?:service|admin|application|functions?|integration|routing|fastly|sdk)[-_. ]?key',
  '(?<![a-z])s[-_]?key',
  '(?<![a-z])salt',
  '(?<=[_-])pat',
  'secret[-_]?id',
  'device[-_]?code',
  'oauth[-_]?verifier',
  'saml[-_]?request',
  'auth[-_]?tok',
  'honeycomb[-_]team',
  '(?<=[?&])(?:hmac|code)',
  'signature[-_]?value',
];

/** Names of a login: a user and a password. */
const loginWords: readonly string[] = ['user\\.info', 'auth[-_]?ident', '(?<![\\w-])login(?==)'];

/** A name whose value is a secret only if it is one random word. */
export const randomName = new RegExp(
  `^(?:${randomWords.join('|').replaceAll(/\(\?<[!=][^)]*\)/g, '')})`,
  'i',
);

/** A name whose value is a user and a password: `ada:x`. */
export const loginName = /^(?:auth|user\.info|login)/i;

/** Words whose value is a secret only if it looks like one. */
export const weakWords: string = [
  passWord,
  '(?<![a-z])auth',
  'signature',
  '(?<![a-z])sig',
  ...shortWords,
  ...randomWords,
  ...loginWords,
].join('|');

/** Words that occur in a name without an end of a word before them: 'DBPASSWORD', but not 'oauth'. */
export const secretWords: string = `${strongWords}|${headerWords}|${passWord}`;

/** The endings that may follow the word in a name: 'passwordHash', 'token_1', 'Signature-256', 'Unseal Key 1:'. */
export const wordEndings =
  '(?:[-_.]?(?:hash(?:ed)?|digest|salt|md5|sha\\d{1,3}|bcrypt|value|text|plain(?:text)?|raw|b64|base64|enc(?:rypted|oded)?|str(?:ing)?|pem|der|old|new|current|prev(?:ious)?|backup|confirm(?:ation)?|\\d{1,3}| \\d{1,2}(?=:)))?';

/** A word that only says whether there is a secret, or how one is checked. */
const statusWords =
  'true|false|null|none|nil|undefined|missing|expired|invalid|incorrect|required|optional|wrong|failed|rejected|denied|unset|set|configured|changed|updated|present|absent|empty|unknown|enabled|disabled|valid|accepted|yes|no|on|off|ok|is|was|has';
const methodWords =
  'bearer|basic|digest|negotiate|ldap|kerberos|gssapi|mtls|md5|oauth2?|oauthbearer|scram-sha-\\d+|saml|oidc';
const markWords =
  'hidden|redacted|removed|filtered|sanitized|protected|censored|\\[?(?:hidden|redacted|filtered|masked)\\]?|\\((?:sensitive|known|hidden|redacted|masked|unset|none|null|empty|not)\\)?|…(?:masked.*)?|\\*+|x{3,}|•+';
/** References to a value elsewhere: variables, templates, bind parameters. */
const references =
  '\\$\\{[\\w.:-]{1,64}\\}|\\$\\([^()]{1,80}\\)?|\\$[A-Z_][A-Z0-9_]*|\\$\\d{1,3}|\\{\\{[^{}]{0,64}\\}\\}|%[sdvq]|%\\w+%|\\?|:\\w{1,20}|<[\\w .-]{1,64}>|[|>][-+\\d]{0,2}';

/** Values that are no secret. */
export const harmlessValue = new RegExp(
  `^(?:${statusWords}|${methodWords}|${markWords}|${references}|\\d{1,2})$`,
  'i',
);

/** Words of a sentence after the name of an option: 'use --password to …'. */
export const proseWord =
  /^(?:to|or|and|is|are|was|in|on|for|with|if|as|of|from|flags?|options?|arguments?|instead|must|may|can|not|only|when|cannot|the|an?)$/i;
