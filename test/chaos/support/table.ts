import type { FaultName, WireFault } from './fault-kinds.ts';

/** A broken promise of a round. */
export interface Breach {
  readonly promise: 'starts' | 'no lie' | 'recovery' | 'leak' | 'crash';
  readonly what: string;
}

/** One round: a fault on a source of an environment. An entry of the corpus. */
export interface Round {
  readonly env: string;
  readonly source: string;
  readonly fault: WireFault;
}

/** A round and its result. */
export interface PlayedRound extends Round {
  readonly type: string;
  readonly affected: boolean;
  readonly breaches: readonly Breach[];
  /** Longest turn of the event loop in CPU time of this thread, in ms: opsdeck and the simulators together. */
  readonly longestTurnMs: number;
}

/** Counts of rounds by type of source and fault. */
export const tableOf = (rounds: readonly PlayedRound[], faults: readonly FaultName[]): readonly string[] => {
  const types = [...new Set(rounds.map(({ type }) => type))].sort();
  const cell = (of: readonly PlayedRound[]): string => {
    const broken = of.filter(({ breaches }) => breaches.length > 0).length;
    return of.length === 0 ? '–' : broken === 0 ? String(of.length) : `${of.length - broken}/${of.length}!`;
  };
  const rows = [
    ['source', ...faults, 'held'],
    ...types.map((type) => {
      const own = rounds.filter((round) => round.type === type);
      return [type, ...faults.map((name) => cell(own.filter(({ fault }) => fault.name === name))), cell(own)];
    }),
    ['all', ...faults.map((name) => cell(rounds.filter(({ fault }) => fault.name === name))), cell(rounds)],
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, index) =>
        index === 0 ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0),
      )
      .join('  '),
  );
};
