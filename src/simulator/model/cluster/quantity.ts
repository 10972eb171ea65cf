const units: Readonly<Record<string, number>> = {
  m: 0.001,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** A Kubernetes quantity ('500m', '2Gi') as a number; undefined for what is none. */
export const quantity = (text: string | undefined): number | undefined => {
  const found = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(text ?? '');
  return found === null ? undefined : Number(found[1]) * (units[found[2] ?? ''] ?? 1);
};

/** Bytes as the metrics server writes them. */
export const kibibytes = (bytes: number): string => `${Math.round(bytes / 1024)}Ki`;
