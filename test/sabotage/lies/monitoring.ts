import { monitorFor } from '../../../src/simulator/monitoring/monitor.ts';
import { inhibitRule } from '../../../src/simulator/servers/alertmanager/alerts.ts';
import type { World } from './world.ts';

const monitorOf = ({ model, name, clock }: World) => monitorFor({ model, env: name, clock });

/** Number of alerts that fire now. */
export const firingAlerts = (world: World): number =>
  monitorOf(world)
    .alerts.now()
    .flatMap(({ alerts }) => alerts)
    .filter(({ firedAt }) => firedAt !== undefined).length;

const hourMs = 3_600_000;

/** Another person silences every alert. */
export const silence = (world: World): number => {
  const now = world.clock.now() + world.model.clockOffsetMs;
  monitorOf(world).silences.set(
    {
      matchers: [{ name: 'alertname', value: '.+', isRegex: true, isEqual: true }],
      ...{ startsAt: now, endsAt: now + hourMs, createdBy: 'another user', comment: 'too loud' },
    },
    now,
  );
  return 1;
};

/** A worse alert of every job fires, and inhibits the warnings of that job. */
export const addInhibitor = (world: World): number => {
  const warnings = monitorOf(world)
    .alerts.now()
    .flatMap(({ alerts }) => alerts)
    .filter(({ firedAt, labels }) => firedAt !== undefined && labels.severity === inhibitRule.target);
  if (warnings.length === 0) return 0;
  const worse = {
    ...{ name: 'NodeDown', expr: 'up >= 0', forMs: 0, annotations: {} },
    labels: { severity: inhibitRule.source },
  };
  monitorOf(world).alerts.reload((rules) => [...rules, worse]);
  return warnings.length;
};

/** Another person deletes the rules. */
export const removeRules = (world: World): number => {
  monitorOf(world).alerts.reload(() => []);
  return 1;
};

/** Prometheus dies: nothing is evaluated any more, and Alertmanager lets its alerts expire. */
export const stopPrometheus = (world: World): number => {
  monitorOf(world).alerts.isRunning = false;
  return 1;
};
