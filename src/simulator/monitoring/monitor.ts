import type { Environment } from '../model/environment.ts';
import type { View } from '../servers/sight.ts';
import { AlertBook } from './alert-book.ts';
import { History } from './history.ts';
import { Silences } from './silences.ts';

/** What the monitoring of one environment remembers: Prometheus and Alertmanager are projections of it. */
export interface Monitor {
  readonly history: History;
  readonly alerts: AlertBook;
  readonly silences: Silences;
}

const monitors = new WeakMap<Environment, Monitor>();

/** The monitoring of a view's environment, which begins to scrape when somebody first asks for it. */
export const monitorOf = ({ model, env }: View): Monitor => {
  const environment = model.unseen(env);
  const known = monitors.get(environment);
  if (known !== undefined) return known;
  const toClock = model.toClock.bind(model);
  const history = new History(environment, toClock);
  const alerts = new AlertBook(model.spec.alerts ?? [], history, toClock);
  const monitor = { history, alerts, silences: new Silences() };
  monitors.set(environment, monitor);
  return monitor;
};
