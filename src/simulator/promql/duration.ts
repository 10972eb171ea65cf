import type { Millis } from '../../domain/fault.ts';

const unitMs: Readonly<Record<string, Millis>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** A duration of PromQL, '1h30m', in ms. */
export const durationMs = (text: string): Millis =>
  [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, figure, unit]) => sum + Number(figure) * (unitMs[unit ?? ''] ?? 0),
    0,
  );
