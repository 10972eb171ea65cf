import type { Note } from '../../domain/facts.ts';
import type { Batch } from '../../domain/reading.ts';
import type { Feed } from '../source.ts';
import { feedOf, type Instance, notExposed } from './instance.ts';
import { eventLines, infoLines, loggerLines } from './notes.ts';

interface Detail {
  readonly name: string;
  readonly path: string;
  lines(body: unknown): readonly { readonly title: string; readonly text: string }[];
}

const details: readonly Detail[] = [
  { name: 'info', path: '/info', lines: infoLines },
  { name: 'loggers', path: '/loggers', lines: loggerLines },
  { name: 'events', path: '/circuitbreakerevents', lines: eventLines },
];

/** Feeds that are read only when somebody asks: build information, levels of loggers, events of circuit breakers. */
export const detailFeeds = (instance: Instance): readonly Feed[] =>
  details.map((detail) =>
    feedOf(
      instance,
      { name: detail.name, kind: 'notes', onDemand: true },
      async (signal): Promise<Batch<Note>> => {
        try {
          const body = await instance.ask(detail.path, signal, notExposed(detail.path.slice(1)));
          const stamp = { source: instance.source, at: instance.now() };
          const who = instance.name === '' ? '' : `${instance.name} `;
          return {
            items: detail.lines(body).map(({ title, text }) => ({ ...stamp, title: `${who}${title}`, text })),
            faults: [],
          };
        } catch (error) {
          return { items: [], faults: [instance.endpoint.fault(detail.path, error)] };
        }
      },
    ),
  );
