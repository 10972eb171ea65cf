import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { RecentChange } from '../../domain/facts/journal.ts';
import type { Source } from '../kit/contract/source.ts';
import type { Container } from './containers/container.ts';
import { inspectContainers } from './containers/lookup.ts';
import { type DockerEvent, readDockerEvents } from './daemon/container-events.ts';
import type { Daemon } from './daemon/daemon.ts';

/** 'service orders' of a Compose project, otherwise 'container redis'. */
const nameOf = ({ service, name }: Pick<Container, 'service' | 'name'>): string =>
  service === '' ? `container ${name}` : `service ${service}`;

/** Ends of a container. Its starts are known from the container itself, which remembers them longer than the daemon. */
const notableActions: ReadonlySet<string> = new Set(['die', 'oom', 'destroy', 'health_status: unhealthy']);

const maxEvents = 60;

/** Creation or start of a container; a creation is a deployment, with the image. */
const startOf = (
  container: Container,
  toClock: (daemonTime: Millis) => Millis,
  since: Millis,
): readonly RecentChange[] => {
  const { createdAt, startedAt, name, image, restarts = 0 } = container;
  const change = (time: Millis | undefined, rest: Pick<RecentChange, 'kind' | 'level' | 'change'>) =>
    time === undefined || toClock(time) < since
      ? []
      : [{ at: toClock(time), what: nameOf(container), ...rest }];
  const created = change(createdAt, {
    kind: 'rollout',
    level: 'ok',
    change: `container ${name} was created from the image ${image}`,
  });
  if (created.length > 0) return created;
  return change(startedAt, {
    kind: 'restart',
    level: restarts > 0 ? 'warn' : 'ok',
    change:
      restarts > 0
        ? `container ${name} was restarted by Docker, ${restarts} times so far`
        : `container ${name} started`,
  });
};

/** Events of one container and action as one change, at the first of them. */
const endsOf = (events: readonly DockerEvent[], toClock: (time: Millis) => Millis): readonly RecentChange[] =>
  [...Map.groupBy(events, ({ name, action, exitCode }) => `${name} ${action} ${exitCode}`).values()].flatMap(
    (group): readonly RecentChange[] => {
      const [first] = group;
      if (first === undefined) return [];
      const often = group.length > 1 ? ` ×${group.length}` : '';
      const exit = first.exitCode === '' ? '' : `, exit ${first.exitCode}`;
      return [
        {
          at: toClock(first.at),
          kind: 'event',
          level: first.exitCode === '0' || first.action === 'destroy' ? 'ok' : 'warn',
          what: nameOf(first),
          change: `container ${first.name}: ${first.action}${often}${exit}`,
        },
      ];
    },
  );

/** Containers that were created or started, and events of containers that ended, as far as the daemon remembers them. */
export const dockerChanges =
  (daemon: Daemon): NonNullable<Source['recentChanges']> =>
  async (since, signal) => {
    const faults: Fault[] = [];
    try {
      const until = await daemon.clock.fetchTime(signal);
      const toClock = (time: Millis): Millis => Math.min(daemon.now(), time - daemon.clock.offsetMs());
      const { containers, faults: unread } = await inspectContainers(daemon, signal);
      faults.push(...unread);
      const ended: DockerEvent[] = [];
      const span = { since: since + daemon.clock.offsetMs(), until };
      for await (const event of readDockerEvents(daemon, span, signal))
        if (notableActions.has(event.action)) ended.push(event);
      const changes = [
        ...containers.flatMap((container) => startOf(container, toClock, since)),
        ...endsOf(ended.slice(-maxEvents), toClock),
      ];
      return { changes: changes.sort((a, b) => a.at - b.at), faults };
    } catch (error) {
      return { changes: [], faults: [...faults, daemon.fault('/info', error)] };
    }
  };
