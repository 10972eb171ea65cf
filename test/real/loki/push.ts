import { until } from '../machine/until.ts';
import type { Address } from '../servers/server.ts';

export type Labels = Readonly<Record<string, string>>;

/** A line with its time, in nanoseconds since the epoch. */
export type Written = readonly [ns: bigint, text: string];

export const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;

/** Sends lines to Loki like an agent. Rejects if Loki does not accept them. */
export const push = async ({ port }: Address, labels: Labels, lines: readonly Written[]): Promise<void> => {
  const values = lines.map(([ns, text]) => [String(ns), text]);
  const answer = await fetch(`http://127.0.0.1:${port}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams: [{ stream: labels, values }] }),
  });
  if (answer.status !== 204) throw new Error(`Loki answered ${answer.status}: ${await answer.text()}`);
};

/** Waits until Loki lists a stream for the selector. */
export const untilFound = ({ port }: Address, selector: string): Promise<void> =>
  until(`Loki finds ${selector}`, async () => {
    const query = new URLSearchParams({ 'match[]': selector });
    const answer = await fetch(`http://127.0.0.1:${port}/loki/api/v1/series?${query}`);
    return (await answer.text()).includes('{"');
  });
