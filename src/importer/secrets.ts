/** Marks the place of a secret inside a text of the draft. Both characters are removed from the document first. */
const opening = '\u{E000}';
const closing = '\u{E001}';

/** A secret that was left out: where it stood, and the environment variable that takes its place. */
export interface LeftOutSecret {
  readonly line: number;
  readonly variable: string;
}

const name =
  '[\\w.-]*(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|pwd|credentials?)[\\w.-]*';
const value = String.raw`(?:"(?:[^"\\\n]|\\.)+"|'[^'\n]+'|[^\s;&|,"'()<>${'`'}]+)`;

/** Groups: `lead` stays, `secret` is replaced. */
const forms: readonly RegExp[] = [
  /(?<lead>\b[a-z][a-z0-9+.-]*:\/\/[^\s:/?#@'"]*:)(?<secret>[^\s/?#'"@]+)(?=@)/gi,
  new RegExp(String.raw`(?<lead>\b${name}=)(?<secret>${value})`, 'gi'),
  new RegExp(String.raw`(?<lead>(?<![\w-])--?${name}(?:\s+|=))(?<secret>(?!-)${value})`, 'gi'),
  new RegExp(
    String.raw`(?<lead>["']?\b${name}["']?\s*[:=]\s+["']?)(?<secret>(?=[^\s"']*[\d!@#%^*])[^\s"',;]{6,})`,
    'gi',
  ),
  new RegExp(String.raw`(?<lead>["']${name}["']\s*:\s*)(?<secret>"[^"\n]+")`, 'gi'),
  /(?<lead>\b(?:bearer|basic)\s+)(?<secret>[\w.~+/=-]{8,})/gi,
  /(?<lead>\bx-(?:api|auth)-[\w-]+:\s*)(?<secret>[^\s"']{6,})/gi,
  /(?<lead>\b(?:identified\s+by|password)\s+)(?<secret>e?'(?:[^'\n]|'')+')/gi,
  /(?<lead>\bcurl\b[^\n]*\s(?:-u|--user)[\s=]+["']?[\w.@-]+:)(?<secret>[^\s"']+)/gi,
  /(?<lead>\bmysql(?:dump|admin)?\b[^\n]*\s-p)(?<secret>[^\s-][^\s]*)/gi,
  /(?<lead>\b(?:redis-cli|valkey-cli)\b[^\n]*\s-a\s+)(?<secret>[^\s-][^\s]*)/gi,
  /(?<lead>\bsshpass\s+-p\s*)(?<secret>[^\s]+)/gi,
  /(?<lead>)(?<secret>\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bxox[abposr]-[A-Za-z0-9-]{10,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)/g,
];

const bare = (text: string): string => text.replace(/^e?(["'])(.*)\1$/is, '$2');

/** Placeholders and references are no secrets. */
const isPlaceholder = (text: string): boolean =>
  text === '' ||
  /^[$<{*.…%]|^(?:x{3,}|null|none|true|false|redacted|changeme|example)$/i.test(text) ||
  text.includes(opening);

/** Replaces the secrets of a document by marks, and lists them. Line numbers stay the same. */
export const withoutSecrets = (
  document: string,
  system: string,
): { readonly text: string; readonly secrets: readonly LeftOutSecret[] } => {
  const secrets: LeftOutSecret[] = [];
  const variables = new Map<string, string>();
  const prefix = system.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  const mark = (secret: string, line: number): string => {
    const variable = variables.get(secret) ?? `${prefix}_SECRET_${variables.size + 1}`;
    variables.set(secret, variable);
    if (!secrets.some((outSecret) => outSecret.line === line && outSecret.variable === variable))
      secrets.push({ line, variable });
    return `${opening}${variable}${closing}`;
  };
  let inKey = false;
  const lines = document
    .replaceAll(/[\u{E000}\u{E001}]/gu, '')
    .split('\n')
    .map((line, index) => {
      if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line)) inKey = true;
      if (inKey) {
        inKey = !/-----END [A-Z ]*PRIVATE KEY-----/.test(line);
        return `${/^\s*/.exec(line)?.[0] ?? ''}${mark('private key', index + 1)}`;
      }
      return forms.reduce(
        (text, form) =>
          text.replaceAll(form, (whole: string, ...rest) => {
            const { lead = '', secret = '' } = Object(rest.at(-1));
            return isPlaceholder(bare(secret)) ? whole : `${lead}${mark(bare(secret), index + 1)}`;
          }),
        line,
      );
    });
  return { text: lines.join('\n'), secrets };
};

/** Returns whether a text had a secret. */
export const hasSecretMark = (text: string): boolean => text.includes(opening);

/** Writes the marks as references to the environment: `wrap` receives the name of the variable. */
export const withSecretMarks = (text: string, wrap: (variable: string) => string): string =>
  text.replaceAll(/\u{E000}(\w+)\u{E001}/gu, (_, variable: string) => wrap(variable));
