import { isoTime } from '../../sdk.ts';
import type { AlertmanagerAlert, AlertmanagerClient, Silence, Suppression } from './client.ts';

/** 'silenced since 10:02 UTC by ana' */
const silencedText = ({ by, startsAt }: Silence): string =>
  [
    'silenced',
    startsAt === undefined ? '' : ` since ${isoTime(startsAt).slice(11, 16)} UTC`,
    by === '' ? '' : ` by ${by}`,
  ].join('');

/** The silences of a suppressed alert only explain it: without them it is silenced all the same. */
const readSilences = async (client: AlertmanagerClient, signal: AbortSignal): Promise<readonly Silence[]> => {
  try {
    return await client.silences(signal);
  } catch {
    return [];
  }
};

/**
 * Returns the reason why an alert sends no notification; undefined: it sends them, or its state says all that is known. Reads
 * the silences only when an alert is silenced.
 */
export const suppressionReasons = async (
  client: AlertmanagerClient,
  alerts: readonly AlertmanagerAlert[],
  signal: AbortSignal,
): Promise<(of: Suppression) => string | undefined> => {
  const isSilenced = alerts.some(({ suppression }) => suppression.silencedBy.length > 0);
  const silences = new Map(
    (isSilenced ? await readSilences(client, signal) : []).map((silence) => [silence.id, silence]),
  );
  const names = new Map(alerts.map(({ suppression, name }) => [suppression.fingerprint, name]));
  return ({ silencedBy: [silence], inhibitedBy: [inhibitor], mutedBy: [interval] }) => {
    if (silence !== undefined) {
      const found = silences.get(silence);
      return found === undefined ? undefined : silencedText(found);
    }
    if (inhibitor !== undefined) {
      const name = names.get(inhibitor);
      return name === undefined ? undefined : `inhibited by ${name}`;
    }
    return interval === undefined ? undefined : `muted by the time interval ${interval}`;
  };
};
