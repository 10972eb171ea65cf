import { type MadeLines, type MadeRow, madeLines, stream } from './lines.ts';
import { shop, shopCockpit } from './shop.ts';
import type { Scene } from './user.ts';

const time = (ago: number): string => new Date(Date.parse('2026-03-04T10:15:07Z') - ago).toISOString();

const lineAt = (ago: number, stream: number, level: 'info' | 'warn' | 'error', text: string): MadeRow => ({
  text: `${time(ago)} ${level.toUpperCase().padEnd(5)} ${text}`,
  ago,
  level,
  stream,
});

const ok = (ago: number, nth: number): MadeRow =>
  lineAt(
    ago,
    nth % 2,
    'info',
    `psp call ok ${180 + ((nth * 37) % 90)} ms order=${(nth * 7919).toString(16)}`,
  );

const trace = (ago: number, stream: number): readonly MadeRow[] => [
  { text: '  at PspClient.call(PspClient.java:118)', ago, stream, kind: 'continuation', level: 'error' },
  ...Array.from(
    { length: 14 },
    (_, nth): MadeRow => ({
      text: `  at org.shop.billing.Step${nth}.run(Step${nth}.java:${20 + nth})`,
      ago,
      stream,
      kind: 'continuation',
      level: 'error',
    }),
  ),
];

/** Twelve minutes of four streams: quiet, then an unresponsive dependency, and a lost connection. */
export const shopRows: readonly MadeRow[] = [
  ...Array.from({ length: 60 }, (_, nth) => ok(720_000 - nth * 10_000, nth)),
  lineAt(62_000, 3, 'info', 'GET /healthz 200 in 1 ms'),
  ok(40_129, 61),
  { text: 'gap 00:14: billing-1 disconnected, back at 10:14:41', ago: 26_000, stream: 1, kind: 'gap' },
  lineAt(25_998, 3, 'warn', 'slow upstream checkout 1904 ms order=注文-5521'),
  lineAt(22_470, 0, 'error', 'psp timeout after 3000 ms order=9f21'),
  ...trace(22_470, 0),
  { text: '1,204 dropped: over 2,000 lines/s, oldest first', ago: 10_000, stream: 2, kind: 'dropped' },
  { text: 'checkout-2 restarted', ago: 9000, stream: 2, kind: 'note' },
  lineAt(4886, 0, 'error', 'psp timeout after 3000 ms order=c03d'),
  lineAt(1200, 2, 'info', 'retry 3 of 5 order=c03d'),
];

export const shopStreams = [
  stream(0, 'billing-0'),
  stream(1, 'billing-1'),
  stream(2, 'checkout-2'),
  stream(3, 'gateway'),
];

/** The shop with lines and log sources. */
export const shopWith = (lines: MadeLines): Scene => ({
  ...shop(),
  cockpit: {
    ...shopCockpit,
    ...(shopCockpit.open === undefined ? {} : { open: { ...shopCockpit.open, tails: ['k8s'] } }),
  },
  lines,
});

export const shopLines = (): MadeLines => {
  const lines = madeLines(shopStreams);
  lines.put(...shopRows);
  return lines;
};
