import { entries, field, list, number, text } from '../wire-value.ts';
import { parseLogger } from './parse.ts';

interface Line {
  readonly title: string;
  readonly text: string;
}

const shownEvents = 50;

/** The info endpoint as lines, nested names joined by dots. */
export const infoLines = (body: unknown, above = ''): readonly Line[] =>
  entries(body).flatMap(([name, value]) =>
    entries(value).length > 0
      ? infoLines(value, `${above}${name}.`)
      : [{ title: `${above}${name}`, text: typeof value === 'string' ? value : JSON.stringify(value) }],
  );

/** The loggers that were set to a level, by name. */
export const loggerLines = (body: unknown): readonly Line[] =>
  entries(field(body, 'loggers')).flatMap(([name, told]) => {
    const configured = text(field(told, 'configuredLevel'));
    return configured === undefined ? [] : [{ title: name, text: parseLogger(told).effective }];
  });

/**
 * What happened at the circuit breakers, newest first, without the calls that went well.
 * Source: resilience4j, circuitbreakerevents endpoint.
 */
export const eventLines = (body: unknown): readonly Line[] =>
  list(field(body, 'circuitBreakerEvents'))
    .filter((event) => field(event, 'type') !== 'SUCCESS')
    .slice(-shownEvents)
    .reverse()
    .map((event) => {
      const took = number(field(event, 'durationInMs'));
      const parts = [
        text(field(event, 'creationTime')),
        text(field(event, 'stateTransition')),
        text(field(event, 'errorMessage')),
        took === undefined ? undefined : `${took} ms`,
      ];
      return {
        title: `${text(field(event, 'circuitBreakerName')) ?? ''} ${text(field(event, 'type')) ?? ''}`.trim(),
        text: parts.filter((part) => part !== undefined).join(' '),
      };
    });
