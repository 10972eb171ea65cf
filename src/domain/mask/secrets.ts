import { isCodeField, isSecretField, secretWords } from './field-kinds.ts';
import { byPattern, type Found, type Recogniser } from './found.ts';

/** What stands for a secret. It has no alias, as nobody has to tell one secret from another. */
export const secretMark = '…masked';

/** Values that say that there is a secret, or none, without telling it. */
const harmless =
  /^(?:true|false|null|none|nil|undefined|missing|expired|invalid|required|wrong|denied|unset|set|bearer|basic|digest|negotiate|yes|no|is|was|has|hidden|…(?:masked.*)?|\*+|\$\{.*|<.*|\d{1,2})$/i;

/** Whether the value of a field of this name is a secret. */
export const isSecretValue = (name: string, value: string): boolean =>
  (isSecretField(name) && value !== '' && isSecret(value.trim())) || isCodeField(name, value);

const isSecret = (value: string): boolean => !harmless.test(value);

/** Each of these finds one form. Sources: RFC 7519 (JWT), RFC 6750 (bearer), RFC 7468 (PEM), the vendors' own prefixes. */
const forms: readonly Recogniser[] = [
  byPattern(/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/dgs, 'secret'),
  byPattern(/\beyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?/dg, 'secret'),
  byPattern(/\/\/(?<it>[^\s/?#"'@:]*:[^\s/?#"'@]+)@/dg, 'secret', isSecret),
  byPattern(/\b(?:Bearer|Basic|Digest|Negotiate)\s+(?<it>[\w.~+/-]{8,}=*)/dgi, 'secret', (value) =>
    // 'basic authentication' is no credential: it would have a digit, a capital inside or a sign.
    /[\d+/=_~]|[a-z][A-Z]/.test(value),
  ),
  byPattern(/\bAuthorization["']?\s*[:=]\s*["']?(?:\w+\s+)?(?<it>[^\s"',;]{6,})/dgi, 'secret', isSecret),
  byPattern(
    /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[\w-]{16,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[abeprs]-[\w-]{10,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}|\bhvs\.[\w-]{20,}|\bnpm_\w{30,}|\bdop_v1_\w{30,}/dg,
    'secret',
    (value) => /\d/.test(value),
  ),
];

const word = new RegExp(
  `(?<![A-Za-z0-9])(?:[\\w.]{0,64}(?:[-_.]|(?-i:[a-z0-9](?=[A-Z]))))?(?:${secretWords})["']?(?:\\s*=\\s*|"?:\\s*(?="|')|:\\s?[ \\t]{0,40})(?:"([^"]*)"|'([^']*)'|([^\\s"'&;,)}\\]]+))`,
  'dgi',
);

/** 'password=…', '"token":"…"', 'secret: …'. After a colon only what looks like one: a digit, or twelve letters without a blank. */
const assigned: Recogniser = (text) =>
  [...text.matchAll(word)].flatMap((match): readonly Found[] => {
    const span = match.indices?.[1] ?? match.indices?.[2] ?? match.indices?.[3];
    if (span === undefined) return [];
    const [from, to] = span;
    const value = text.slice(from, to);
    if (value === '' || !isSecret(value)) return [];
    const prose = /:\s$/.test(text.slice(0, from)) && match[3] !== undefined;
    return prose && !/\d/.test(value) && value.length < 12 ? [] : [{ from, to, is: 'secret' }];
  });

/** Words and signs without which a text holds none: most cells of a table and most rows have none of them. */
const hint =
  /pass|pwd|secret|token|key|session|signature|credential|authorization|cookie|@|eyJ|-----|gh[pousr]_|github_pat|glpat|xox|AKIA|ASIA|AIza|hvs\.|npm_|dop_v1|[spr]k[-_]|bearer|basic|digest|negotiate/i;

/** Tokens, keys and passwords, by their form or by the word before them. */
export const secrets: Recogniser = (text) =>
  text.length > 6 && hint.test(text) ? [...forms, assigned].flatMap((form) => form(text)) : [];
