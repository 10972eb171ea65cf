import { redactSecretForms } from '../../domain/mask/mask-text.ts';

/** Minimum length of a secret, in characters: masking shorter ones would blank out ordinary words. */
const shortest = 4;
const mark = '…masked';

export interface SecretMasker {
  /** Masks this text in all later messages: plain, URL-encoded, in base64 and JSON-escaped. */
  add(secret: string): void;
  mask(text: string): string;
  /**
   * Masks a text that leaves the process. Also masks secrets recognized by form (a JWT, a private key), by the
   * preceding word (`password=…`), or by the field name.
   */
  outgoing(text: string, name?: string): string;
  /** The number of known forms: text that was masked with fewer may need masking again. */
  readonly size: number;
}

export const createSecretMasker = (): SecretMasker => {
  const known = new Set<string>();
  let longestFirst: readonly string[] = [];
  const mask = (text: string): string =>
    longestFirst.reduce((masked, form) => masked.replaceAll(form, mark), text);
  return {
    add: (secret) => {
      if (secret.length < shortest) return;
      for (const form of [...formsOf(secret), ...formsOf(secret.trim())])
        if (form.length >= shortest) known.add(form);
      longestFirst = [...known].sort((a, b) => b.length - a.length);
    },
    get size() {
      return longestFirst.length;
    },
    mask,
    outgoing: (text, name) => redactSecretForms(mask(text), name),
  };
};

const formsOf = (secret: string): readonly string[] => {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    base64,
    base64.replace(/=+$/, ''),
    json,
    // As PHP and Python write it, and JSON nested in JSON.
    json.replaceAll('/', '\\/'),
    json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(secret).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    secret.normalize('NFC'),
    secret.normalize('NFD'),
  ];
};

/** The masker of this process: code that learns a secret adds it, code that writes a message masks with it. */
export const secretMasker: SecretMasker = createSecretMasker();
