/** Content written by a separate process; each part is complete or absent. */
export type Writing = 'ledger' | 'history' | 'state file' | 'put file';

/** The text of the nth write of a state file: longer than a disk page. */
export const keptText = (nth: number): string => JSON.stringify({ nth, text: String(nth).repeat(20_000) });

const began = Date.UTC(2026, 2, 4);

/** Forty values of one time. */
export const historyBatch = (nth: number) => {
  const time = began + nth * 15_000;
  const values = Array.from({ length: 40 }, (_, series) => ({
    system: 'shop',
    env: 'dev',
    key: `disk.${series}`,
    at: time,
    value: nth,
  }));
  return { at: time, values };
};
