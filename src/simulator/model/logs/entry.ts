import type { Millis } from '../../../domain/fault.ts';
import { hash, hashOn } from '../chance.ts';

/** How a service writes its log. `spring`: Spring Boot's console; `logstash`: its structured form; `slog`, `logfmt`: Go's. */
export type LogFormat = 'spring' | 'logstash' | 'slog' | 'logfmt';

/** What is said in one entry of a log, whatever the format. */
export interface Entry {
  /** Model time. */
  readonly at: Millis;
  readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** 'api.OrdersController': without the package of its service; with `o.` or `i.` in front it is somebody else's. */
  readonly logger: string;
  readonly thread?: string;
  /** The whole sentence. */
  readonly message: string;
  /** The same for loggers with fields: a few words, and the fields. */
  readonly brief?: string;
  readonly fields?: Readonly<Record<string, string | number>>;
  readonly trace?: string;
  /** A Java stack trace, line by line. */
  readonly stack?: readonly string[];
}

/** A whole number below `below` that is always the same for a text: the past is told the same whenever it is asked for. */
export const draw = (of: string, below: number): number => hash(of) % below;

const hex = (of: string, parts: number): string => {
  const begun = hash(`${of}/`);
  let text = '';
  for (let part = 0; part < parts; part += 1) text += hashOn(begun, `${part}`).toString(16).padStart(8, '0');
  return text;
};

/** A W3C trace id. */
export const traceOf = (of: string): string => hex(of, 4);
export const spanOf = (of: string): string => hex(`${of}/span`, 2);
