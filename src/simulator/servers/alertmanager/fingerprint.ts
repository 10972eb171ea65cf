import type { Labels } from '../../exposition/family.ts';

const prime = 0x100000001b3n;
const mask = 0xffffffffffffffffn;
const encoder = new TextEncoder();

/** The identity of a set of labels: 64 bits of FNV-1a over names and values in order. Source: prometheus/common, model.LabelSet. */
export const fingerprintOf = (labels: Labels): string => {
  let hash = 0xcbf29ce484222325n;
  const add = (byte: number): void => {
    hash = ((hash ^ BigInt(byte)) * prime) & mask;
  };
  for (const name of Object.keys(labels).sort())
    for (const text of [name, labels[name] ?? '']) {
      for (const byte of encoder.encode(text)) add(byte);
      add(255);
    }
  return hash.toString(16).padStart(16, '0');
};
