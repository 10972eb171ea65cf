import type { SimulatorContext } from '../http/simulator-context.ts';
import { LogStore, type StreamLabels } from './log-store.ts';

/** A log agent on every node: sends the lines written since its last run. */
export interface Collector {
  /** Collects all lines written so far. */
  see(): LogStore;
}

/** Number of existing lines that a new agent reads from a log. */
const mostOfPast = 2000;

interface Log<L> {
  readonly lines: readonly L[];
  /** Includes lines from before the start. */
  read?(query: { readonly last: number }): readonly L[];
}

const present = (labels: Readonly<Record<string, string | undefined>>): StreamLabels =>
  Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );

export const createCollector = (view: SimulatorContext): Collector => {
  const { model } = view;
  const store = new LogStore();
  /** Last sent line of each log. */
  const sent = new WeakMap<object, object>();

  const collect = <L extends object>(log: Log<L>, write: (line: L) => void): void => {
    const before = sent.get(log);
    const { lines } = log;
    const isNew = before === undefined && log.read !== undefined;
    const begin = lines.findLastIndex((line) => Object.is(line, before)) + 1;
    for (const line of isNew ? (log.read?.({ last: mostOfPast }) ?? []) : lines.slice(begin)) write(line);
    sent.set(log, lines.at(-1) ?? log);
  };

  return {
    see: () => {
      const { cluster, compose, hosts } = model.environmentAt(view.env, view.clock.now()).parts;
      const put = (
        labels: StreamLabels,
        { at, text }: { readonly at: number; readonly text: string },
      ): void => store.write(labels, model.toClock(at), text);
      for (const { metadata, spec } of cluster?.shelves.pods.list() ?? []) {
        const { namespace = '', name } = metadata;
        const life = cluster?.life(namespace, name);
        const app = life?.role.service ?? life?.role.dependency ?? metadata.labels?.app;
        const labels = present({ namespace, app, pod: name, container: spec.containers[0]?.name });
        for (const log of [life?.previousLog, life?.log])
          if (log !== undefined) collect(log, (line) => put(labels, line));
      }
      for (const { name, service, log } of compose?.containers ?? [])
        collect(log, (line) => put({ app: service, container: name }, line));
      for (const { name, log, journal, spec } of hosts?.machines ?? []) {
        collect(log, ({ at, text }) =>
          put(
            { app: spec.service, host: name, filename: spec.log },
            {
              at,
              text: `${new Date(model.toClock(at)).toISOString()} ${text}`,
            },
          ),
        );
        collect(journal, (line) => put(present({ app: spec.service, host: name, unit: line.unit }), line));
      }
      return store;
    },
  };
};
