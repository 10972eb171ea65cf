import { type KeyedIncident, keysOf, strokesIn } from './incidents.ts';

/** The parts of a ledger record that the report reads. */
export interface LedgerEvent {
  /** Time since the start of the program, in ms. */
  readonly at: number;
  readonly event: string;
  /** Id of the run. */
  readonly run: string;
  readonly ending?: string;
  readonly runbook?: string;
  /** State of the incident around the run. */
  readonly incident?: string;
}

/** A screen, a keyboard, and the clock of both: a real terminal, or a simulation. */
export interface Player {
  /** Resolves when the screen shows all texts, blanks counted as one; rejects with the screen after the timeout. */
  sees(texts: readonly string[], timeoutMs: number): Promise<void>;
  /** Sends one key, as bytes, and resolves when it is drawn. */
  press(bytes: string): Promise<void>;
  wait(ms: number): Promise<void>;
  /** Time since the start of the program, in ms. */
  elapsed(): number;
  /** The ledger so far, oldest first; empty without one. */
  ledger(): Promise<readonly LedgerEvent[]>;
}

/** The outcome of an incident that was resolved by keys. */
export interface Played {
  readonly keys: number;
  /** Time of the first change that was sent, in ms; undefined: none was. */
  readonly sentAt: number | undefined;
  /** Time of the first verified run, in ms. */
  readonly verifiedAt: number | undefined;
  /** Time at which the last screen was seen, in ms: the incident is over. */
  readonly endedAt: number;
  /** Ids of the runbooks whose actions were sent, in order. */
  readonly runbooks: readonly string[];
}

/** Time that a person needs to read; a card ignores keys for a second after it was drawn. */
const readMs = 1100;

/** Time that a person needs to take in the first screen. The suggestions follow the facts meanwhile. */
const firstLookMs = 5000;

/** Time limit for an expected text: panics are counted over five minutes. */
const patienceMs = 400_000;

/** True if the screen shows all texts, blanks counted as one. */
export const isShown = (screen: readonly string[], texts: readonly string[]): boolean => {
  const shown = screen.join('\n').replaceAll(/ +/g, ' ');
  return texts.every((text) => shown.includes(text));
};

/** The JSON lines of a ledger. `startedAt`: wall-clock ms of the start of the program. */
export const ledgerEvents = (text: string, startedAt: number): readonly LedgerEvent[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { at, entry } = JSON.parse(line);
      return {
        at: Date.parse(at) - startedAt,
        event: entry.event,
        run: entry.run,
        ending: entry.ending,
        runbook: entry.proposal?.runbook,
        incident: entry.incident?.state,
      };
    });

/** Resolves an incident by its keys; `toTheEnd` also waits where it ends later. Rejects with the screen if an expected text does not come. */
export const playIncident = async (
  incident: KeyedIncident,
  player: Player,
  toTheEnd: boolean,
): Promise<Played> => {
  for (const [index, { sees, press }] of incident.steps.entries()) {
    await player.sees(sees, patienceMs);
    if (press === undefined) continue;
    await player.wait(index === 0 ? firstLookMs : readMs);
    for (const { bytes } of strokesIn(press)) await player.press(bytes);
  }
  if (toTheEnd && incident.later !== undefined) await player.sees(incident.later.sees, patienceMs);
  const endedAt = player.elapsed();
  const events = await player.ledger();
  const acting = new Set(events.filter(({ event }) => event === 'acting').map(({ run }) => run));
  return {
    keys: keysOf(incident),
    sentAt: events.find(({ event }) => event === 'acting')?.at,
    verifiedAt: events.find(({ ending }) => ending === 'recovered')?.at,
    endedAt,
    runbooks: events.flatMap(({ event, run, runbook }) =>
      event === 'planned' && acting.has(run) && runbook !== undefined ? [runbook] : [],
    ),
  };
};
