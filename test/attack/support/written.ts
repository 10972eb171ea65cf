/** What a process of its own writes, of which each part is whole or is not there. */
export type Writing = 'ledger' | 'history' | 'state file' | 'put file';

/** The text of a state file, the nth time that it is written: longer than a page of the disk. */
export const keptText = (nth: number): string => JSON.stringify({ nth, text: String(nth).repeat(20_000) });

const began = Date.UTC(2026, 2, 4);

/** Forty values of one moment. */
export const historyBatch = (nth: number) => {
  const at = began + nth * 15_000;
  const values = Array.from({ length: 40 }, (_, series) => ({
    system: 'shop',
    env: 'dev',
    key: `disk.${series}`,
    at,
    value: nth,
  }));
  return { at, values };
};
