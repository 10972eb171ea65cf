import type { Millis } from '../../../domain/fault.ts';
import type { Instance } from '../instance.ts';
import type { ServerKind } from '../spec.ts';
import { chatterOf } from './chatter.ts';
import type { LogLine, PastLines } from './container-log.ts';
import { draw, type LogFormat } from './entry.ts';
import { linesOfEntry } from './format.ts';
import { serverLines } from './server-lines.ts';
import { requestEntry } from './service-entries.ts';

/** What is older has been rotated away. */
const keptMs: Millis = 6 * 3_600_000;

const second: Millis = 1000;

/** Lines of a second as they follow each other, a hundredth of a ms apart at least. */
const placed = (at: Millis, texts: readonly string[], index = 0): readonly LogLine[] =>
  texts.map((text, next) => ({ at: at + (10 * index + next) / 100, text }));

/** When a log that began at a moment begins now. */
export const pastBegins = (startedAt: Millis, now: Millis): Millis => Math.max(startedAt, now - keptMs);

/** What a process wrote before the world opened: a request every second or two, and what it says of itself. */
export const servicePast = (
  instance: Instance,
  format: LogFormat,
  span: { readonly from: Millis; readonly to: Millis },
): PastLines => {
  const { name, service } = instance;
  return {
    ...span,
    second: (at) => {
      const key = `${name}/${Math.floor(at / second)}`;
      const request = instance.request(draw(`${key}/write`, 10) < 3, at + draw(key, 900));
      const ms = Math.round(service.latencyMs * (0.6 + draw(`${key}/ms`, 80) / 100));
      const entries = [
        ...chatterOf(name, format, at),
        ...(draw(`${key}/any`, 3) === 0
          ? []
          : [requestEntry(name, { ...request, status: 200, exception: 'none', ms })]),
      ];
      return entries.flatMap((entry, index) =>
        placed(entry.at, linesOfEntry(format, service.name, entry), index),
      );
    },
  };
};

/** The same of a server beside the services. */
export const serverPast = (
  kind: ServerKind,
  of: string,
  span: { readonly from: Millis; readonly to: Millis },
): PastLines => ({ ...span, second: (at) => placed(at, serverLines(kind, of, at)) });
