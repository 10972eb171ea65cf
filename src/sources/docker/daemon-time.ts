import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import { WireError } from '../../platform/failures.ts';
import { field, text } from '../wire-value.ts';

/** The daemon's clock beside ours. A virtual machine that slept, and one that nobody keeps, are minutes apart. */
export interface DaemonTime {
  /** Ms to add to our clock for the daemon's: our own wall clock's until something else is known. */
  ahead(): Millis;
  /** The daemon's own time now, asked for (`GET /info`). Throws WireError. */
  ask(signal: AbortSignal): Promise<Millis>;
  /** Asks when nobody has done so lately; a daemon that does not say is taken to have our time. */
  refresh(signal: AbortSignal): Promise<void>;
}

/** Less is what an answer takes, and clocks that are kept differ by it; to correct it would only make times wobble. */
const toleratedMs: Millis = 5000;
const goodForMs: Millis = 300_000;

export const createDaemonTime = (
  clock: Clock,
  json: (path: string, signal: AbortSignal) => Promise<unknown>,
): DaemonTime => {
  let measured: Millis | undefined;
  let askedAt: Millis | undefined;
  const ahead = (): Millis => measured ?? clock.wallOffset();

  const ask = async (signal: AbortSignal): Promise<Millis> => {
    const began = clock.now();
    const said = Date.parse(text(field(await json('/info', signal), 'SystemTime')) ?? '');
    if (Number.isNaN(said)) throw new WireError('malformed', 'it does not say what time it has');
    askedAt = clock.now();
    const found = said - (began + askedAt) / 2;
    if (Math.abs(found - ahead()) > toleratedMs)
      measured = Math.abs(found - clock.wallOffset()) > toleratedMs ? found : undefined;
    return said;
  };

  return {
    ahead,
    ask,
    refresh: async (signal) => {
      if (askedAt !== undefined && clock.now() - askedAt < goodForMs) return;
      // What cannot be had is told by whatever is read beside it.
      await ask(signal).catch(() => undefined);
    },
  };
};
