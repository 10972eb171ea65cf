/** Shorter ones would blot out ordinary words. */
const shortest = 4;
const mark = '…masked';

export interface Masker {
  /** From now on this text shows in no message: as it is, URL-encoded, in base64, and as JSON writes it. */
  add(secret: string): void;
  mask(text: string): string;
  /** How many forms it knows: what was masked with fewer may have to be masked again. */
  readonly size: number;
}

export const createMasker = (): Masker => {
  const known = new Set<string>();
  let longestFirst: readonly string[] = [];
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
    mask: (text) => longestFirst.reduce((masked, form) => masked.replaceAll(form, mark), text),
  };
};

const formsOf = (secret: string): readonly string[] => {
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    base64,
    base64.replace(/=+$/, ''),
    JSON.stringify(secret).slice(1, -1),
  ];
};

/** The process's own: whoever learns a secret adds it, whoever writes a message masks with it. */
export const masker: Masker = createMasker();
