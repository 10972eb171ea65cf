const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** '64KB', '128MB', '1.5GiB' → bytes, in powers of 1024 however it is written; undefined when it is no size. */
export const parseSize = (text: string): number | undefined => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmg]?)i?b$/i.exec(text.trim()) ?? [];
  const factor = units[unit.toLowerCase()];
  return amount === undefined || factor === undefined ? undefined : Math.round(Number(amount) * factor);
};
