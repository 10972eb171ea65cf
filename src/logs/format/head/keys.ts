import { bytesOf } from './ascii.ts';

/** What the value of a key says. */
export const keyIs = { other: 0, time: 1, level: 2, severity: 3 } as const;

/** Keys of time and level: zap, slog, pino, bunyan, logstash, ECS, Serilog's compact form, .NET, GELF, journald, structlog. */
const names: Readonly<Record<Exclude<keyof typeof keyIs, 'other'>, string>> = {
  time: 'time ts t @t timestamp @timestamp datetime asctime eventtime __realtime_timestamp',
  level: 'level lvl severity log.level loglevel levelname level_name @l priority',
  // MongoDB's, which counts as a level with its own letters only.
  severity: 's',
};

interface Name {
  readonly bytes: Uint8Array;
  readonly is: number;
}

const byLength: Name[][] = [];
for (const [is, list] of Object.entries(names) as [keyof typeof names, string][])
  for (const name of list.split(' ')) {
    byLength[name.length] ??= [];
    byLength[name.length]?.push({ bytes: bytesOf(name), is: keyIs[is] });
  }
const none: readonly Name[] = [];
const table: readonly (readonly Name[])[] = Array.from(byLength, (list) => list ?? none);

const isSame = (bytes: Uint8Array, from: number, name: Uint8Array): boolean => {
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[from + index] ?? 0;
    const lower = byte >= 65 && byte <= 90 ? byte | 32 : byte;
    if (lower !== name[index]) return false;
  }
  return true;
};

/** What a key's value says, by its name in any case of letters. */
export const meaningOf = (bytes: Uint8Array, from: number, to: number): number => {
  for (const { bytes: name, is } of table[to - from] ?? none) if (isSame(bytes, from, name)) return is;
  return keyIs.other;
};
